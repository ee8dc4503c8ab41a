"""Roll-ups and sweepers."""

from datetime import datetime

from spaktok.core import clock, counters, dispatch
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.upkeep.requests import RollUpCounters
from spaktok.videos.service import upload


@job(RollUpCounters, rate=200)
def rollUpCounters(task: RollUpCounters, delivery: Delivery) -> None:  # noqa: ARG001
    """Write the sums of a document's shards into it, once its window has passed."""
    clock.wait_until(task.run_at)
    counters.roll_up(task.path, tuple(task.fields))


@schedule("every 5 minutes")
def sweepCounters(at: datetime) -> None:
    """Roll up what changed and whose task was lost."""
    counters.sweep(at)


@schedule("every 1 minutes")
def sweepOutbox(at: datetime) -> None:  # noqa: ARG001
    """Send tasks that were committed and never sent."""
    dispatch.sweep()


@schedule("every 15 minutes")
def sweepUploads(at: datetime) -> None:  # noqa: ARG001
    """Settle uploads whose file came unannounced, or never came."""
    upload.sweep()
