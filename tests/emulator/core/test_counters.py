"""Totals are exact in the end, whatever happens on the way."""

from __future__ import annotations

from typing import Any

import pytest

from spaktok.core import clients, counters, meter
from tests.support.counted import like, total, video
from tests.support.faults import Crash, Fault, Rpc, at, injected, seeded
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("no_backoff")

BOTH = ("likes", "views")


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
    """Adding and rolling up run at once, and reads of the shards are aborted and killed."""
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
    """A roll-up is overtaken between its reading and its writing; it reads again. Control: without
    the condition on the version that was read, the total fell back from 2 to 1."""
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
