"""What lost tasks left behind is found, however many runs of the schedule were skipped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from spaktok.core import clients, clock, dispatch
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import (
    auditing,
    crediting,
    income,
    reading,
    recovering,
    refunds,
    reversals,
    spending,
)
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, documents
from tests.support.operations import half
from tests.support.queue import Queue
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("later")

BY_THE_DATABASE = recovering._read_at
ANA, BEN, CARL = "ana", "ben", "carl"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lost() -> Entry:
    """A gift of now, by the database's clock, whose task never came."""
    buy(ANA, 100)
    gift = spending.spend(ANA, "g1", Order(10, BEN))
    return _stored(gift.id)


def _stored(entry_id: str) -> Entry:
    found = reading.entry(entry_id)
    assert found is not None
    return found


def minute_after(gift: Entry) -> datetime:
    """The first run that looks at the gift's minute."""
    assert gift.committed_at is not None
    whole = gift.committed_at.replace(second=0, microsecond=0)
    return whole + MINUTE + recovering.LATE_AFTER


def paid_back(purchase: str = "p1") -> None:
    """The purchase is, now: this one is found by the ledger's own clock."""
    with clock.set_to(lambda: datetime.now(UTC)):
        refunds.refund_purchase(ANA, f"r-{purchase}", crediting.lot_id_of(ANA, purchase), 99)


def seen(until: datetime) -> None:
    clients.db().document("system/income").set({"auditedTo": until})


def test_a_lost_task_is_sent_again_and_the_mark_moves_on(lost: Entry, queue: Queue) -> None:
    at = minute_after(lost)
    seen(at - recovering.LATE_AFTER - MINUTE)
    assert recovering.recover(at) == 1
    assert queue.names() == [income.ROLL_UP]
    assert documents("system") == [{"auditedTo": at - recovering.LATE_AFTER}]
    assert recovering.recover(at) == 0
    assert len(queue.waiting) == 1


@pytest.mark.parametrize("skipped", [1, 30, 95])
def test_minutes_whose_run_was_skipped_are_looked_at_by_the_next_runs(
    lost: Entry, queue: Queue, skipped: int
) -> None:
    """Half an hour of them at a time.

    Control tried: with `since` always a minute before `until`, nothing is found.
    """
    first = minute_after(lost)
    seen(first - recovering.LATE_AFTER - MINUTE)
    at = first + skipped * MINUTE
    assert [recovering.recover(at + number * MINUTE) for number in range(4)] == [1, 0, 0, 0]
    assert documents("system")[0]["auditedTo"] >= at - recovering.LATE_AFTER
    assert queue.names() == [income.ROLL_UP]


