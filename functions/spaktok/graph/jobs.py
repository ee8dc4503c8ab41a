"""Work of the graph that no client waits for."""

from datetime import datetime

from spaktok.core import clock, log
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.core.ids import UserId
from spaktok.graph import audiences, counting, opening, severing
from spaktok.graph.requests import ApplyPrivacy, CountFollows, Follower, SeverTies, WeighFollower


@job(CountFollows)
def countFollowing(task: CountFollows, delivery: Delivery) -> None:  # noqa: ARG001
    """Count whom a user follows."""
    clock.wait_until(task.run_at)
    counting.count_following(task.uid)


@job(CountFollows)
def countFollowers(task: CountFollows, delivery: Delivery) -> None:  # noqa: ARG001
    """Count who follows a user, and spread a crowd over more documents."""
    clock.wait_until(task.run_at)
    counting.count_followers(task.uid)


@schedule("every 15 minutes")
def sweepFollows(at: datetime) -> None:
    """Count whom users follow whose count was lost."""
    counting.sweep(at)


@job(SeverTies)
def severTies(task: SeverTies, delivery: Delivery) -> None:  # noqa: ARG001
    """Take down what a block ended."""
    severing.sever(UserId(task.one), UserId(task.other), task.by_one, task.by_other)


@job(ApplyPrivacy)
def applyPrivacy(task: ApplyPrivacy, delivery: Delivery) -> None:  # noqa: ARG001
    """Make what a user has follow whether the account is private."""
    opening.apply(UserId(task.uid))


@job(Follower)
def idleFollower(task: Follower, delivery: Delivery) -> None:  # noqa: ARG001
    """Bring nothing more to someone who has not looked at their feed for long."""
    audiences.idle(task.uid)


@job(Follower)
def wakeFollower(task: Follower, delivery: Delivery) -> None:  # noqa: ARG001
    """Bring someone who returned to their feed what they missed, and what comes."""
    audiences.wake(task.uid)


@job(WeighFollower)
def weighFollower(task: WeighFollower, delivery: Delivery) -> None:  # noqa: ARG001
    """Bring someone who follows very many a part of it."""
    audiences.weigh(task.uid, task.follows)


@schedule("every 24 hours")
def sweepFollowers(at: datetime) -> None:
    """Find those who have not looked at their feed for long."""
    log.info("followers fell asleep", followers=audiences.sweep(at))
