"""Refunds that were recorded, and whose task gave up: found by their state and sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest

import main
from localstripe.api import Fault
from spaktok.coins import store
from spaktok.coins.service import refunding, unsent
from spaktok.coins.service.refunding import Refunded, Sending
from spaktok.core import clock
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.ids import UserId
from tests.emulator.coins.conftest import start
from tests.support.edge import Sender
from tests.support.money import documents
from tests.support.paying import Till, agree
from tests.support.queue import Queue
from tests.support.time import TestClock

STAFF = UserId("staff-1")
LATE = unsent.LATE_AFTER
REFUND = "/v1/refunds"
PART = 40


def buy(stripe: Till) -> str:
    purchase = start()
    stripe.pay(purchase)
    stripe.deliver()
    return purchase


def refund(purchase: str, key: str = "refund-key-1") -> Refunded:
    """A part, of which Stripe would send another."""
    return refunding.refund(STAFF, purchase, "bought twice", key, PART)


def given_up(stripe: Till, queue: Queue, kind: str = "unsent") -> str:
    """A refund whose answer never came, nor to any delivery of its task."""
    stripe.account.faults.append(Fault(kind, path=REFUND, times=10_000))
    done = refund(buy(stripe))
    assert done.status is Sending.REQUESTED
    (task,) = [one for one in queue.waiting if one[0] == refunding.SEND]
    queue.waiting.clear()
    stripe.account.faults.append(Fault("unsent", "GET", REFUND, times=10_000))
    for retry in range(0, MONEY.attempts_max, MONEY.attempts_max - 1):
        queue.deliver(*task, retry)
    assert len(documents("deadLetters")) == 1
    stripe.account.faults.clear()
    return str(done.refund_id)


def sent(stripe: Till) -> int:
    return len(stripe.account.objects.all("refund"))


@pytest.mark.parametrize("kind", ["unsent", "lost"])
def test_what_its_task_gave_up_is_sent_once_however_often_task_and_sweep_run(
    kind: str, stripe: Till, queue: Queue, time: TestClock
) -> None:
    """Negative controls, tried: without the sweep in the schedule the buyer never gets the money; with
    nothing looked up before sending, the one whose answer was lost goes back twice."""
    refund_id = given_up(stripe, queue, kind)
    time.pass_(hours=30)  # the vendor has forgotten the key
    for _ in range(2):
        assert Sender().send(main.closeCoinPurchases).status == 200
        assert (_status(refund_id), sent(stripe)) == (Sending.SENT, 1)
        refunding.send(refund_id)
    assert unsent.sweep(clock.now()) == 0
    stripe.deliver()
    assert sent(stripe) == 1
    agree(stripe)


def test_one_that_can_not_be_sent_keeps_no_other_back(
    stripe: Till, queue: Queue, time: TestClock
) -> None:
    """It is the older one, and asked for again the next time."""
    first = given_up(stripe, queue)
    time.pass_(seconds=1)
    given_up_too = _another(stripe)
    time.pass_(minutes=11)
    stripe.account.faults.append(Fault("unsent", "GET", REFUND, times=3))
    assert unsent.sweep(clock.now()) == 2
    assert [_status(one) for one in (first, given_up_too)] == [Sending.REQUESTED, Sending.SENT]
    assert unsent.sweep(clock.now()) == 1
    assert (_status(first), sent(stripe)) == (Sending.SENT, 2)


def test_what_was_asked_for_just_now_is_left_to_its_task(
    stripe: Till, queue: Queue, time: TestClock
) -> None:
    given_up(stripe, queue)
    at = clock.now()
    for late, found in ((LATE, 0), (LATE + timedelta(milliseconds=1), 1)):
        time.at = at + late
        assert unsent.sweep(clock.now()) == found


def test_one_that_stripe_declines_is_declined_and_can_be_asked_for_again(
    stripe: Till, queue: Queue, time: TestClock
) -> None:
    refund_id = given_up(stripe, queue)
    (payment,) = stripe.account.objects.all("payment_intent")
    dispute = stripe.account.reversals.open_dispute(payment["id"])
    time.pass_(minutes=11)
    assert unsent.sweep(clock.now()) == 1
    assert (_status(refund_id), unsent.sweep(clock.now())) == (Sending.DECLINED, 0)
    stripe.account.reversals.close(dispute["id"], won=True)
    (purchase,) = documents("coinPurchases")
    assert refund(purchase["purchaseId"], "refund-key-2").status is Sending.SENT


def _another(stripe: Till) -> str:
    purchase = start(package="coins_100")
    stripe.pay(purchase)
    stripe.deliver()
    stripe.account.faults.append(Fault("unsent", path=REFUND, times=3))
    done = refund(purchase, "refund-key-2")
    assert done.status is Sending.REQUESTED
    return str(done.refund_id)


def _status(refund_id: str) -> Sending:
    return Sending(store.refund_ref(refund_id).get().get("status"))
