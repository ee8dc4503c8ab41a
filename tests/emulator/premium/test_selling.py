"""Slots that are bought: kept while they are paid for, held for a term, freed once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from localstripe.payments import SLOW
from spaktok.coins.refusals import PaymentsUnavailable, PurchaseClosed
from spaktok.core import clients, clock
from spaktok.core.age import Band
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused
from spaktok.premium import drawer, store
from spaktok.premium.refusals import (
    NoSlotFree,
    PremiumAlready,
    SlotOccupied,
    SlotsNotSold,
    TicketOpen,
)
from spaktok.premium.requests import PurchasePremiumSlot, UpdatePremiumSettings
from spaktok.premium.service import assigning, buying, settings, shares, terms, views
from spaktok.premium.service.buying import Ticketed
from spaktok.safety.refusals import NotForYourAge
from spaktok.users import store as users
from tests.support.ages import join_aged
from tests.support.paying import Till, agree
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock

ONE, TWO = "premium_slot_1", "premium_slot_2"
PRICE = 9_900


@pytest.fixture
def shop(shop: Till) -> Till:
    """Two slots, at 99 dollars or 89 euros for 30 days and 3 of grace."""
    join(BEN, CARL, DINA)
    offer(max_premium_slots=2, sales_open=True, price_usd=PRICE, price_eur=8_900)
    return shop


def offer(**changes: Any) -> None:
    settings.update(ANA, UpdatePremiumSettings(reason="As agreed", **changes))


def buy(uid: UserId, key: str = "intent-1", **more: Any) -> Ticketed:
    return buying.buy(uid, PurchasePremiumSlot(idempotency_key=f"{key}-{uid}", **more))


def paid(shop: Till, queue: Queue, uid: UserId, key: str = "intent-1", **more: Any) -> Ticketed:
    ticket = buy(uid, key, **more)
    shop.pay(ticket.ticket_id)
    heard(shop, queue)
    return ticket


def heard(shop: Till, queue: Queue) -> None:
    """Everything is told, and what follows is done: letters and pushes are others' tests."""
    assert set(shop.deliver()) <= {200}
    follow(queue)


def follow(queue: Queue) -> None:
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if "Premium" in function:
            assert queue.deliver(function, task_id, body) == 200


def refund(shop: Till, ticket: Ticketed, minor: int = PRICE) -> None:
    (intent,) = [
        one
        for one in shop.account.objects.all("payment_intent")
        if one["metadata"]["purchaseId"] == ticket.ticket_id
    ]
    asked = {"payment_intent": intent["id"], "amount": str(minor)}
    shop.account.reversals.create_refund(asked)


def slot(uid: UserId) -> str | None:
    """The slot of the account, as all four places show it alike."""
    held = (store.account_ref(uid).get().to_dict() or {}).get("slotId")
    card = users.card_ref(uid).get().to_dict() or {}
    security = users.security_ref(uid).get().to_dict() or {}
    assert card.get("premiumSlotId") == held
    assert ("premium" in security.get("roles", ())) is (held is not None)
    taken = store.decode_settings(store.settings_ref().get()).slots
    assert held is None or held in taken
    return held


def share(uid: UserId) -> int:
    return shares.of(uid).at(clock.now())


def status(ticket: Ticketed) -> str:
    return str((drawer.ticket_ref(ticket.ticket_id).get().to_dict() or {})["status"])


def test_nothing_is_sold_until_the_settings_say_so(shop: Till) -> None:
    with pytest.raises(SlotsNotSold):
        buy(BEN, currency="jpy")
    offer(sales_open=False)
    with pytest.raises(SlotsNotSold):
        buy(BEN)
    assert shop.account.requests == []


def test_minors_buy_no_slot(shop: Till) -> None:
    teen = UserId("teen")
    join_aged(Band.OLDER_TEEN, teen)
    with pytest.raises(NotForYourAge):
        buy(teen)


