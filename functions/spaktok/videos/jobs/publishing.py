"""Work on what videos are for others."""

from datetime import datetime

from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.notifications.model import EntityType
from spaktok.videos.requests import (
    MuteDependents,
    OfOwner,
    OfVideo,
    PublishScheduled,
    PurgeVideo,
    SettleReused,
    TellMentioned,
)
from spaktok.videos.service import mentions, narrowing, publishing, removal, settling, sounds


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


@job(TellMentioned)
def tellMentioned(task: TellMentioned, delivery: Delivery) -> None:  # noqa: ARG001
    """Tell whom a caption or a comment mentions."""
    kind = EntityType(task.entity_type)
    mentions.tell(task.handles, kind, task.entity_id, task.actor, task.told)


@job(OfOwner)
def boundVideos(task: OfOwner, delivery: Delivery) -> None:  # noqa: ARG001
    """Narrow what reaches beyond its owner's privacy setting."""
    narrowing.apply(task.uid)


@job(OfVideo)
def settleOffspring(task: OfVideo, delivery: Delivery) -> None:  # noqa: ARG001
    """Have what was made from a video follow what that allows now."""
    settling.settle(task.video_id)


@job(SettleReused)
def settleReused(task: SettleReused, delivery: Delivery) -> None:  # noqa: ARG001
    """Have what was made from a user's videos follow what those allow now."""
    if task.other is None:
        settling.settle_all(task.uid)
    else:
        settling.settle_between(task.uid, task.other)


@schedule("every 1 minutes")
def sweepScheduled(at: datetime) -> None:
    """Publish what is due and whose task was lost."""
    publishing.sweep(at)
