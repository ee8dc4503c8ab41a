"""Who is brought what is published: whoever looks, and of very much a part."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

from spaktok.core import clock, dispatch
from spaktok.core.dispatch import Task
from spaktok.feed import fan_out, personal, store
from spaktok.feed import service as feed
from spaktok.graph import audiences, counting
from spaktok.graph import service as graph
from spaktok.users import shards
from spaktok.users import store as users
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.worlds import video


def _opens_the_feed() -> None:
    personal.page(BEN, 20, None, None)


def _reads_what_is_followed() -> None:
    feed.page(BEN, 20, None)


def _dies(_: Task) -> None:
    raise ConnectionError


def test_who_sleeps_is_brought_nothing_and_on_waking_what_was_missed(
    queue: Queue, time: TestClock
) -> None:
    """Negative control: without `wake`, the first page after the return stays the last."""
    join(ANA, BEN, CARL)
    for one in (BEN, CARL):
        graph.follow(one, ANA)
        personal.page(one, 20, None, None)
    time.pass_(days=20)
    personal.page(CARL, 20, None, None)
    time.pass_(days=11)
    assert audiences.sweep(clock.now()) == 1
    queue.drain(times=2)
    assert shards.crowd(ANA).idle == {BEN}
    missed = video(ANA)
    assert fan_out.carry(ANA, missed) == 1
    assert missed not in store.cards(store.inbox_ref(BEN).get())
    personal.page(BEN, 20, None, None)
    queue.drain(times=2)
    assert shards.crowd(ANA).idle == frozenset()
    assert [card.video_id for card in personal.page(BEN, 20, None, None).videos] == [missed]
    assert audiences.sweep(clock.now()) == 0


def test_who_looks_while_being_marked_is_not_left_asleep(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    personal.page(BEN, 20, None, None)
    time.pass_(days=31)
    audiences.sweep(clock.now())
    tell = audiences._tell

    def meanwhile(*args: Any, **limits: Any) -> int:
        monkeypatch.setattr(audiences, "_tell", tell)
        personal.page(BEN, 20, None, None)
        queue.drain()
        return tell(*args, **limits)

    monkeypatch.setattr(audiences, "_tell", meanwhile)
    audiences.idle(BEN)
    assert shards.crowd(ANA).idle == frozenset()


@pytest.mark.parametrize("look", [_opens_the_feed, _reads_what_is_followed])
def test_who_wakes_is_brought_what_comes_though_the_instance_died(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]
) -> None:
    """Negative control: with the task sent after the commit alone, nobody ever wakes them."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    personal.page(BEN, 20, None, None)
    time.pass_(days=31)
    audiences.sweep(clock.now())
    queue.drain()
    assert shards.crowd(ANA).idle == {BEN}
    with monkeypatch.context() as dying:
        dying.setattr(dispatch, "send", _dies)
        look()
    look()
    assert shards.crowd(ANA).idle == {BEN}
    time.pass_(minutes=2)
    assert dispatch.sweep() == 1
    queue.drain()
    assert shards.crowd(ANA).idle == frozenset()


def test_who_ends_the_follow_while_being_marked_leaves_no_mark(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with cards that no transaction read, the mark comes after the end and stays."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    read, ending = users.read, Thread(target=graph.unfollow, args=(BEN, ANA))

    def meanwhile(*args: Any) -> Any:
        found = read(*args)
        if not ending.ident:
            ending.start()
            ending.join(1)  # it can't come between, and waits for the mark's commit
        return found

    monkeypatch.setattr(users, "read", meanwhile)
    audiences._mark(BEN, {"idleIds": [BEN]})
    ending.join()
    assert shards.crowd(ANA).idle == frozenset()


def test_a_mark_whose_run_died_is_taken_back_by_the_next(queue: Queue, time: TestClock) -> None:
    """Negative control: with an end where they are not idle, Ben is left out for good."""
    join(ANA, BEN)
    graph.follow(BEN, ANA)
    personal.page(BEN, 20, None, None)
    audiences._mark(BEN, {"idleIds": ["ben"]})
    audiences.idle(BEN)
    assert shards.crowd(ANA).idle == frozenset()


@pytest.mark.parametrize(
    ("before", "follows", "told"),
    [
        (1_999, 2_000, False),
        (2_000, 2_001, True),
        (2_001, 3_999, False),
        (3_999, 4_000, True),
        (4_000, 5_000, False),
        (9_000, 100, False),
    ],
)
def test_everyone_followed_is_told_at_each_doubling(before: int, follows: int, told: bool) -> None:
    assert audiences.weighs_more(before, follows) is told


def test_whoever_follows_very_many_is_known_to_those_who_publish(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "weighs_more", lambda before, follows: follows == 2)
    join(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    graph.follow(BEN, CARL)
    counting.count_following(BEN)
    queue.drain(times=2)
    assert shards.crowd(ANA).heavy == {BEN: 2}
    graph.unfollow(BEN, ANA)
    assert shards.crowd(ANA).heavy == {}
