"""Work of age and safety that no client waits for."""

from datetime import datetime

from spaktok.core import clock, keys
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.safety.requests import AdvanceAgeBand, DeleteIdEvidence, ForgetRefused
from spaktok.safety.service import birth, identity


@schedule("every 60 minutes")
def advanceAgeBands(at: datetime) -> None:
    """Have the bands moved of those whose birthday has begun. Readers know it by themselves.

    Requests to have an age checked that nobody decided about in time lapse with it.
    """
    birth.send_due(at)
    identity.lapse(at)


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


@job(DeleteIdEvidence)
def deleteIdEvidence(task: DeleteIdEvidence, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the images of a request that was decided."""
    identity.delete_evidence(task.user_id, task.request_id)