def test_a_run_that_fails_leaves_its_minutes_to_the_next(
    lost: Entry, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control tried: with the mark set before the sending, the gift stays unshared."""
    at = minute_after(lost)

    def dead(*_: Any) -> None:
        raise ConnectionError("the queue is away")

    with monkeypatch.context() as broken:
        broken.setattr(dispatch, "send", dead)
        with pytest.raises(ConnectionError):
            recovering.recover(at)
    assert documents("system") == []
    assert recovering.recover(at + MINUTE) == 1


def test_the_first_run_ever_looks_back_and_a_clock_that_jumps_back_does_nothing(
    lost: Entry, queue: Queue
) -> None:
    at = minute_after(lost)
    assert recovering.recover(at + 29 * MINUTE) == 1
    kept = documents("system")
    assert recovering.recover(at) == 0
    assert documents("system") == kept


def test_what_was_shared_is_not_sent_again_but_its_income_is_swept(
    lost: Entry, queue: Queue
) -> None:
    income.roll_up(income.slot_of(lost), lambda *_: 5000)
    queue.waiting.clear()
    queue.known.clear()
    at = datetime.now(UTC) + MINUTE + recovering.LATE_AFTER
    assert recovering.recover(at) == 0
    assert queue.names() == ["sweepIncome"]


def lose(queue: Queue) -> None:
    """What waits is never delivered."""
    queue.waiting.clear()


def test_what_is_lost_again_is_sent_again_until_it_is_done(lost: Entry, queue: Queue) -> None:
    """Ever more rarely, and somebody is woken. The mark is long past it.

    Control tried: without the note, the second loss is for ever.
    """
    at = minute_after(lost)
    seen(at - recovering.LATE_AFTER - MINUTE)
    recovering.recover(at)
    sent = []
    for _ in range(4):
        lose(queue)
        at += recovering.AGAIN_AFTER - timedelta(seconds=1)
        recovering.recover(at)
        assert queue.names() == []
        (noted,) = documents("leftBehind")
        at = noted["dueAt"]
        recovering.recover(at)
        assert queue.names() == [income.ROLL_UP]
        sent.append(at)
    waits = [after - before for before, after in pairwise(sent)]
    assert waits == sorted(waits)
    assert [one["invariant"] for one in documents("alarms")] == ["I19"]
    income.roll_up(income.slot_of(lost), half)
    lose(queue)
    assert recovering.try_again(documents("leftBehind")[0]["dueAt"]) == 0
    assert documents("leftBehind") == []


def test_what_is_left_behind_for_ever_is_tried_for_ever(lost: Entry, queue: Queue) -> None:
    """Control tried: with the wait doubled each time, a late try fails, and all that come after it."""
    at = minute_after(lost)
    clients.db().document(f"leftBehind/{lost.id}").set({"tries": 60, "dueAt": at})
    assert recovering.try_again(at) == 1
    (noted,) = documents("leftBehind")
    assert noted == {"tries": 61, "dueAt": at + recovering.AGAIN_MAX}


def test_gifts_that_did_not_follow_their_purchase_are_sent_after_it(
    lost: Entry, queue: Queue
) -> None:
    """Found by chaos: a lost task left a creator with the income of a purchase that was paid back.

    Control tried: without `_taken_back` nothing is sent, and the creator keeps it.
    """
    income.roll_up(income.slot_of(lost), half)
    paid_back()
    lose(queue)
    at = datetime.now(UTC) + MINUTE + recovering.LATE_AFTER
    assert recovering.recover(at) == 1
    assert queue.names() == ["reverseGifts", "sweepIncome"]
    (reversal,) = reversals.follow(ANA, crediting.lot_id_of(ANA, "p1"))
    income.roll_up(income.slot_of(reversal), half)
    lose(queue)
    assert recovering.try_again(at + recovering.AGAIN_AFTER) == 0
    assert (queue.names(), documents("leftBehind")) == ([], [])


def test_a_slot_is_sent_until_nothing_in_it_waits(
    lost: Entry, queue: Queue, time: TestClock
) -> None:
    """What waits for a gift of another slot is left by the roll-up that shares out the rest.

    Control tried: with the noted entry alone looked for, the slot is forgotten with the gift that was
    shared out, and the reversal beside it never is.
    """
    buy(CARL, 100, key="carls")
    paid_back()
    time.pass_(seconds=1)
    beside = spending.spend(CARL, "g1", Order(10, BEN))
    (reversal,) = reversals.follow(ANA, crediting.lot_id_of(ANA, "p1"))
    assert beside.slot == reversal.slot != lost.slot
    at = datetime.now(UTC) + MINUTE + recovering.LATE_AFTER
    assert recovering.recover(at) == 2
    assert {one.id for one in recovering.due(at + recovering.AGAIN_AFTER).stream()} == {
        lost.id,
        beside.id,
    }
    lose(queue)
    assert income.roll_up(income.slot_of(beside), half).waiting == (_stored(reversal.id),)
    at = again(at, queue)
    assert queue.names().count(income.ROLL_UP) == 2
    income.roll_up(income.slot_of(lost), half)
    at = again(at, queue)
    assert queue.names().count(income.ROLL_UP) == 1
    income.roll_up(income.slot_of(beside), half)
    again(at, queue)
    assert (queue.names(), documents("leftBehind")) == ([], [])
    assert auditing.everything(settled=True) == []


def again(at: datetime, queue: Queue) -> datetime:
    """What was sent is lost, and what is noted looked at, when all of it is due; that instant."""
    at = max([at, *(one["dueAt"] for one in documents("leftBehind"))])
    lose(queue)
    recovering.try_again(at)
    return at


def test_gifts_that_followed_and_coins_that_were_not_spent_are_sent_after_nothing(
    lost: Entry, queue: Queue
) -> None:
    income.roll_up(income.slot_of(lost), half)
    paid_back()
    (reversal,) = reversals.follow(ANA, crediting.lot_id_of(ANA, "p1"))
    income.roll_up(income.slot_of(reversal), half)
    buy(ANA, 100, key="p2")
    paid_back("p2")
    lose(queue)
    assert recovering.recover(datetime.now(UTC) + MINUTE + recovering.LATE_AFTER) == 0
    assert "reverseGifts" not in queue.names()


def test_a_clock_that_is_ahead_calls_no_minute_audited_that_is_to_come(
    lost: Entry, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F13. Control tried: without the database's time, the mark is eight minutes ahead."""
    monkeypatch.setattr(recovering, "_read_at", BY_THE_DATABASE)
    seen(datetime.now(UTC) - timedelta(minutes=10))
    recovering.recover(datetime.now(UTC) + timedelta(minutes=10))
    assert documents("system")[0]["auditedTo"] <= datetime.now(UTC) - recovering.LATE_AFTER


@pytest.mark.parametrize("reversed_", [False, True])
def test_income_that_nobody_swept_is_swept_by_the_days_audit(
    reversed_: bool, lost: Entry, queue: Queue, time: TestClock
) -> None:
    """Also where it comes to nothing, since what was given was reversed: found by 100,000 gifts.

    Controls tried: without the task of `_income`, nothing is sent; with what the shards come to looked
    at, nothing of what was reversed.
    """
    income.roll_up(income.slot_of(lost), half)
    income.sweep(BEN)
    buy(ANA, 100, key="p2")
    gift = spending.spend(ANA, "g2", Order(10, BEN))
    income.roll_up(income.slot_of(gift), half)
    if reversed_:
        time.pass_(seconds=1)
        (reversal,) = reversals.reversals_of(reversals.reverse_gift(ANA, gift.id, "undone"))
        income.roll_up(income.slot_of(reversal), half)
    lose(queue)
    queue.known.clear()
    assert auditing.wallet(BEN) == []
    assert queue.names() == ["sweepIncome"]
