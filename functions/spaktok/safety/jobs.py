"""Work of age and safety that no client waits for."""

from datetime import datetime

from spaktok.core import keys
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.safety.requests import AdvanceAgeBand, DeleteIdEvidence
from spaktok.safety.service import birth, identity


@schedule("every 60 minutes")
def advanceAgeBands(at: datetime) -> None:
    """Have the bands moved of those whose birthday has begun. Readers know it by themselves."""
    birth.send_due(at)


@job(AdvanceAgeBand, rate=50, secrets=(keys.SEALED_SECRET,))
def advanceAgeBand(task: AdvanceAgeBand, delivery: Delivery) -> None:  # noqa: ARG001
    """Move one user's band to what it is now."""
    birth.advance(task.user_id)


@job(DeleteIdEvidence)
def deleteIdEvidence(task: DeleteIdEvidence, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the images of a request that was decided."""
    identity.delete_evidence(task.user_id, task.request_id)
