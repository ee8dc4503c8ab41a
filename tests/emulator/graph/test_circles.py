"""Close friends and mutes: nobody but their owner ever learns of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.core.inventory import Audience, find
from spaktok.core.refusal import NotFound
from spaktok.feed import fan_out
from spaktok.feed import service as feed
from spaktok.graph import circles, lists, service
from spaktok.users import service as users
from spaktok.users.relation import Visibility
from spaktok.videos.service import access, likes
from tests.support.graph_invariants import violations
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video


def close_friends(uid: UserId) -> list[str]:
    return [one.user_id for one in lists.close_friends(uid, 20, None).close_friends]


def muted(uid: UserId) -> list[str]:
    return [one.user_id for one in lists.muted(uid, 20, None).muted_users]


def notifications(uid: UserId) -> int:
    found = clients.db().collection("notifications").stream()
    return sum(one.get("userId") == uid for one in found)


def readable(uid: UserId) -> dict[str, Any]:
    """Every document whose rules may let this user in, and what calls answer them of Ana."""

    def documents() -> Iterator[Any]:
        for collection in clients.db().collections():
            for document in collection.stream():
                yield document
                for below in document.reference.collections():
                    yield from below.stream()

    seen = {
        document.reference.path: document.to_dict()
        for document in documents()
        if find(document.reference.path).get is not Audience.NOBODY
        and not document.reference.path.startswith(f"users/{ANA}/")
    }
    return {**seen, "profile": users.get_profile(uid, ANA), "feed": feed.page(uid, 20, None)}


def test_a_close_friend_sees_what_is_for_close_friends_and_loses_it_at_once() -> None:
    join(ANA, BEN)
    shown = video(ANA, Visibility.CLOSE_FRIENDS)
    circles.add_close_friend(ANA, BEN)
    assert access.get_video(BEN, shown).video_id == shown
    assert close_friends(ANA) == [BEN]
    circles.remove_close_friend(ANA, BEN)
    with pytest.raises(NotFound):
        access.get_video(BEN, shown)
    assert close_friends(ANA) == []
    assert violations() == []


def test_a_block_ends_close_friendship_and_an_unblock_does_not_bring_it_back(queue: Queue) -> None:
    """Negative control: without `closeFriends` among what a block ends, it is back."""
    join(ANA, BEN)
    shown = video(ANA, Visibility.CLOSE_FRIENDS)
    circles.add_close_friend(ANA, BEN)
    service.block(BEN, ANA, None)
    assert close_friends(ANA) == []
    service.unblock(BEN, ANA)
    with pytest.raises(NotFound):
        access.get_video(BEN, shown)
    queue.drain(times=2)
    assert violations() == []


@pytest.mark.parametrize("circle", ["close friends", "muted"])
def test_nothing_that_the_other_can_read_changes(circle: str, queue: Queue) -> None:
    """Negative control: with the mute on the edge of the follow, the edge differs."""
    join(ANA, BEN)
    service.follow(ANA, BEN)
    service.follow(BEN, ANA)
    queue.drain()
    before, told = readable(BEN), notifications(BEN)
    if circle == "muted":
        circles.mute(ANA, BEN, None)
    else:
        circles.add_close_friend(ANA, BEN)
    queue.drain()
    assert readable(BEN) == before
    assert notifications(BEN) == told


def test_a_muted_author_leaves_the_feed_and_is_there_where_one_looks(queue: Queue) -> None:
    join(ANA, BEN)
    service.follow(BEN, ANA)
    shown = video(ANA)
    fan_out.carry(ANA, shown)
    queue.drain()
    circles.mute(BEN, ANA, None)
    assert feed.page(BEN, 20, None).videos == []
    assert access.get_video(BEN, shown).video_id == shown
    assert users.get_profile(BEN, ANA).is_muted
    circles.unmute(BEN, ANA)
    assert [card.video_id for card in feed.page(BEN, 20, None).videos] == [shown]
    assert violations() == []


def test_what_a_muted_user_does_is_not_told(queue: Queue) -> None:
    join(ANA, BEN)
    circles.mute(ANA, BEN, None)
    service.follow(BEN, ANA)
    likes.like(BEN, video(ANA))
    queue.drain()
    assert notifications(ANA) == 0


def test_a_mute_ends_by_itself_at_its_instant(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN)
    assert circles.mute(ANA, BEN, 2).until is not None
    time.pass_(hours=2, milliseconds=-1)
    assert muted(ANA) == [BEN]
    assert users.get_profile(ANA, BEN).is_muted
    time.pass_(milliseconds=1)
    assert muted(ANA) == []
    assert not users.get_profile(ANA, BEN).is_muted
    likes.like(BEN, video(ANA))
    queue.drain()
    assert notifications(ANA) == 1
    circles.unmute(ANA, BEN)
    assert violations() == []


def test_a_block_taken_back_leaves_the_mute_and_the_other_way_round(queue: Queue) -> None:
    join(ANA, BEN)
    circles.mute(ANA, BEN, None)
    service.block(ANA, BEN, None)
    service.unblock(ANA, BEN)
    assert muted(ANA) == [BEN]
    service.block(ANA, BEN, None)
    circles.unmute(ANA, BEN)
    with pytest.raises(NotFound):
        users.get_profile(ANA, BEN)
    queue.drain()
    assert violations() == []


def test_nobody_who_is_not_there_is_listed_or_muted() -> None:
    join(ANA, BEN)
    service.block(BEN, ANA, None)
    for other in (BEN, CARL):
        with pytest.raises(NotFound):
            circles.add_close_friend(ANA, other)
        with pytest.raises(NotFound):
            circles.mute(ANA, other, None)
        assert not circles.remove_close_friend(ANA, other).close_friend
        assert not circles.unmute(ANA, other).muted
    assert violations() == []
