"""Friends are mutual followers: asked, answered, ended in one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.graph import counting, friends, lists, service
from spaktok.graph.friends import Friendship, FriendStatus
from spaktok.graph.refusals import NotYourself
from spaktok.users import service as users
from spaktok.users import settings
from tests.support.graph_invariants import violations
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

PENDING = Friendship(FriendStatus.PENDING, f"{BEN}_{ANA}")
FRIENDS = Friendship(FriendStatus.FRIENDS)
APART = Friendship(FriendStatus.NOT_FRIENDS)


def friends_of(uid: UserId) -> list[str]:
    return [one.user_id for one in lists.friends(uid, 20, None).friends]


def told(uid: UserId) -> list[str]:
    found = clients.db().collection("notifications").stream()
    return sorted(one.get("type") for one in found if one.get("userId") == uid)


def test_a_request_waits_until_it_is_accepted_and_then_both_follow(queue: Queue) -> None:
    join(ANA, BEN)
    assert [friends.send(BEN, ANA) for _ in range(3)] == [PENDING] * 3
    assert friends_of(ANA) == []
    assert [friends.accept(ANA, f"{BEN}_{ANA}") for _ in range(3)] == [FRIENDS] * 3
    queue.drain(times=2)
    assert (friends_of(ANA), friends_of(BEN)) == ([BEN], [ANA])
    assert users.get_profile(ANA, BEN).is_friend
    assert (told(ANA), told(BEN)) == (["friend_request"], ["friend_request_accepted"])
    assert friends.send(ANA, BEN) == FRIENDS
    assert violations() == []


def test_what_is_taken_back_or_ended_is_not_told_of_any_more(queue: Queue) -> None:
    """Negative control: without what `friends.remove` stages, the request and its answer stay."""
    join(ANA, BEN)
    friends.send(BEN, ANA)
    queue.drain()
    assert told(ANA) == ["friend_request"]
    friends.remove(BEN, ANA)
    queue.drain()
    assert told(ANA) == []
    service.follow(ANA, BEN)
    friends.send(BEN, ANA)
    queue.drain()
    friends.accept(ANA, f"{BEN}_{ANA}")
    queue.drain()
    assert told(BEN) == ["friend_request_accepted", "new_follower"]
    friends.remove(ANA, BEN)
    queue.drain()
    assert told(BEN) == []


def test_the_totals_of_friends_whose_tasks_were_lost_are_made_by_the_sweeper(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: without `followsChangedAt` in `_befriend` the sweeper finds nothing."""
    join(ANA, BEN)
    friends.send(BEN, ANA)
    friends.accept(ANA, f"{BEN}_{ANA}")
    queue.waiting.clear()
    assert users.get_profile(ANA, BEN).following_count == 0
    time.pass_(minutes=2)
    assert counting.sweep(clock.now()) == 2
    queue.drain()
    assert users.get_profile(ANA, BEN).following_count == 1
    assert users.get_profile(BEN, ANA).following_count == 1


def test_asking_each_other_makes_friends(queue: Queue) -> None:
    join(ANA, BEN)
    friends.send(BEN, ANA)
    assert friends.send(ANA, BEN) == FRIENDS
    queue.drain()
    assert friends_of(BEN) == [ANA]
    assert violations() == []


