"""Following a private account: asked, answered, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from spaktok.core import clients, dispatch, meter
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.graph import asking, friends, lists, service
from spaktok.graph.refusals import NotYourself
from spaktok.graph.service import FollowStatus
from spaktok.users import service as users
from spaktok.users import settings
from tests.support.graph_invariants import violations
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.time import TestClock


def close(uid: UserId, queue: Queue) -> None:
    settings.set_private(uid, private=True)
    queue.drain()


def told(uid: UserId) -> list[tuple[str, ...]]:
    found = clients.db().collection("notifications").stream()
    return sorted(
        (one.get("type"), *one.get("actorIds")) for one in found if one.get("userId") == uid
    )


def waiting(uid: UserId) -> list[str]:
    return [one.user_id for one in lists.requests(uid, 20, None).requests]


def test_following_a_private_account_asks_and_changes_nothing_else(queue: Queue) -> None:
    join(ANA, BEN)
    close(ANA, queue)
    for _ in range(3):
        assert service.follow(BEN, ANA).status is FollowStatus.PENDING
    queue.drain(times=2)
    profile = users.get_profile(BEN, ANA)
    assert (profile.is_following, profile.is_follow_requested) == (False, True)
    assert profile.follower_count == 0
    assert waiting(ANA) == [BEN]
    assert told(ANA) == [("follow_request", BEN)]
    assert violations() == []


def test_an_accepted_request_is_a_follow_and_its_sender_is_told(queue: Queue) -> None:
    join(ANA, BEN)
    close(ANA, queue)
    service.follow(BEN, ANA)
    for _ in range(2):
        asking.accept(ANA, BEN)
    queue.drain(times=2)
    assert users.get_profile(BEN, ANA).is_following
    assert users.get_profile(BEN, ANA).follower_count == 1
    assert users.get_profile(ANA, BEN).following_count == 1
    assert told(BEN) == [("follow_request_accepted", ANA)]
    assert waiting(ANA) == []
    assert violations() == []


def test_what_passes_between_two_is_told_although_the_queue_was_down(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: announced after the commit, the first call fails, its repeat finds nothing to
    do, and nobody is told."""
    join(ANA, BEN, CARL)
    close(ANA, queue)

    def down(_: str) -> Any:
        raise ConnectionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "queue", down)
        service.follow(BEN, ANA)
        service.follow(CARL, ANA)
        asking.accept(ANA, BEN)
        friends.send(BEN, CARL)
        friends.accept(CARL, f"{BEN}_{CARL}")
    time.pass_(minutes=2)
    dispatch.sweep()
    queue.drain(times=2)
    assert [kind for kind, _ in told(BEN)] == ["follow_request_accepted", "friend_request_accepted"]
    assert ("follow_request", CARL) in told(ANA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "queue", down)
        asking.cancel(CARL, ANA)
        friends.remove(CARL, BEN)
    time.pass_(minutes=2)
    dispatch.sweep()
    queue.drain(times=2)
    assert ("follow_request", CARL) not in told(ANA)
    assert [kind for kind, _ in told(BEN)] == ["follow_request_accepted"]


def test_a_rejected_request_is_gone_and_nobody_is_told(queue: Queue) -> None:
    join(ANA, BEN)
    close(ANA, queue)
    service.follow(BEN, ANA)
    for _ in range(2):
        asking.reject(ANA, BEN)
    queue.drain()
    assert told(BEN) == []
    assert not users.get_profile(BEN, ANA).is_follow_requested
    assert service.follow(BEN, ANA).status is FollowStatus.PENDING, "they may ask again"


@pytest.mark.parametrize("how", ["cancel", "unfollow"])
def test_a_request_that_was_taken_back_cannot_be_accepted(how: str, queue: Queue) -> None:
    join(ANA, BEN)
    close(ANA, queue)
    service.follow(BEN, ANA)
    (asking.cancel if how == "cancel" else service.unfollow)(BEN, ANA)
    with pytest.raises(NotFound):
        asking.accept(ANA, BEN)
    queue.drain()
    assert violations() == []


