"""Following and unfollowing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from spaktok.core import clients, clock, meter
from spaktok.core.refusal import NotFound
from spaktok.graph import circles, counting, service
from spaktok.graph.refusals import NotYourself
from spaktok.users import service as users
from tests.support.graph_invariants import violations
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue
from tests.support.time import TestClock


def test_nobody_follows_themselves() -> None:
    join(ANA)
    with pytest.raises(NotYourself):
        service.follow(ANA, ANA)


def test_an_unknown_user_cannot_be_followed() -> None:
    join(ANA)
    with pytest.raises(NotFound):
        service.follow(ANA, BEN)


def test_following_twice_is_following_once(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(BEN, ANA)
    service.follow(BEN, ANA)
    queue.drain()
    assert users.get_profile(BEN, ANA).follower_count == 1
    assert users.get_profile(ANA, BEN).following_count == 1
    assert users.get_profile(BEN, ANA).is_following


def test_unfollowing_restores_what_was(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(BEN, ANA)
    service.unfollow(BEN, ANA)
    queue.drain()
    assert users.get_profile(BEN, ANA).follower_count == 0
    assert users.get_profile(ANA, BEN).following_count == 0
    assert not users.get_profile(BEN, ANA).is_following
    assert list(clients.db().collection("followers").stream()) == []


def test_a_follow_costs_four_reads_and_four_writes_also_where_there_is_nothing_to_backfill() -> (
    None
):
    """The inbox says whom it is of, for the day they publish."""
    join(ANA, BEN)
    with meter.counting() as cost:
        service.follow(BEN, ANA)
    assert (cost.reads, cost.writes, cost.deletes) == (4, 4, 0)
    assert cost.hottest == 1


def test_a_block_hides_each_from_the_other_and_ends_follows_both_ways(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(ANA, BEN)
    service.follow(BEN, ANA)
    service.block(ANA, BEN, None)
    for one, other in ((ANA, BEN), (BEN, ANA)):
        with pytest.raises(NotFound):
            users.get_profile(one, other)
    queue.drain(times=5)
    service.unblock(ANA, BEN)
    assert not users.get_profile(ANA, BEN).is_following
    assert users.get_profile(ANA, BEN).follower_count == 0
    assert list(clients.db().collection("followers").stream()) == []


def test_a_total_whose_task_was_lost_is_made_by_the_sweeper(queue: Queue, time: TestClock) -> None:
    """As when an instance dies between the commit and the sending, of a follow and of its end."""
    join(ANA, BEN)
    for change, total in ((service.follow, 1), (service.unfollow, 0)):
        change(BEN, ANA)
        queue.waiting.clear()
        assert users.get_profile(ANA, BEN).following_count != total
        time.pass_(minutes=2)
        assert counting.sweep(clock.now()) == 2
        queue.drain()
        assert users.get_profile(ANA, BEN).following_count == total
    time.pass_(hours=1)
    assert counting.sweep(clock.now()) == 0


@pytest.mark.parametrize(
    ("before", "deletes"), [((), 0), (("follow",), 1), (("follow", "back", "list"), 4)]
)
def test_a_block_takes_down_what_there_was_and_touches_nothing_else(
    before: tuple[str, ...], deletes: int, queue: Queue
) -> None:
    """Of friends: both follows and both lists. Negative control: of strangers it was six deletes."""
    join(ANA, BEN)
    steps: dict[str, Callable[[], object]] = {
        "follow": lambda: service.follow(ANA, BEN),
        "back": lambda: service.follow(BEN, ANA),
        "list": lambda: [circles.add_close_friend(*pair) for pair in ((ANA, BEN), (BEN, ANA))],
    }
    for step in before:
        steps[step]()
    queue.drain()
    service.block(BEN, ANA, None)
    (task,) = [one for one in queue.waiting if one[0] == "severTies"]
    queue.waiting.clear()
    with meter.counting() as cost:
        assert queue.deliver(*task) == 200
    assert cost.deletes == deletes
    queue.drain()
    assert violations() == []
