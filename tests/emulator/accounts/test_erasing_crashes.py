"""An erasure ends the same wherever it dies, however many leave at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from spaktok.accounts import store
from spaktok.accounts.model import TOKENS_DIE
from spaktok.accounts.service import belongings, erasing, leaving
from spaktok.core import clients, clock, counters, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.graph import service as graph
from spaktok.users import service as users
from spaktok.videos.model import VideoStatus
from spaktok.videos.service import likes
from tests.support import accounts, faults, worlds
from tests.support.accounts import residues
from tests.support.faults import Crash, Fault
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

CROWD = int(os.environ.get("SPAKTOK_ERASED_USERS", some(1_000, short=2)))
SOCIETY = min(CROWD, 50)


def test_two_who_follow_each_other_may_leave_at_once(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN, CARL)
    for one, other in ((ANA, BEN), (BEN, ANA), (CARL, ANA), (BEN, CARL)):
        graph.follow(one, other)
    video = worlds.video(BEN)
    likes.like(ANA, video)
    queue.drain()
    for uid in (ANA, BEN):
        leaving.request(uid)
    (one, _, first), (other, _, second) = list(queue.waiting)[:2]
    assert one == other == "eraseAccount"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda body: erasing.run(body["data"]["erasureId"]), (first, second)))
    queue.drain()  # their tasks are still there: each runs once more
    time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert residues([ANA, BEN]) == []
    assert users.get_profile(CARL, CARL).follower_count == 0


def test_a_video_that_another_delivery_has_deleted_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Control: without the second try, one by one, the first delivery fails with NotFound."""
    join(ANA)
    gone, there = worlds.video(ANA), worlds.video(ANA)
    read = belongings.pages

    def meanwhile(query: Any) -> Iterator[Any]:
        for page in read(query):
            clients.db().document(f"videos/{gone}").delete()
            yield page

    monkeypatch.setattr(belongings, "pages", meanwhile)
    list(belongings.remember(ANA, "erasure"))
    assert [one.id for one in store.things("erasure").stream()] == [there]
    assert clients.db().document(f"videos/{there}").get().get("status") == VideoStatus.REMOVED


def test_a_delivery_that_comes_after_the_end_makes_no_new_pseudonym() -> None:
    """Control: with the key made whoever asks, it stays, and names the account."""
    join(ANA)
    belongings.erase_last(ANA)
    list(belongings.move_money(ANA))
    assert not clients.db().document(f"pseudonyms/{ANA}").get().exists


@pytest.mark.parametrize("seed", range(some(4, short=1)))
def test_killed_anywhere_and_sent_again_an_erasure_ends_the_same(
    seed: int, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at random RPCs, before or after they are done, until a run survives."""
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    people = [UserId(f"person{seed}x{number}") for number in range(some(6, short=3))]
    join(*people)
    videos = [worlds.video(one) for one in people]
    accounts.mingle(people, videos, seed, some(60, short=30))
    queue.drain()
    goers, staying = people[:-2], people[-2:]
    before = {one: users.get_profile(one, one) for one in staying}
    for uid in goers:
        leaving.request(uid)
    deaths = 0
    for round_ in range(2):
        for erasure in clients.db().collection("erasures").stream():
            deaths += accounts.until_it_survives(erasure.id, seed * 100 + round_, 0.1)
        queue.drain()
        time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    accounts.settle(queue, time)
    assert deaths > 2 * len(goers)
    # What a run that died left uncounted, the sweeper of every five minutes finds.
    for one in staying:
        counters.roll_up(f"users/{one}", ("followerCount",))
    assert residues(goers) == []
    _check_totals(staying, videos[-2:])
    assert all(users.get_profile(one, one).username == before[one].username for one in before)


def _check_totals(people: list[UserId], videos: list[str]) -> None:
    edges = [one.to_dict() or {} for one in clients.db().collection("followers").stream()]
    for one in people:
        profile = users.get_profile(one, one)
        assert profile.follower_count == sum(edge["followingId"] == one for edge in edges)
        assert profile.following_count == sum(edge["followerId"] == one for edge in edges)
    _check_edges(people, videos)


def _check_edges(people: list[UserId], videos: list[str]) -> None:
    """What is counted in shards equals what is there, whoever has rolled it up by now."""
    db = clients.db()
    for one in people:
        held = [part.to_dict() or {} for part in db.collection(f"users/{one}/shards").stream()]
        there = sum(edge.get("followingId") == one for edge in db.collection("followers").stream())
        assert sum(part.get("followerCount", 0) for part in held) == there
        assert sum(len(part.get("followerIds", [])) for part in held) == there
    liked = [one.get("videoId") for one in db.collection("videoLikes").stream()]
    written = [one.get("videoId") for one in db.collection("videoComments").stream()]
    for video in videos:
        totals = [one.to_dict() or {} for one in db.collection(f"videos/{video}/shards").stream()]
        assert sum(one.get("likes", 0) for one in totals) == liked.count(video)
        assert sum(one.get("comments", 0) for one in totals) == written.count(video)


@pytest.mark.parametrize("society", range(-(-CROWD // SOCIETY)))
def test_a_crowd_leaves_and_of_no_one_a_reference_stays(
    society: int, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once, some twice, and each dying about once; 1,000 in a whole run.

    They live in societies, since the emulator has no indexes: each query of it reads everything.
    """
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
    people = [UserId(f"person{number}x") for number in range(SOCIETY)]
    staying = [UserId(f"stays{number}") for number in range(some(6, short=3))]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(join, [*people, *staying]))
    videos = [worlds.video(one) for one in (*people[::3], *staying)]
    accounts.mingle([*people, *staying], videos, society, 4 * SOCIETY)
    queue.drain()
    for uid in people:
        leaving.request(uid)
    deaths = _erase_all(queue, society)
    time.pass_(seconds=TOKENS_DIE.total_seconds() + 1)
    while erasing.sweep(clock.now()):
        deaths += _erase_all(queue, society)
        time.pass_(minutes=20)
    assert deaths > SOCIETY / 4
    assert residues(people) == []
    _check_edges(staying, videos[-len(staying) :])


def _erase_all(queue: Queue, seed: int) -> int:
    """Every erasure that waits, side by side; then whatever they caused. How often one died."""
    waiting = [body for function, _, body in queue.waiting if function == "eraseAccount"]
    queue.waiting = type(queue.waiting)(one for one in queue.waiting if one[0] != "eraseAccount")
    every = [body["data"]["erasureId"] for body in (*waiting, *waiting[::10])]
    chances = {Fault.CRASH: 0.005, Fault.CRASH_AFTER: 0.005}
    workers = min(6, SOCIETY)
    with (
        faults.injected(faults.seeded(seed, chances)) as injected,
        ThreadPoolExecutor(workers) as pool,
    ):

        def survive(erasure_id: str) -> int:
            deaths = 0
            while True:
                try:
                    erasing.run(erasure_id)
                except Crash:
                    injected.revive()
                    deaths += 1
                except TryAgain:
                    continue  # the queue delivers it again
                else:
                    return deaths

        died = sum(pool.map(survive, every))
    queue.drain()
    return died