def test_only_whom_it_was_sent_to_can_accept_a_request(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    close(ANA, queue)
    service.follow(BEN, ANA)
    for somebody, requester in ((BEN, ANA), (CARL, BEN), (BEN, CARL)):
        with pytest.raises(NotFound):
            asking.accept(somebody, requester)
    with pytest.raises(NotYourself):
        asking.accept(BEN, BEN)
    asking.reject(CARL, BEN)
    assert waiting(ANA) == [BEN]


@pytest.mark.parametrize("blocker", [ANA, BEN])
def test_a_block_ends_a_request_in_whichever_direction(blocker: UserId, queue: Queue) -> None:
    """Negative control: without `followRequests` among what a block ends, it could be accepted."""
    join(ANA, BEN)
    close(ANA, queue)
    service.follow(BEN, ANA)
    other = BEN if blocker == ANA else ANA
    service.block(blocker, other, None)
    assert waiting(ANA) == []
    service.unblock(blocker, other)
    with pytest.raises(NotFound):
        asking.accept(ANA, BEN)
    queue.drain(times=2)
    assert violations() == []


def test_opening_the_account_lets_in_everyone_who_waits(queue: Queue) -> None:
    join(ANA, BEN, CARL, DINA)
    close(ANA, queue)
    for requester in (BEN, CARL, DINA):
        service.follow(requester, ANA)
    asking.cancel(CARL, ANA)
    service.block(DINA, ANA, None)
    settings.set_private(ANA, private=False)
    queue.drain(times=3)
    assert [one.user_id for one in lists.followers(ANA, ANA, 20, None).followers] == [BEN]
    assert told(BEN) == [("follow_request_accepted", ANA)]
    assert violations() == []


def test_who_waits_when_the_door_is_closed_again_goes_on_waiting(queue: Queue) -> None:
    """Negative control: without `if_public`, the late task lets them in."""
    join(ANA, BEN)
    close(ANA, queue)
    settings.set_private(ANA, private=False)
    settings.set_private(ANA, private=True)
    service.follow(BEN, ANA)
    queue.drain(times=2)
    assert waiting(ANA) == [BEN]
    assert asking.accept_all(ANA) == 0
    assert waiting(ANA) == [BEN]


def test_closing_the_account_keeps_the_followers(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(BEN, ANA)
    close(ANA, queue)
    assert service.follow(BEN, ANA).status is FollowStatus.FOLLOWING
    assert users.get_profile(BEN, ANA).is_following
    assert violations() == []


def test_whoever_is_removed_no_longer_follows_and_is_not_told(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    service.follow(BEN, ANA)
    service.follow(ANA, BEN)
    queue.drain()
    before = told(BEN)
    for _ in range(2):
        service.remove_follower(ANA, BEN)
    queue.drain()
    assert not users.get_profile(BEN, ANA).is_following
    assert users.get_profile(BEN, ANA).is_followed_by, "the other direction stays"
    assert told(BEN) == before
    assert violations() == []
    service.remove_follower(ANA, CARL)
    with pytest.raises(NotFound):
        service.remove_follower(ANA, UserId("nobody"))


def test_the_bell_belongs_to_a_follow() -> None:
    join(ANA, BEN)
    with pytest.raises(NotFound):
        service.set_bell(BEN, ANA, enabled=True)
    service.follow(BEN, ANA)
    assert service.set_bell(BEN, ANA, enabled=True).enabled
    edge = clients.db().document(f"followers/{BEN}_{ANA}")
    assert edge.get().get("notificationsEnabled")
    service.block(ANA, BEN, None)
    with pytest.raises(NotFound):
        service.set_bell(BEN, ANA, enabled=False)


def test_costs(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    close(ANA, queue)
    spent = {}
    for name, action in {
        "ask": lambda: service.follow(BEN, ANA),
        "accept": lambda: asking.accept(ANA, BEN),
        "remove": lambda: service.remove_follower(ANA, BEN),
        "block": lambda: service.block(ANA, CARL, None),
    }.items():
        with meter.counting() as cost:
            action()
        spent[name] = (cost.reads, cost.writes, cost.deletes, cost.hottest)
    assert spent == {
        "ask": (2, 3, 1, 2),
        "accept": (5, 5, 2, 2),
        "remove": (4, 4, 1, 1),
        "block": (2, 7, 1, 2),
    }
