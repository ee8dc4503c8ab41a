"""Work of the feed that no client waits for."""

from spaktok.core.endpoint.work import Delivery, job
from spaktok.feed import author_cards, changes, fan_out, service
from spaktok.feed.requests import ApplyVideoChange, FanOutVideo, RefreshAuthorCard, TrimInbox


@job(FanOutVideo)
def fanOutVideo(task: FanOutVideo, delivery: Delivery) -> None:  # noqa: ARG001
    """Carry a published video to the followers: first by starting a task a shard, then in each."""
    if task.shard is None:
        fan_out.begin(task.owner, task.video_id)
    else:
        fan_out.deliver(task.owner, task.video_id, task.shard, task.shards)


@job(ApplyVideoChange)
def applyVideoChange(task: ApplyVideoChange, delivery: Delivery) -> None:  # noqa: ARG001
    """Take a video out of inboxes that it is not for any more, and put it where it now is for."""
    if task.shard is None:
        changes.begin(task.owner, task.video_id, task.epoch)
    else:
        changes.apply(task.owner, task.video_id, task.epoch, task.shard, task.shards)


@job(RefreshAuthorCard)
def refreshAuthorCard(task: RefreshAuthorCard, delivery: Delivery) -> None:  # noqa: ARG001
    """Bring a changed name or photo to the videos and the outbox that carry it."""
    author_cards.refresh(task.uid)


@job(TrimInbox)
def trimInbox(task: TrimInbox, delivery: Delivery) -> None:  # noqa: ARG001
    """Forget the oldest cards of an inbox that grew too long."""
    service.trim(task.uid)
