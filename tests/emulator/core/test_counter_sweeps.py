"""The sweeper asks for every roll-up that was lost, after any outage and by no one's clock."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spaktok.core import clients, clock, counters, meter
from tests.support.counted import like, total, video
from tests.support.faults import Crash, Fault, injected, nth
from tests.support.queue import Queue
from tests.support.time import NOON, TestClock

pytestmark = pytest.mark.usefixtures("no_backoff")


def sweep_and_deliver(queue: Queue) -> int:
    queue.known.clear()
    found = counters.sweep(clock.now())
    queue.drain()
    return found


def test_a_sweep_finds_every_roll_up_that_was_lost(queue: Queue) -> None:
    places = [video(f"v-{number}") for number in range(7)]
    for number, place in enumerate(places):
        for _ in range(number):
            like(place)
    assert sweep_and_deliver(queue) == 6
    assert [total(place) for place in places] == list(range(7))


def test_a_sweep_asks_for_all_the_fields_of_all_the_shards(queue: Queue) -> None:
    """Control: with the fields of the last shard seen, the other total stayed 0."""
    place = video()
    for shard, name in enumerate(("likes", "views", "likes")):
        batch = clients.db().batch()
        counters.add(batch, place, {name: 1}, shards=3, shard=shard)
        batch.commit()
    sweep_and_deliver(queue)
    assert (total(place), total(place, "views")) == (2, 1)


def watermark() -> Any:
    found = clients.db().document("system/counters").get().to_dict() or {}
    return found.get("sweptTo")


def database_time() -> datetime:
    written = clients.db().collection("x").add({})[0]
    return datetime.fromtimestamp(written.timestamp(), UTC)


def age(**age: float) -> None:
    """Make everything that was counted look that old, in the database's own time."""
    now = database_time()
    batch = clients.db().batch()
    for one in clients.db().collection_group("shards").stream():
        batch.update(one.reference, {"changedAt": now - timedelta(**age)})
    batch.commit()


def test_the_watermark_stays_behind_what_may_still_be_unseen(queue: Queue) -> None:
    """Control: with no overlap, a change whose commit became visible after the sweep was lost."""
    like(video())
    before = database_time()
    counters.sweep(NOON)
    assert watermark() <= before - timedelta(seconds=100)
    late = video("late")
    like(late)
    age(seconds=60)
    assert sweep_and_deliver(queue) == 2
    assert total(late) == 1


def test_what_is_settled_is_not_looked_at_again(queue: Queue) -> None:
    like(video())
    age(days=1)
    assert counters.sweep(NOON) == 1
    with meter.counting() as cost:
        assert counters.sweep(NOON) == 0
    assert (cost.reads, cost.writes) == (2, 0)


def test_an_outage_of_days_is_made_good(queue: Queue) -> None:
    old, new = video("old"), video("new")
    like(old)
    sweep_and_deliver(queue)
    three_days_ago = database_time() - timedelta(days=3)
    clients.db().document("system/counters").set({"sweptTo": three_days_ago})
    like(old)
    like(new)
    age(days=2, hours=12)
    assert sweep_and_deliver(queue) == 2
    assert (total(old), total(new)) == (2, 1)


@pytest.mark.parametrize("seconds_apart", [0, 1])
def test_a_sweep_works_past_its_page_and_the_next_past_its_end(
    seconds_apart: int, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with `>` and a page that ends among changes of one instant, the rest was lost."""
    monkeypatch.setattr(counters, "SWEEP_PAGE", 3)
    places = [video(f"v-{number}") for number in range(10)]
    start = database_time() - timedelta(hours=1)
    for number, place in enumerate(places):
        like(place, shards=1)
        then = start + timedelta(seconds=number * seconds_apart)
        place.collection("shards").document("0").update({"changedAt": then})
    monkeypatch.setattr(counters, "SWEEP_PAGES_MAX", 2 if seconds_apart else 4)
    found = [sweep_and_deliver(queue) for _ in range(3)]
    assert found == ([6, 5, 0] if seconds_apart else [10, 0, 0])
    assert [total(place) for place in places] == [1] * 10


def test_a_sweep_that_dies_moves_no_watermark_past_what_it_did_not_ask_for(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = video()
    like(place)
    age(hours=1)
    with injected(nth("commit", 0, Fault.CRASH)) as wire:
        with pytest.raises(Crash):
            counters.sweep(NOON)
        wire.revive()
    assert watermark() is None

    def unreachable(_: str) -> Any:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(clients, "queue", unreachable)
        with pytest.raises(ConnectionError):
            counters.sweep(NOON)
    assert watermark() is None
    sweep_and_deliver(queue)
    assert total(place) == 1


def test_the_sweeper_does_not_depend_on_anyones_clock(queue: Queue, time: TestClock) -> None:
    """Changes are dated by the database. Control: with `clock.now()`, an instance ten minutes
    behind wrote changes older than the watermark, which no sweep found."""
    ahead, behind = video("ahead"), video("behind")
    time.pass_(minutes=10)
    like(ahead)
    sweep_and_deliver(queue)
    time.pass_(minutes=-20)
    like(behind)
    sweep_and_deliver(queue)
    assert (total(ahead), total(behind)) == (1, 1)


def test_a_sweep_passes_over_documents_that_are_gone(queue: Queue) -> None:
    gone, kept = video("gone"), video("kept")
    like(gone)
    like(kept)
    gone.delete()
    assert sweep_and_deliver(queue) == 2
    assert total(kept) == 1
    assert not gone.get().exists


def test_random_histories_of_adds_losses_and_sweeps_end_exact(
    queue: Queue, time: TestClock
) -> None:
    rolls = random.Random(5)
    places = [video(f"v-{number}") for number in range(3)]
    expected = [0, 0, 0]
    for _ in range(40):
        number = rolls.randrange(3)
        amount = rolls.choice([1, 1, 1, -1])
        like(places[number], likes=amount)
        expected[number] += amount
        if rolls.random() < 0.5:
            counters.changed(places[number], ("likes",))
        if rolls.random() < 0.3:
            queue.waiting.clear()  # lost
        time.pass_(seconds=rolls.randrange(9))
        if rolls.random() < 0.2:
            queue.drain(times=rolls.randrange(1, 6))
    sweep_and_deliver(queue)
    assert [total(place) for place in places] == expected
