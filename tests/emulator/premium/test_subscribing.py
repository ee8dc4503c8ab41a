"""Slots that are subscribed to: a term follows the other until it is ended, unpaid, or taken back."""

from __future__ import annotations

from typing import Any

import pytest

import main
from localstripe.api import Fault
from localstripe.payments import DECLINED, GOOD
from spaktok.coins.service import hearing
from spaktok.core import clock, dispatch
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.ids import UserId
from spaktok.premium import store
from spaktok.premium.refusals import NothingRenews, PremiumAlready
from spaktok.premium.requests import PurchasePremiumSlot, UpdatePremiumSettings
from spaktok.premium.service import (
    assigning,
    buying,
    ending,
    paid,
    settings,
    shares,
    tenures,
    terms,
    unsent,
    views,
)
from tests.support.edge import Sender
from tests.support.money import documents
from tests.support.paying import Till, agree
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

ONE = "premium_slot_1"
PRICE = 9_900


@pytest.fixture
def shop(shop: Till) -> Till:
    """One slot, by subscription: 99 dollars every 30 days, and 3 of grace."""
    join(BEN, CARL)
    offered: dict[str, Any] = {"max_premium_slots": 1, "sales_open": True, "renewing": True}
    settings.update(ANA, UpdatePremiumSettings(price_usd=PRICE, reason="As agreed", **offered))
    return shop


def subscribe(shop: Till, queue: Queue, uid: UserId) -> str:
    """Subscribe to a slot and have it; the subscription."""
    ticket = buying.buy(uid, PurchasePremiumSlot(idempotency_key=f"intent-1-{uid}"))
    assert ticket.recurring
    shop.account.payments.pay(shop.session_of(ticket.ticket_id)["id"])
    heard(shop, queue)
    return str(shop.session_of(ticket.ticket_id)["subscription"])


def heard(shop: Till, queue: Queue) -> list[str]:
    """Everything is told, and what follows of premium is done; what its holder hears of it."""
    assert set(shop.deliver()) <= {200}
    return follow(queue)


def follow(queue: Queue) -> list[str]:
    news = []
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if "Premium" in function:
            assert queue.deliver(function, task_id, body) == 200
        elif function == "deliverNotification":
            news.append(body["data"]["detail"])
    return news


def pass_(shop: Till, queue: Queue, time: TestClock, **duration: float) -> list[str]:
    """Let time pass at the provider too, and hear what it tells."""
    time.pass_(**duration)
    shop.account.payments.pass_time()
    return heard(shop, queue)


def cleared(queue: Queue, time: TestClock) -> None:
    """What was staged and not sent is sent."""
    time.pass_(minutes=2)
    dispatch.sweep()
    follow(queue)


def lose(shop: Till, queue: Queue, *functions: str) -> None:
    """Of what waits, these are tried to the last while Stripe is away; the rest is done."""
    lost = 0
    away = [Fault("unsent", method, times=10_000) for method in ("GET", "POST", "DELETE")]
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if function in functions:
            shop.account.faults += away
            assert queue.deliver(function, task_id, body) == 500
            assert queue.deliver(function, task_id, body, MONEY.attempts_max - 1) == 200
            shop.account.faults.clear()
            lost += 1
        elif "Premium" in function:
            assert queue.deliver(function, task_id, body) == 200
    assert lost >= len(functions)


def swept() -> None:
    assert Sender().send(main.sweepPremiumSlots).status == 200


def slot(uid: UserId) -> str | None:
    return (store.account_ref(uid).get().to_dict() or {}).get("slotId")


def share(uid: UserId) -> int:
    return shares.of(uid).at(clock.now())


def of_stripe(shop: Till, subscription: str) -> dict[str, Any]:
    return shop.account.objects.get(subscription, "subscription")


def charged(shop: Till) -> int:
    return len(shop.account.objects.all("payment_intent", status="succeeded"))


def statuses() -> list[str]:
    return sorted(one["status"] for one in documents("premiumTickets"))


def refund_last(shop: Till) -> None:
    (latest, *_) = shop.account.objects.all("payment_intent", status="succeeded")
    asked = {"payment_intent": latest["id"], "amount": str(PRICE)}
    shop.account.reversals.create_refund(asked)


