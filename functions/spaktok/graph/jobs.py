"""Work of the graph that no client waits for."""

from spaktok.core import clock
from spaktok.core.endpoint.work import Delivery, job
from spaktok.core.ids import UserId
from spaktok.graph import service
from spaktok.graph.requests import CountFollowing, SeverTies


@job(CountFollowing)
def countFollowing(task: CountFollowing, delivery: Delivery) -> None:  # noqa: ARG001
    """Count whom a user follows."""
    clock.wait_until(task.run_at)
    service.count_following(task.uid)


@job(SeverTies)
def severTies(task: SeverTies, delivery: Delivery) -> None:  # noqa: ARG001
    """End the follows that a block ended."""
    service.sever(UserId(task.one), UserId(task.other), task.at)
