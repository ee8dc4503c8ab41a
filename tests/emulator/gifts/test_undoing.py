"""Taking one's gift back, in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spaktok.core.dispatch import Task
from spaktok.core.refusal import NotFound
from spaktok.gifts import giving
from spaktok.gifts.refusals import TooLateToUndo
from spaktok.gifts.service import refunding, showing, undoing
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.service import auditing, crediting, income, reading
from tests.support.faults import Fault, injected, nth
from tests.support.gifts import stream
from tests.support.giving import give, rich, settle
from tests.support.money import ledger, sums
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock

MS = timedelta(milliseconds=1)
TEN = timedelta(seconds=10)


@pytest.fixture(autouse=True)
def _world() -> None:
    rich(ANA)
    join(BEN, CARL, DINA)


def test_a_reversal_whose_gift_is_shared_nowhere_waits_ever_longer_and_has_it_shared(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gift's own task is lost. Control tried: without sending its slot, it is shared by nobody."""
    gift = give()
    queue.waiting.clear()
    time.pass_(seconds=3)
    undoing.undo(ANA, gift.transaction_id)
    (reversal,) = [one for one in ledger() if one.kind is Kind.REVERSAL]
    slot = income.slot_of(reversal)
    sent: list[Task] = []
    waits = []
    with monkeypatch.context() as seen:
        seen.setattr(showing, "send", sent.append)
        for passed in (timedelta(seconds=4), timedelta(minutes=10), timedelta(hours=9)):
            time.at += passed
            showing.settle(slot)
            waits.append((sent[-1].run_at or time.at) - time.at)
    assert waits[0] == timedelta(seconds=5)
    assert timedelta(minutes=10) < waits[1] < timedelta(minutes=11)
    assert waits[2] == timedelta(hours=1)
    showing.settle(slot)
    queue.drain()
    assert auditing.everything(settled=True) == []


def undos() -> list[str]:
    return [entry.id for entry in ledger() if entry.kind is Kind.UNDO]


@pytest.mark.parametrize(
    ("after", "possible"), [(TEN - MS, True), (TEN, False), (TEN + MS, False)], ids=str
)
def test_a_gift_can_be_taken_back_until_the_last_millisecond_of_ten_seconds(
    time: TestClock, after: timedelta, possible: bool
) -> None:
    """Control tried: with `>` in place of `>=`, before and in the transaction, the second is."""
    gift = give(gift_id="star")
    assert gift.undo_until == gift.sent_at + TEN
    time.at += after
    if possible:
        assert undoing.undo(ANA, gift.transaction_id).balance == 10_000
    else:
        with pytest.raises(TooLateToUndo):
            undoing.undo(ANA, gift.transaction_id)
        assert reading.load(ANA).coins == 9_900
    assert len(undos()) == possible


def test_an_undo_is_one_however_often_it_is_asked_for_and_answers_the_same_later(
    time: TestClock,
) -> None:
    gift = give(gift_id="star")
    first = undoing.undo(ANA, gift.transaction_id)
    assert undoing.undo(ANA, gift.transaction_id) == first
    time.pass_(minutes=5)
    assert undoing.undo(ANA, gift.transaction_id) == first
    assert reading.load(ANA).coins == 10_000
    assert len(undos()) == 1


def test_many_undos_at_once_are_one() -> None:
    gift = give(gift_id="star")
    answers = together(some(16, short=6), lambda _: undoing.undo(ANA, gift.transaction_id))
    assert len(set(answers)) == 1
    assert reading.load(ANA).coins == 10_000


@pytest.mark.parametrize("fault", [Fault.LOST_ACK, Fault.CLOSED, Fault.ABORTED])
def test_whatever_becomes_of_the_commit_it_is_one_undo(fault: Fault) -> None:
    gift = give(gift_id="star")
    with injected(nth("commit", 0, fault)):
        undoing.undo(ANA, gift.transaction_id)
    assert reading.load(ANA).coins == 10_000
    assert len(undos()) == 1


def test_coins_return_to_the_lots_they_came_from_and_the_income_is_reversed(
    queue: Queue, time: TestClock
) -> None:
    crediting.grant_promo(ANA, "welcome", 40, "welcome")
    before = reading.load(ANA).lots
    gift = give(gift_id="star", context="live_stream", contextId=stream(BEN))
    settle(queue, time)
    assert sum(reading.load(BEN).pending.values()) == 60 * 3_300
    undoing.undo(ANA, gift.transaction_id)
    settle(queue, time)
    assert reading.load(ANA).lots == before
    assert reading.load(BEN).pending == {}
    assert sum(sums().values()) == 0
    assert sums()["platform:revenue", "usd_micro"] == 0


def test_nobody_takes_anothers_gift_back_or_what_is_none() -> None:
    gift = give()
    for uid, entry_id in ((BEN, gift.transaction_id), (ANA, "never-was")):
        with pytest.raises(NotFound):
            undoing.undo(uid, entry_id)
    with pytest.raises(NotFound):
        undoing.undo(ANA, crediting.lot_id_of(ANA, f"p-{ANA}"))
    assert undos() == []


def test_what_is_taken_back_counts_for_nothing() -> None:
    first = give(gift_id="heart", quantity=4)
    second = give(gift_id="heart", quantity=2)
    assert second.combo_count == 6
    undoing.undo(ANA, second.transaction_id)
    note = giving.decode(reading.load(ANA).notes[giving.NOTE])
    assert (note.totals.coins, note.day_coins) == (20, 20)
    assert [one.count for one in note.combos] == [4]
    assert give(gift_id="heart").combo_count == 5
    assert first.combo_id == note.combos[0].id


def test_a_refund_of_the_staffs_is_no_undo_of_the_senders(time: TestClock) -> None:
    gift = give()
    refunding.refund(CARL, gift.transaction_id, "a mistake")
    time.pass_(seconds=10)
    with pytest.raises(TooLateToUndo):
        undoing.undo(ANA, gift.transaction_id)
