"""Work of the feed that no client waits for."""

from datetime import datetime

from spaktok.core import log, revocations
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.feed import author_cards, fan_out, pool, service, topics, withdrawal
from spaktok.feed.requests import (
    FanOutVideo,
    PointFollowers,
    RefreshAuthorCard,
    RefreshPool,
    RefreshTopicPool,
    TrimBox,
    WithdrawVideo,
)


@job(FanOutVideo)
def fanOutVideo(task: FanOutVideo, delivery: Delivery) -> None:
    """Carry a published video to the followers."""
    fan_out.carry(task.owner, task.video_id, at_least=task.shards, again=delivery.retry > 0)


@job(PointFollowers)
def pointFollowers(task: PointFollowers, delivery: Delivery) -> None:  # noqa: ARG001
    """Tell the followers of someone too famous to push to all that they look for themselves."""
    fan_out.point(task.owner)


@job(WithdrawVideo)
def withdrawVideo(task: WithdrawVideo, delivery: Delivery) -> None:
    """Take the copies of a video back, and bring it to those who may still see it."""
    withdrawal.withdraw(task.owner, task.video_id, task.nonce)
    fan_out.carry(task.owner, task.video_id, again=delivery.retry > 0)


@job(RefreshAuthorCard)
def refreshAuthorCard(task: RefreshAuthorCard, delivery: Delivery) -> None:  # noqa: ARG001
    """Bring a changed name or photo to the videos and the outbox that carry it."""
    author_cards.refresh(task.uid)


@job(TrimBox)
def trimInbox(task: TrimBox, delivery: Delivery) -> None:  # noqa: ARG001
    """Forget the oldest cards of an inbox that grew too long."""
    service.trim(task.uid)


@job(TrimBox)
def trimOutbox(task: TrimBox, delivery: Delivery) -> None:  # noqa: ARG001
    """Forget the oldest cards of an outbox."""
    service.trim_outbox(task.uid)


@job(RefreshPool)
def refreshFeedPool(task: RefreshPool, delivery: Delivery) -> None:  # noqa: ARG001
    """Make the pool of new videos anew, since somebody found it old."""
    pool.refresh()


@job(RefreshTopicPool, rate=20)
def refreshTopicPool(task: RefreshTopicPool, delivery: Delivery) -> None:  # noqa: ARG001
    """Make the pool of a hashtag or a sound that somebody is interested in."""
    topics.refresh(task.topic)


@schedule("every 10 minutes")
def sweepFeedPool(at: datetime) -> None:  # noqa: ARG001
    """Make the pool of new videos anew."""
    pool.refresh()


@schedule("every 15 minutes")
def sweepRevocations(at: datetime) -> None:
    """Forget what was taken back so long ago that no copy is left."""
    log.info("revocations pruned", entries=revocations.prune(at))
