"""Work of age and safety that no client waits for."""

from datetime import datetime

from spaktok.core import clock, keys
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.safety.requests import (
    AdvanceAgeBand,
    DeleteIdEvidence,
    ForgetRefused,
    OpenIdEvidence,
    SealIdImage,
    ShutIdEvidence,
)
from spaktok.safety.service import birth, evidence, identity


@schedule("every 60 minutes")
def advanceAgeBands(at: datetime) -> None:
    """Have the bands moved of those whose birthday has begun. Readers know it by themselves.

    Requests to have an age checked that nobody decided about in time lapse with it, and their images
    are seen to.
    """
    birth.send_due(at)
    identity.lapse(at)
    evidence.sweep(at)


@job(AdvanceAgeBand, rate=50, secrets=(keys.SEALED_SECRET,))
def advanceAgeBand(task: AdvanceAgeBand, delivery: Delivery) -> None:  # noqa: ARG001
    """Move one user's band to what it is now."""
    birth.advance(task.user_id)


@job(ForgetRefused)
def forgetRefused(task: ForgetRefused, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the sign-in of somebody who was refused an account, unless they have one now."""
    from spaktok.safety.service import gate

    clock.wait_until(task.run_at)
    gate.forget(task.user_id, task.run_at)


@job(SealIdImage)
def sealIdImage(task: SealIdImage, delivery: Delivery) -> None:  # noqa: ARG001
    """Seal an image of an identity document and delete what was uploaded."""
    evidence.seal(task.user_id, task.request_id, task.number)


@job(OpenIdEvidence, secrets=(keys.SEALED_SECRET,))
def openIdEvidence(task: OpenIdEvidence, delivery: Delivery) -> None:  # noqa: ARG001
    """Open the images of a request for the staff who are to decide about it."""
    evidence.open_for_staff(task.user_id, task.request_id)


@job(ShutIdEvidence)
def shutIdEvidence(task: ShutIdEvidence, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the opened copies when their time is over."""
    clock.wait_until(task.until)
    evidence.shut(task.user_id, task.request_id)


@job(DeleteIdEvidence)
def deleteIdEvidence(task: DeleteIdEvidence, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the images of a request that was decided."""
    identity.delete_evidence(task.user_id, task.request_id)
