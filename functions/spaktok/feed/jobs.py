"""Work of the feed that no client waits for."""

from spaktok.core.endpoint.work import Delivery, job
from spaktok.feed import fan_out, service
from spaktok.feed.requests import FanOutVideo, TrimInbox


@job(FanOutVideo)
def fanOutVideo(task: FanOutVideo, delivery: Delivery) -> None:  # noqa: ARG001
    """Carry a published video to the followers: first by starting a task a shard, then in each."""
    if task.shard is None:
        fan_out.begin(task.owner, task.video_id)
    else:
        fan_out.deliver(task.owner, task.video_id, task.shard)


@job(TrimInbox)
def trimInbox(task: TrimInbox, delivery: Delivery) -> None:  # noqa: ARG001
    """Forget the oldest cards of an inbox that grew too long."""
    service.trim(task.uid)