def test_whoever_follows_already_keeps_the_follow_and_gains_the_other(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(ANA, BEN)
    friends.send(BEN, ANA)
    friends.accept(ANA, f"{BEN}_{ANA}")
    queue.drain()
    assert users.get_profile(ANA, BEN).follower_count == 1
    assert violations() == []


def test_following_back_makes_friends_and_answers_the_request_that_waits(queue: Queue) -> None:
    join(ANA, BEN)
    friends.send(BEN, ANA)
    service.follow(ANA, BEN)
    service.follow(BEN, ANA)
    queue.drain()
    assert friends_of(ANA) == [BEN]
    assert lists.friend_requests(ANA, 20, None, None).received == []
    assert violations() == []


def test_a_declined_request_is_gone_in_silence(queue: Queue) -> None:
    join(ANA, BEN)
    friends.send(BEN, ANA)
    assert [friends.decline(ANA, f"{BEN}_{ANA}") for _ in range(2)] == [APART] * 2
    queue.drain()
    assert told(BEN) == []
    with pytest.raises(NotFound):
        friends.accept(ANA, f"{BEN}_{ANA}")
    assert violations() == []


@pytest.mark.parametrize("answer", [friends.accept, friends.decline])
def test_nobody_answers_a_request_that_is_not_theirs(
    answer: Callable[[UserId, str], object],
) -> None:
    """Negative control: without the comparison of the receiver in `_sender`, the sender accepts."""
    join(ANA, BEN, CARL)
    friends.send(BEN, ANA)
    for somebody in (BEN, CARL):
        with pytest.raises(NotFound):
            answer(somebody, f"{BEN}_{ANA}")
    with pytest.raises(NotFound):
        answer(ANA, f"{ANA}_{ANA}")
    assert [one.user_id for one in lists.friend_requests(ANA, 20, None, None).received] == [BEN]


def test_ending_a_friendship_ends_both_follows_at_once(queue: Queue) -> None:
    join(ANA, BEN)
    friends.send(BEN, ANA)
    friends.accept(ANA, f"{BEN}_{ANA}")
    assert [friends.remove(ANA, BEN) for _ in range(2)] == [APART] * 2
    queue.drain(times=2)
    profile = users.get_profile(ANA, BEN)
    assert not profile.is_following
    assert not profile.is_followed_by
    assert violations() == []


def test_ending_what_is_no_friendship_takes_the_request_back_and_leaves_follows(
    queue: Queue,
) -> None:
    join(ANA, BEN)
    service.follow(BEN, ANA)
    friends.send(BEN, ANA)
    friends.remove(BEN, ANA)
    queue.drain()
    assert users.get_profile(BEN, ANA).is_following
    assert lists.friend_requests(BEN, 20, None, None).sent == []
    assert violations() == []


def test_a_private_account_becomes_friends_by_its_owners_word_alone(queue: Queue) -> None:
    join(ANA, BEN)
    settings.set_private(ANA, private=True)
    service.follow(BEN, ANA)
    friends.send(BEN, ANA)
    assert not users.get_profile(BEN, ANA).is_following
    friends.accept(ANA, f"{BEN}_{ANA}")
    queue.drain()
    assert users.get_profile(BEN, ANA).is_friend
    assert violations() == []


def test_requests_are_listed_on_both_sides_with_their_ids(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    friends.send(BEN, ANA)
    friends.send(ANA, CARL)
    listed = lists.friend_requests(ANA, 20, None, None)
    assert [(one.user_id, one.request_id) for one in listed.received] == [(BEN, f"{BEN}_{ANA}")]
    assert [(one.user_id, one.request_id) for one in listed.sent] == [(CARL, f"{ANA}_{CARL}")]


def test_a_block_ends_a_friendship_and_what_was_asked(queue: Queue) -> None:
    join(ANA, BEN, CARL)
    friends.send(BEN, ANA)
    friends.accept(ANA, f"{BEN}_{ANA}")
    friends.send(CARL, ANA)
    service.block(BEN, ANA, None)
    service.block(ANA, CARL, None)
    assert friends_of(ANA) == []
    with pytest.raises(NotFound):
        friends.accept(ANA, f"{CARL}_{ANA}")
    queue.drain(times=2)
    assert violations() == []


def test_nobody_befriends_themselves_or_nobody() -> None:
    join(ANA)
    with pytest.raises(NotYourself):
        friends.send(ANA, ANA)
    with pytest.raises(NotFound):
        friends.send(ANA, BEN)
