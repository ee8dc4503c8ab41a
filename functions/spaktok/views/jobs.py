"""Work of views that no client waits for."""

from datetime import datetime

from spaktok.core import clock
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.core.ids import UserId
from spaktok.views.requests import (
    AttributeFollow,
    RecountViews,
    RollUpEngagement,
    RollUpViews,
    SettleStanding,
    TrimInterests,
)
from spaktok.views.service import (
    engaging,
    follows,
    recording,
    recounting,
    rolling,
    trimming,
    withholding,
)


@job(RollUpViews, rate=20)
def rollUpViews(task: RollUpViews, delivery: Delivery) -> None:  # noqa: ARG001
    """Count the batches that wait in one bucket."""
    rolling.roll_up(task.bucket)


@job(RollUpEngagement, rate=20)
def rollUpEngagement(task: RollUpEngagement, delivery: Delivery) -> None:  # noqa: ARG001
    """Count likes, comments, shares, saves and what is unwanted, for interests and the ranking."""
    engaging.roll_up()


@job(RecountViews, rate=5)
def recountViews(task: RecountViews, delivery: Delivery) -> None:  # noqa: ARG001
    """Count a video's views anew from the batches, and put its totals right."""
    recounting.correct(task.video_id)


@job(AttributeFollow, rate=50)
def attributeFollow(task: AttributeFollow, delivery: Delivery) -> None:  # noqa: ARG001
    """Count a new follower for the video that won them."""
    follows.attribute(UserId(task.follower), UserId(task.followed), task.at)


@job(TrimInterests)
def trimInterests(task: TrimInterests, delivery: Delivery) -> None:  # noqa: ARG001
    """Forget the interests that came to nothing."""
    trimming.trim(task.uid)


@job(SettleStanding, rate=20)
def settleStanding(task: SettleStanding, delivery: Delivery) -> None:  # noqa: ARG001
    """Have a user's engagement count or not, as their account stands by then."""
    clock.wait_until(task.run_at)
    withholding.settle(task.uid)


@schedule("every 10 minutes")
def countViews(at: datetime) -> None:
    """Have what was watched, and what else was done with videos, counted."""
    rolling.start(recording.BUCKETS, at)
    engaging.start(at)
