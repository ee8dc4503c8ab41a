"""Following and unfollowing."""

from __future__ import annotations

import pytest

from spaktok.core import clients, meter
from spaktok.core.refusal import NotFound
from spaktok.graph import service
from spaktok.graph.refusals import NotYourself
from spaktok.users import service as users
from tests.support.people import ANA, BEN, join
from tests.support.queue import Queue


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


def test_a_follow_costs_four_reads_and_three_writes_where_there_is_nothing_to_backfill() -> None:
    join(ANA, BEN)
    with meter.counting() as cost:
        service.follow(BEN, ANA)
    assert (cost.reads, cost.writes, cost.deletes) == (4, 3, 0)
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
