"""Totals are exact in the end, whatever happens on the way."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from spaktok.core import clients, clock, counters, meter, transaction
from tests.support.faults import Crash, Fault, Rpc, at, injected, nth, seeded
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import NOON, TestClock

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

pytestmark = pytest.mark.usefixtures("no_backoff")

BOTH = ("likes", "views")


def video(name: str = "v-1", *, there: bool = True) -> DocumentReference:
    place = clients.db().collection("videos").document(name)
    if there:
        place.set({"caption": "x", "likes": 0, "views": 0})
    return place


def like(place: DocumentReference, shards: int = 4, **amounts: int) -> None:
    """A change as a use case makes it: guarded, committed until its outcome is known."""
    from google.api_core.exceptions import AlreadyExists

    batch = clients.db().batch()
    batch.create(clients.db().collection("likes").document(uuid.uuid4().hex), {})
    counters.add(batch, place, amounts or {"likes": 1}, shards=shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return


def total(place: DocumentReference, name: str = "likes") -> Any:
    return place.get().get(name)


def test_many_adds_at_once_are_all_counted() -> None:
    place = video()

    def work(_: int) -> None:
        for _ in range(5):
            like(place)

    together(32, work)
    assert counters.roll_up(place.path, ("likes",)) == {"likes": 160}
    assert total(place) == 160


def test_adds_are_exact_under_seeded_faults() -> None:
    """Control: with a batch that has no guard, lost acknowledgements counted twice."""
    place = video()
    chances = {Fault.ABORTED: 0.05, Fault.LOST_ACK: 0.1, Fault.UNAVAILABLE: 0.03}
    with injected(seeded(11, chances)) as wire:
        for _ in range(60):
            like(place)
    assert any(fault is Fault.LOST_ACK for _, fault in wire.injected)
    assert counters.roll_up(place.path, ("likes",)) == {"likes": 60}


def test_roll_ups_in_duplicate_out_of_order_and_killed_end_at_the_exact_total() -> None:
    """Adding and rolling up run at once. Control: without the condition on the version that was
    read, a slow roll-up wrote an old sum over a newer one in most runs."""
    place = video()
    chances = {Fault.ABORTED: 0.03, Fault.CRASH: 0.05, Fault.CRASH_AFTER: 0.05}

    def work(number: int) -> None:
        if number % 2:
            for _ in range(10):
                like(place)
            return
        for _ in range(10):
            try:
                counters.roll_up(place.path, ("likes",))
            except Crash:
                wire.revive()

    def plan(rpc: Rpc) -> Fault | None:
        # Only the roll-ups are killed: a killed like is one that nobody counted on.
        return chaos(rpc) if rpc.method == "run_query" else None

    chaos = seeded(3, chances)
    with injected(plan) as wire:
        together(8, work)
    assert wire.injected
    counters.roll_up(place.path, ("likes",))
    assert total(place) == 40


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.CRASH_AFTER])
def test_a_roll_up_killed_at_any_rpc_is_completed_by_its_redelivery(fault: Fault) -> None:
    for index in range(3):
        place = video(f"v-{index}")
        like(place)
        with injected(at(index, fault)) as wire:
            with pytest.raises(Crash):
                counters.roll_up(place.path, ("likes",))
            wire.revive()
            counters.roll_up(place.path, ("likes",))
        assert total(place) == 1


def test_an_older_sum_never_replaces_a_newer_one() -> None:
    """A roll-up is overtaken between its reading and its writing; it reads again."""
    place = video()
    like(place)

    def overtake(rpc: Rpc) -> Fault | None:
        if rpc.method == "commit" and rpc.nth == 0:
            like(place)
            counters.roll_up(place.path, ("likes",))
        return None

    with injected(overtake):
        counters.roll_up(place.path, ("likes",))
    assert total(place) == 2


def test_a_roll_up_reads_the_document_and_its_shards_and_writes_once() -> None:
    place = video()
    for shard in range(6):
        batch = clients.db().batch()
        counters.add(batch, place, {"likes": 1, "views": 2}, shards=6, shard=shard)
        batch.commit()
    with meter.counting() as cost:
        assert counters.roll_up(place.path, BOTH) == {"likes": 6, "views": 12}
    assert (cost.reads, cost.writes, cost.rpcs) == (7, 1, 3)
    with meter.counting() as again:
        counters.roll_up(place.path, BOTH)
    assert (again.reads, again.writes, again.rpcs) == (7, 0, 2)
    assert place.get().get("caption") == "x"


def test_a_roll_up_stops_nobody_from_counting() -> None:
    """No lock is held between its reads and its write. Control: in a transaction, the like waited
    two seconds and then failed."""
    place = video()
    like(place, shards=1)

    def like_meanwhile(rpc: Rpc) -> Fault | None:
        if rpc.method == "commit" and rpc.nth == 0:
            with meter.counting() as cost:
                like(place, shards=1)
            assert cost.rpcs == 1
        return None

    with injected(like_meanwhile):
        counters.roll_up(place.path, ("likes",))
    counters.roll_up(place.path, ("likes",))
    assert total(place) == 2


def test_a_document_that_is_gone_is_not_brought_back() -> None:
    place = video(there=False)
    like(place)
    assert counters.roll_up(place.path, ("likes",)) == {"likes": 1}
    assert not place.get().exists


def test_a_document_deleted_during_its_roll_up_is_not_brought_back() -> None:
    place = video()
    like(place)

    def delete(rpc: Rpc) -> None:
        if (rpc.method, rpc.nth) == ("commit", 0):
            place.delete()

    with injected(delete):
        counters.roll_up(place.path, ("likes",))
    assert not place.get().exists


def test_one_roll_up_is_asked_for_a_window_however_much_changes(
    queue: Queue, time: TestClock
) -> None:
    place = video()
    for _ in range(50):
        like(place)
        counters.changed(place, ("likes",))
    assert queue.names() == ["rollUpCounters"]
    counters.forget()  # another instance
    counters.changed(place, ("likes",))
    assert queue.names() == ["rollUpCounters"]
    time.pass_(seconds=counters.WINDOW_S)
    counters.changed(place, ("likes",))
    assert queue.names() == ["rollUpCounters"] * 2
    queue.drain(times=5)
    assert total(place) == 50


def test_a_queue_out_of_reach_is_no_failure_of_the_change(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with `send` instead, the client was told of a failure after the like was counted."""

    def unreachable(_: str) -> Any:
        raise ConnectionError

    place = video()
    like(place)
    with monkeypatch.context() as patch:
        patch.setattr(clients, "queue", unreachable)
        counters.changed(place, ("likes",))
    counters.changed(place, ("likes",))
    assert queue.names() == ["rollUpCounters"]


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