def test_a_term_follows_the_other_without_a_gap_however_it_is_told(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """The charge comes an hour after the period's end. Negative control, tried: without the margin of
    the first term, what is given in that hour is shared as everybody's."""
    shop.account.teller.manners.duplicates = 2
    shop.account.teller.manners.shuffled = True
    subscribe(shop, queue, BEN)
    assert (slot(BEN), share(BEN), views.status(BEN).renews) == (ONE, 9_000, True)
    with pytest.raises(PremiumAlready):
        buying.buy(BEN, PurchasePremiumSlot(idempotency_key="intent-2"))
    for _ in range(2):
        time.pass_(days=30)
        assert share(BEN) == 9_000, "not charged yet"
        pass_(shop, queue, time, hours=1)
        assert (slot(BEN), share(BEN)) == (ONE, 9_000)
        time.pass_(hours=-1)
    assert (charged(shop), statuses()) == (3, ["active"] * 3)
    assert terms.sweep(clock.now()) == 0
    agree(shop)


def test_what_nobody_told_of_is_asked_about(shop: Till, queue: Queue, time: TestClock) -> None:
    """The page by its reservation's end, a renewal by the nightly look at all events."""
    shop.account.teller.manners.silent = True
    ticket = buying.buy(BEN, PurchasePremiumSlot(idempotency_key="intent-1"))
    shop.account.payments.pay(shop.session_of(ticket.ticket_id)["id"])
    time.pass_(minutes=33)
    assert terms.sweep(clock.now()) == 1
    assert (slot(BEN), share(BEN)) == (ONE, 9_000)
    time.pass_(days=30)
    shop.account.payments.pass_time()
    time.pass_(minutes=15)
    hearing.pull(clock.now())
    follow(queue)
    time.pass_(days=29)
    assert (share(BEN), statuses()) == (9_000, ["active"] * 2)
    agree(shop)


def test_what_can_not_be_charged_has_its_grace_and_then_nothing_more_is_charged(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    subscription = subscribe(shop, queue, BEN)
    of_stripe(shop, subscription)["default_payment_method"] = DECLINED
    (told,) = pass_(shop, queue, time, days=30)
    assert "could not be charged" in told
    assert of_stripe(shop, subscription)["status"] == "past_due"
    pass_(shop, queue, time, hours=4)
    assert (slot(BEN), share(BEN), views.status(BEN).is_premium) == (ONE, 5_000, False)
    of_stripe(shop, subscription)["default_payment_method"] = GOOD
    pass_(shop, queue, time, days=1)
    assert (slot(BEN), views.status(BEN).is_premium) == (ONE, True)
    of_stripe(shop, subscription)["default_payment_method"] = DECLINED
    pass_(shop, queue, time, days=29)
    time.pass_(days=5)
    assert terms.sweep(clock.now()) == 1
    cleared(queue, time)
    assert slot(BEN) is None
    assert of_stripe(shop, subscription)["status"] == "canceled"
    of_stripe(shop, subscription)["default_payment_method"] = GOOD
    pass_(shop, queue, time, days=40)
    assert charged(shop) == 2
    agree(shop)


def test_whoever_ends_it_keeps_the_slot_for_the_term_and_pays_no_more(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    with pytest.raises(NothingRenews):
        ending.cancel(BEN)
    subscription = subscribe(shop, queue, BEN)
    done = ending.cancel(BEN)
    assert Sender(BEN).call(main.cancelPremiumSubscription, {}).data["slotId"] == done.slot_id
    assert ending.cancel(BEN) == done
    assert of_stripe(shop, subscription)["cancel_at_period_end"] is True
    assert (share(BEN), views.status(BEN).renews) == (9_000, False)
    pass_(shop, queue, time, days=30, hours=4)
    assert (slot(BEN), share(BEN)) == (ONE, 5_000)
    pass_(shop, queue, time, days=3)
    assert terms.sweep(clock.now()) == 1
    assert (slot(BEN), charged(shop)) == (None, 1)
    subscribe(shop, queue, CARL)
    assert slot(CARL) == ONE
    agree(shop)


def test_a_refund_of_a_term_frees_the_slot_once_and_ends_the_subscription(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """Told again when somebody else has it. Negative control, tried: without `mark` the payment of a
    renewal is nobody's, and its refund frees nothing."""
    subscription = subscribe(shop, queue, BEN)
    pass_(shop, queue, time, days=30, hours=1)
    refund_last(shop)
    told = shop.account.teller.deliveries()
    shop.deliver(*told)
    follow(queue)
    cleared(queue, time)
    assert (slot(BEN), statuses()) == (None, ["active", "refunded"])
    assert of_stripe(shop, subscription)["status"] == "canceled"
    subscribe(shop, queue, CARL)
    shop.deliver(*told)
    follow(queue)
    assert slot(CARL) == ONE
    agree(shop)


def test_a_refund_of_the_first_term_leaves_nothing_of_it(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    subscribe(shop, queue, BEN)
    time.pass_(minutes=5)
    refund_last(shop)
    heard(shop, queue)
    assert (slot(BEN), share(BEN)) == (None, 5_000)


def test_a_slot_that_the_staff_takes_is_paid_for_no_more(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """Negative control, tried: without the task of `tenures.stage_end` it is charged for ever."""
    subscription = subscribe(shop, queue, BEN)
    assigning.unassign(ANA, BEN, ONE, "Broke the rules")
    cleared(queue, time)
    assert of_stripe(shop, subscription)["status"] == "canceled"
    pass_(shop, queue, time, days=40)
    assert charged(shop) == 1


def test_who_is_given_a_slot_while_subscribing_gets_the_money_back_and_no_subscription(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    settings.update(ANA, UpdatePremiumSettings(max_premium_slots=2, reason="One more"))
    ticket = buying.buy(BEN, PurchasePremiumSlot(idempotency_key="intent-1", slot_id=ONE))
    assigning.assign(ANA, BEN, "premium_slot_2", "Well earned")
    shop.account.payments.pay(shop.session_of(ticket.ticket_id)["id"])
    heard(shop, queue)
    heard(shop, queue)
    assert (slot(BEN), statuses()) == ("premium_slot_2", ["lost"])
    (made,) = shop.account.objects.all("subscription")
    assert made["status"] == "canceled"
    assert len(shop.account.objects.all("refund")) == 1
    agree(shop)


def test_what_the_tasks_of_a_lost_slot_gave_up_is_done_once_by_the_sweep(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """However often it runs, and the task with it. Negative controls, tried: without `unsent.sweep` in
    the schedule the money stays here; without the mark in `_given` the subscription goes on."""
    settings.update(ANA, UpdatePremiumSettings(max_premium_slots=2, reason="One more"))
    ticket = buying.buy(BEN, PurchasePremiumSlot(idempotency_key="intent-1", slot_id=ONE))
    assigning.assign(ANA, BEN, "premium_slot_2", "Well earned")
    shop.account.payments.pay(shop.session_of(ticket.ticket_id)["id"])
    assert set(shop.deliver()) <= {200}
    lose(shop, queue, paid.REFUND, tenures.END)
    (made,) = shop.account.objects.all("subscription")
    assert (made["status"], shop.account.objects.all("refund")) == ("active", [])
    time.pass_(minutes=11)
    for _ in range(2):
        swept()
        assert len(shop.account.objects.all("refund")) == 1
        assert of_stripe(shop, made["id"])["status"] == "canceled"
        paid.send_refund(ticket.ticket_id)
        ending.end(made["id"])
    heard(shop, queue)
    assert (unsent.sweep(clock.now()), documents("premiumEndings")) == (0, [])
    agree(shop)


@pytest.mark.parametrize("leaves", [False, True])
def test_a_subscription_whose_end_was_lost_is_ended_by_the_sweep(
    leaves: bool, shop: Till, queue: Queue, time: TestClock
) -> None:
    """Also of an account that is no more. Negative controls, tried: without the mark of `stage_end`, or
    with the mark taken away before Stripe has answered, it is charged for ever."""
    subscription = subscribe(shop, queue, BEN)
    if leaves:
        assigning.vacate(BEN)
        store.account_ref(BEN).delete()
    else:
        assigning.unassign(ANA, BEN, ONE, "Broke the rules")
    time.pass_(minutes=2)
    dispatch.sweep()
    lose(shop, queue, tenures.END)
    swept()
    assert of_stripe(shop, subscription)["status"] == "active", "left to the task for a while"
    time.pass_(minutes=9)
    shop.account.faults.append(Fault("unsent", "DELETE", times=3))
    swept()
    assert of_stripe(shop, subscription)["status"] == "active"
    swept()
    assert of_stripe(shop, subscription)["status"] == "canceled"
    assert documents("premiumEndings") == []
    pass_(shop, queue, time, days=40)
    assert charged(shop) == 1


@pytest.mark.parametrize("anew", [False, True])
def test_a_charge_made_before_stripe_knew_gives_no_slot_back_and_goes_back_itself(
    anew: bool, shop: Till, queue: Queue, time: TestClock
) -> None:
    """Nor does it prolong a slot that was given for nothing since. Negative controls, tried: with a
    later term that may begin a tenure the slot is held again; with `renews` by the slot alone the task
    fails."""
    subscription = subscribe(shop, queue, BEN)
    assigning.unassign(ANA, BEN, ONE, "Broke the rules")
    if anew:
        assigning.assign(ANA, BEN, ONE, "Thought better of it")
    time.pass_(minutes=2)
    dispatch.sweep()
    lose(shop, queue, tenures.END)
    pass_(shop, queue, time, days=30, hours=1)
    assert (charged(shop), statuses()) == (2, ["active", "lost"])
    assert slot(BEN) == (ONE if anew else None)
    (sent,) = shop.account.objects.all("refund")
    assert sent["amount"] == PRICE
    swept()
    assert of_stripe(shop, subscription)["status"] == "canceled"
    heard(shop, queue)
    agree(shop)


def test_a_term_whose_task_was_lost_is_found_by_the_nightly_look_at_events(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """Negative controls, tried: with the event noted when the task is sent, or a task of the same id as
    the lost one, the term was paid for and not had."""
    subscribe(shop, queue, BEN)
    time.pass_(days=30, hours=1)
    shop.account.payments.pass_time()
    assert set(shop.deliver()) == {200}
    lose(shop, queue, hearing.SETTLE_SLOT)
    assert statuses() == ["active"]
    time.pass_(hours=3)
    assert hearing.pull(clock.now()) > 0
    follow(queue)
    assert (slot(BEN), statuses()) == (ONE, ["active"] * 2)
    assert hearing.pull(clock.now()) == 0
    agree(shop)
