"""Roll-ups and sweepers."""

from datetime import datetime

from spaktok.core import clock, counters, dispatch, keys, rotation
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.progress.service import standing
from spaktok.upkeep.requests import RollUpCounters, RotateSealedFields
from spaktok.videos.service import upload


@job(RollUpCounters, rate=200)
def rollUpCounters(task: RollUpCounters, delivery: Delivery) -> None:  # noqa: ARG001
    """Write the sums of a document's shards into it, once its window has passed."""
    clock.wait_until(task.run_at)
    roll_up = standing.roll_up if standing.counts(task.path) else counters.roll_up
    roll_up(task.path, tuple(task.fields))


@job(RotateSealedFields, rate=10, secrets=(keys.SEALED_SECRET,))
def rotateSealedFields(task: RotateSealedFields, delivery: Delivery) -> None:  # noqa: ARG001
    """Seal a page of old fields under the newest key, and go on with the next one."""
    after = None if task.after is None else rotation.Position(**task.after.model_dump())
    progress = rotation.page(task.collection, after)
    if progress.after is not None:
        dispatch.send(rotation.task(task.collection, task.day, progress.after))


@schedule("every 5 minutes")
def sweepCounters(at: datetime) -> None:
    """Roll up what changed and whose task was lost."""
    counters.sweep(at)


@schedule("every 1 minutes")
def sweepOutbox(at: datetime) -> None:  # noqa: ARG001
    """Send tasks that were committed and never sent."""
    dispatch.sweep()


@schedule("every day 03:30")
def sweepSealedFields(at: datetime) -> None:
    """Begin to seal anew what lies under an old key, if anything does."""
    rotation.start(at.date().isoformat())


@schedule("every 15 minutes")
def sweepUploads(at: datetime) -> None:  # noqa: ARG001
    """Settle uploads whose file came unannounced, or never came."""
    upload.sweep()