def test_a_slot_that_was_paid_for_is_held_for_its_term(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """However often it is told."""
    ticket = buy(BEN)
    assert (ticket.slot_id, ticket.price, ticket.renews) == (ONE, PRICE, False)
    assert buy(BEN) == ticket
    assert slot(BEN) is None
    shop.account.teller.manners.duplicates = 2
    shop.pay(ticket.ticket_id)
    heard(shop, queue)
    assert (slot(BEN), share(BEN), status(ticket)) == (ONE, 9_000, "active")
    assert views.status(BEN).ends_at is not None
    assert store.decode_settings(store.settings_ref().get()).reserved == {}
    agree(shop)
    time.pass_(days=30)
    assert (share(BEN), views.status(BEN).is_premium) == (5_000, False)


def test_of_more_buyers_than_slots_the_last_is_never_charged(shop: Till, queue: Queue) -> None:
    """Negative control: without the reservations in `Settings.full` all three got a page, and the third
    paid for nothing."""

    def attempt(number: int) -> Ticketed | NoSlotFree:
        try:
            return buy((BEN, CARL, DINA)[number])
        except NoSlotFree as refused:
            return refused

    won = [one for one in together(3, attempt) if isinstance(one, Ticketed)]
    assert sorted(one.slot_id for one in won) == [ONE, TWO]
    assert len(shop.account.objects.all("checkout.session")) == 2
    for one in won:
        shop.pay(one.ticket_id)
    heard(shop, queue)
    assert sorted(filter(None, map(slot, (BEN, CARL, DINA)))) == [ONE, TWO]
    agree(shop)


def test_a_slot_that_is_being_paid_for_is_nobody_elses(shop: Till) -> None:
    buy(BEN)
    with pytest.raises(SlotOccupied):
        buy(CARL, slot_id=ONE)
    with pytest.raises(SlotOccupied):
        assigning.assign(ANA, CARL, ONE, "Well earned")
    with pytest.raises(TicketOpen):
        buy(BEN, "another-1")
    with pytest.raises(KeyReused):
        buy(BEN, slot_id=TWO)


def test_a_reservation_ends_and_the_slot_is_free(shop: Till, queue: Queue, time: TestClock) -> None:
    """By the clock, before anybody has come to clear away."""
    ticket = buy(BEN)
    time.pass_(minutes=33)
    assert buy(CARL).slot_id == ONE
    assert buy(DINA).slot_id == TWO
    shop.account.payments.pass_time()
    heard(shop, queue)
    assert (slot(BEN), status(ticket)) == (None, "expired")
    with pytest.raises(PurchaseClosed):
        buy(BEN)


def test_what_nobody_told_of_is_cleared_away_and_asked_about_first(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    shop.account.teller.manners.silent = True
    left, done = buy(BEN), buy(CARL)
    shop.pay(done.ticket_id)
    time.pass_(minutes=33)
    shop.account.payments.pass_time()
    assert terms.sweep(clock.now()) == 2
    assert (slot(BEN), status(left)) == (None, "expired")
    assert (slot(CARL), status(done)) == (TWO, "active")
    assert terms.sweep(clock.now()) == 0
    agree(shop)


def test_a_payment_that_comes_too_late_goes_back_by_itself(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """A bank debit takes days. Negative control: without the look at who keeps the slot it was held by
    two."""
    late = buy(BEN)
    intent = shop.pay(late.ticket_id, SLOW)
    heard(shop, queue)
    time.pass_(minutes=33)
    terms.sweep(clock.now())
    assert status(late) == "expired"
    paid(shop, queue, CARL)
    shop.account.payments.settle_slow(intent, succeeds=True)
    shop.account.teller.manners.duplicates = 1
    heard(shop, queue)
    heard(shop, queue)
    assert (slot(BEN), slot(CARL), status(late)) == (None, ONE, "lost")
    (sent,) = shop.account.objects.all("refund")
    assert sent["amount"] == PRICE
    agree(shop)


def test_who_is_given_a_slot_while_paying_for_one_gets_the_money_back(
    shop: Till, queue: Queue
) -> None:
    ticket = buy(BEN)
    assigning.assign(ANA, BEN, TWO, "Well earned")
    shop.pay(ticket.ticket_id)
    heard(shop, queue)
    heard(shop, queue)
    assert (slot(BEN), status(ticket)) == (TWO, "lost")
    assert len(shop.account.objects.all("refund")) == 1
    agree(shop)
    with pytest.raises(PremiumAlready):
        buy(BEN, "another-1")


def test_a_renewal_before_the_end_prolongs_and_one_in_the_grace_leaves_a_gap(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    start = clock.now()
    paid(shop, queue, BEN)
    assert paid(shop, queue, BEN, "second-1").renews
    with pytest.raises(PremiumAlready):
        buy(BEN, "third-12")
    time.pass_(days=59)
    assert (slot(BEN), share(BEN)) == (ONE, 9_000)
    time.pass_(days=3)
    in_the_gap = clock.now()
    assert (slot(BEN), share(BEN)) == (ONE, 5_000)
    assert terms.sweep(in_the_gap) == 0, "its grace is not over"
    paid(shop, queue, BEN, "third-12")
    account = store.account_ref(BEN).get().to_dict() or {}
    old, new = sorted(account["tenures"].values(), key=lambda one: one["endsAt"])
    assert old["until"] == old["endsAt"] == start + timedelta(days=60)
    assert new["endsAt"] == in_the_gap + timedelta(days=30)
    # The database's clock can't be moved: what it would have said is put there.
    store.account_ref(BEN).update({f"tenures.{account['tenureId']}.since": in_the_gap})
    assert (slot(BEN), share(BEN)) == (ONE, 9_000)
    found = shares.of(BEN)
    assert found.at(start + timedelta(days=1)) == 9_000
    assert found.at(in_the_gap - timedelta(hours=1)) == 5_000, "shared as it was, for good"
    agree(shop)


def test_when_the_grace_is_over_the_slot_is_freed_once(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    paid(shop, queue, BEN)
    time.pass_(days=33, microseconds=-1000)
    assert terms.sweep(clock.now()) == 0
    time.pass_(seconds=1)
    assert terms.sweep(clock.now()) == 1
    assert (slot(BEN), share(BEN)) == (None, 5_000)
    paid(shop, queue, CARL)
    assert terms.sweep(clock.now()) == 0
    assert slot(CARL) == ONE


def test_a_renewal_that_is_under_way_when_the_grace_ends_keeps_the_slot(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    paid(shop, queue, BEN)
    time.pass_(days=32, hours=23, minutes=50)
    ticket = buy(BEN, "second-1")
    time.pass_(minutes=15)
    assert terms.sweep(clock.now()) == 0
    shop.pay(ticket.ticket_id)
    heard(shop, queue)
    assert (slot(BEN), share(BEN)) == (ONE, 9_000)


def test_a_refund_takes_the_term_back_once_and_never_anothers(shop: Till, queue: Queue) -> None:
    """Told twice, and again after somebody else has the slot. Negative control: without the comparison
    of the tenure the successor lost it."""
    ticket = paid(shop, queue, BEN)
    refund(shop, ticket, 900)
    heard(shop, queue)
    assert slot(BEN) == ONE, "a part was sent back, not the term"
    refund(shop, ticket, PRICE - 900)
    told = shop.account.teller.deliveries()
    shop.deliver(*told)
    follow(queue)
    assert (slot(BEN), share(BEN), status(ticket)) == (None, 5_000, "refunded")
    paid(shop, queue, CARL)
    shop.deliver(*told)
    follow(queue)
    assert slot(CARL) == ONE
    agree(shop)


def test_a_refund_of_one_of_two_terms_leaves_the_other(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    paid(shop, queue, BEN)
    second = paid(shop, queue, BEN, "second-1")
    refund(shop, second)
    heard(shop, queue)
    assert slot(BEN) == ONE
    time.pass_(days=30)
    assert share(BEN) == 5_000


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_frees_the_slot_when_it_takes_the_money(
    won: bool, shop: Till, queue: Queue
) -> None:
    ticket = buy(BEN)
    intent = shop.pay(ticket.ticket_id)
    heard(shop, queue)
    opened = shop.account.reversals.open_dispute(intent)
    heard(shop, queue)
    assert (slot(BEN), status(ticket)) == (None, "refunded")
    agree(shop)
    shop.account.reversals.close(opened["id"], won=won)
    heard(shop, queue)
    assert slot(BEN) == (ONE if won else None)
    agree(shop)


def test_a_dispute_that_is_won_gives_the_slot_back_or_the_money(
    shop: Till, queue: Queue, time: TestClock
) -> None:
    """What was left of the term begins anew where the slot is free; where it is somebody else's, the
    price goes back; where the tenure goes on, as of two terms, it is as long as before.

    Negative control, tried: booked like any other end of a dispute, there was neither.
    """
    offer(max_premium_slots=1)
    for taken in (False, True):
        ticket = paid(shop, queue, BEN, f"intent-{taken}")
        time.pass_(days=10)
        tenure = (store.account_ref(BEN).get().to_dict() or {})["tenureId"]
        dispute = disputed(shop, queue, ticket)
        assert slot(BEN) is None
        # The database's clock, which says when a tenure ended, has not gone on.
        store.account_ref(BEN).update({f"tenures.{tenure}.until": clock.now()})
        time.pass_(days=5)
        if taken:
            paid(shop, queue, CARL)
        shop.account.reversals.close(dispute, won=True)
        heard(shop, queue)
        agree(shop)
        if not taken:
            assert (slot(BEN), status(ticket)) == (ONE, "active")
            time.pass_(days=20, seconds=-10)
            assert share(BEN) == 9_000
            time.pass_(seconds=20)
            assert share(BEN) == 5_000
            time.pass_(days=4)
            terms.sweep(clock.now())
    assert (slot(BEN), slot(CARL), status(ticket)) == (None, ONE, "lost")
    refunds = shop.account.objects.all("refund")
    assert [one["amount"] for one in refunds] == [PRICE]

    second = paid(shop, queue, CARL, "intent-2")
    dispute = disputed(shop, queue, second)
    assert (slot(CARL), status(second)) == (ONE, "refunded")
    shop.account.reversals.close(dispute, won=True)
    heard(shop, queue)
    assert (slot(CARL), status(second)) == (ONE, "active")
    time.pass_(days=59)
    assert share(CARL) == 9_000
    agree(shop)


def disputed(shop: Till, queue: Queue, ticket: Ticketed) -> str:
    """The payment of a ticket is disputed, and we heard of it; the dispute."""
    (intent,) = [
        one
        for one in shop.account.objects.all("payment_intent")
        if one["metadata"]["purchaseId"] == ticket.ticket_id
    ]
    made = shop.account.reversals.open_dispute(intent["id"])
    heard(shop, queue)
    return str(made["id"])


def test_a_ticket_keeps_the_price_at_which_it_was_begun(shop: Till, queue: Queue) -> None:
    """Each currency has its own; each change is a new version."""
    ticket = buy(BEN, currency="eur")
    offer(price_eur=20_000, term_days=7)
    shop.pay(ticket.ticket_id)
    heard(shop, queue)
    assert (slot(BEN), ticket.price, ticket.currency) == (ONE, 8_900, "eur")
    document = drawer.ticket_ref(ticket.ticket_id).get().to_dict() or {}
    assert (document["settingsVersion"], document["termDays"]) == (2, 30)
    assert buy(CARL, currency="eur").price == 20_000
    offers = (store.settings_ref().get().to_dict() or {})["offers"]
    assert [offers[name]["prices"]["eur"] for name in ("v2", "v3")] == [8_900, 20_000]


def test_while_stripe_can_not_be_asked_the_ticket_waits(shop: Till) -> None:
    from localstripe.api import Fault

    shop.account.faults.append(Fault("503", path="/v1/checkout", times=3))
    with pytest.raises(PaymentsUnavailable):
        buy(BEN)
    assert buy(BEN).slot_id == ONE
    assert len(list(clients.db().collection("premiumTickets").stream())) == 1
