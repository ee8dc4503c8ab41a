"""Work on what videos are for others."""

from datetime import datetime

from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.videos.requests import MuteDependents, PublishScheduled, PurgeVideo
from spaktok.videos.service import publishing, removal, sounds


@job(MuteDependents)
def muteDependents(task: MuteDependents, delivery: Delivery) -> None:  # noqa: ARG001
    """Mute whatever uses a sound that was taken down."""
    sounds.mute_dependents(task.sound_id)


@job(PublishScheduled)
def publishScheduled(task: PublishScheduled, delivery: Delivery) -> None:  # noqa: ARG001
    """Publish a video whose hour has come. Early, late or twice, it goes out once at its hour."""
    publishing.publish_due(task.video_id, task.publish_at)


@job(PurgeVideo)
def purgeVideo(task: PurgeVideo, delivery: Delivery) -> None:  # noqa: ARG001
    """Delete the files and records of a deleted video."""
    removal.purge(task.owner, task.video_id)


@schedule("every 1 minutes")
def sweepScheduled(at: datetime) -> None:
    """Publish what is due and whose task was lost."""
    publishing.sweep(at)
