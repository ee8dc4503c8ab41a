"""F1 to F3: a fault at every RPC of giving a slot, taking it, selling it, and of what follows, each
followed by a retry, leaves what one clean run leaves: the slot, its copies, the audit, the claims' task
and the news; and what was charged and sent back."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from spaktok.core import clients, clock, dispatch
from spaktok.core.ids import UserId
from spaktok.premium import store
from spaktok.premium.refusals import NotTheHolder
from spaktok.premium.requests import (
    PurchasePremiumSlot,
    SettlePremiumTicket,
    UpdatePremiumSettings,
)
from spaktok.premium.service import (
    assigning,
    buying,
    ending,
    hearing,
    paid,
    settings,
    terms,
    unsent,
    views,
)
from spaktok.users import store as users
from spaktok.wallet.service import auditing
from tests.support.crashes import Operation, Scenes, enumerated
from tests.support.paying import Till, new
from tests.support.people import ANA, join
from tests.support.queue import Queue
from tests.support.remains import left
from tests.support.time import TestClock

SLOT = "premium_slot_1"
PRICE = 9_900
GIVEN, SOLD, SETTINGS = Scenes(), Scenes(), Scenes()
"""Those of sales are given the shop, the queue and the clock."""


@GIVEN.of("managePremiumAccount")
def assign(uid: str) -> Operation:
    join(UserId(uid))
    return lambda: assigning.assign(ANA, UserId(uid), SLOT, "Well earned")


@GIVEN.of("managePremiumAccount")
def unassign(uid: str) -> Operation:
    assign(uid)()
    return lambda: assigning.unassign(ANA, UserId(uid), SLOT, "The term is over")


def state(uid: str, queue: Queue, time: TestClock) -> Any:
    time.pass_(minutes=2)
    dispatch.sweep()
    sent = sorted(
        function for function, _, body in queue.waiting if uid in str(sorted(body["data"].items()))
    )
    queue.waiting.clear()
    account = store.account_ref(uid).get().to_dict() or {}
    card = users.card_ref(uid).get().to_dict() or {}
    acts = [one.to_dict() or {} for one in clients.db().collection_group("entries").stream()]
    tenures = [(one["slotId"], one["until"] is None) for one in account["tenures"].values()]
    found = (
        account["slotId"],
        tenures,
        sorted(store.decode_settings(store.settings_ref().get()).slots),
        (card["isPremiumAccount"], card["premiumSlotId"], card["accountType"]),
        users.security_ref(uid).get().get("roles"),
        sorted(one["what"] for one in acts if one["target"] == uid),
        sent,
    )
    assigning.vacate(UserId(uid))  # the slot is the next one's
    return found


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", GIVEN)
def test_a_fault_at_any_rpc_of_a_slot_changes_nothing_of_the_outcome(
    name: str, queue: Queue, time: TestClock
) -> None:
    """Control tried: with the news sent after the commit and not staged, of the slot given or taken by
    the commit that was the instance's last nobody is ever told."""
    join(ANA)
    enumerated(GIVEN[name], partial(state, queue=queue, time=time), every=4, done=(NotTheHolder,))


def offer(*, renewing: bool) -> None:
    changes = UpdatePremiumSettings(
        sales_open=True, price_usd=PRICE, renewing=renewing, reason="As agreed"
    )
    settings.update(ANA, changes)


def buy(uid: str, key: str = "intent-1") -> str:
    """A ticket for the first slot, or for its next term."""
    return buying.buy(UserId(uid), PurchasePremiumSlot(idempotency_key=key)).ticket_id


def paid_for(uid: str, shop: Till, key: str = "intent-1") -> tuple[str, str]:
    """A ticket that was paid, which nobody has heard of; and its payment."""
    ticket = buy(uid, key)
    return ticket, shop.pay(ticket)


def held(uid: str, shop: Till) -> tuple[str, str]:
    join(UserId(uid))
    offer(renewing=False)
    ticket, payment = paid_for(uid, shop)
    hearing.hear(ticket, payment)
    return ticket, payment


def subscribed(uid: str, shop: Till) -> tuple[str, dict[str, Any]]:
    """A ticket by subscription whose first term is held; and the subscription."""
    join(UserId(uid))
    offer(renewing=True)
    ticket = buy(uid)
    shop.account.payments.pay(shop.session_of(ticket)["id"])
    hearing.hear(ticket, None)
    name = shop.session_of(ticket)["subscription"]
    return ticket, shop.account.objects.get(name, "subscription")


def lost(uid: str, shop: Till) -> str:
    """A ticket whose holder was given another slot while paying."""
    join(UserId(uid))
    offer(renewing=False)
    ticket = buy(uid)
    assigning.assign(ANA, UserId(uid), "premium_slot_2", "Well earned")
    hearing.hear(ticket, shop.pay(ticket))
    return ticket


@SOLD.of("purchasePremiumSlot")
def begin_a_page(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    offer(renewing=False)
    return lambda: buy(uid)


@SOLD.of("settlePremiumTicket")
def hear_that_it_was_paid(uid: str, shop: Till, *_: object) -> Operation:
    join(UserId(uid))
    offer(renewing=False)
    ticket, payment = paid_for(uid, shop)
    task = SettlePremiumTicket(
        ticket_id=ticket, payment_id=payment, event_id=f"evt_{uid}", event_kind="charge.succeeded"
    )
    return lambda: hearing.told(task)


@SOLD.of("settlePremiumTicket")
def hear_that_it_was_renewed(uid: str, shop: Till, *_: object) -> Operation:
    held(uid, shop)
    ticket, payment = paid_for(uid, shop, "intent-2")
    return lambda: hearing.hear(ticket, payment)


@SOLD.of("settlePremiumTicket")
def hear_of_the_next_term(uid: str, shop: Till, *_: object) -> Operation:
    ticket, made = subscribed(uid, shop)
    (item,) = made["items"]["data"]
    item["current_period_end"] = shop.account.objects.now()
    shop.account.payments.pass_time()
    return lambda: hearing.hear(ticket, None, made["latest_invoice"])


@SOLD.of("settlePremiumTicket")
def hear_of_a_refund(uid: str, shop: Till, *_: object) -> Operation:
    ticket, payment = held(uid, shop)
    shop.account.reversals.create_refund({"payment_intent": payment, "amount": str(PRICE)})
    return lambda: hearing.hear(ticket, payment)


@SOLD.of("settlePremiumTicket")
def hear_of_a_lost_dispute(uid: str, shop: Till, *_: object) -> Operation:
    """At once: it was opened, and decided."""
    ticket, payment = held(uid, shop)
    opened = shop.account.reversals.open_dispute(payment)
    shop.account.reversals.close(opened["id"], won=False)
    return lambda: hearing.hear(ticket, payment)


@SOLD.of("settlePremiumTicket")
def hear_of_a_slot_that_is_gone(uid: str, shop: Till, *_: object) -> Operation:
    join(UserId(uid))
    offer(renewing=False)
    ticket, payment = paid_for(uid, shop)
    assigning.assign(ANA, UserId(uid), "premium_slot_2", "Well earned")
    return lambda: hearing.hear(ticket, payment)


@SOLD.of("sendPremiumRefund")
def send_the_price_back(uid: str, shop: Till, *_: object) -> Operation:
    ticket = lost(uid, shop)
    return lambda: paid.send_refund(ticket)


@SOLD.of("sweepPremiumSlots")
def send_what_is_unsent(uid: str, shop: Till, _: Queue, time: TestClock) -> Operation:
    lost(uid, shop)
    return lambda: unsent.sweep(time.at)


@SOLD.of("sweepPremiumSlots")
def close_what_nobody_paid(uid: str, _: Till, __: Queue, time: TestClock) -> Operation:
    begin_a_page(uid)()
    time.pass_(minutes=33)
    return lambda: terms.sweep(clock.now())


@SOLD.of("sweepPremiumSlots")
def free_what_was_not_renewed(uid: str, shop: Till, _: Queue, time: TestClock) -> Operation:
    held(uid, shop)
    time.pass_(days=34)
    return lambda: terms.sweep(clock.now())


@SOLD.of("cancelPremiumSubscription")
def renew_no_more(uid: str, shop: Till, *_: object) -> Operation:
    subscribed(uid, shop)
    return lambda: ending.cancel(UserId(uid))


@SOLD.of("endPremiumSubscription")
def end_at_once(uid: str, shop: Till, *_: object) -> Operation:
    _ticket, made = subscribed(uid, shop)
    assigning.unassign(ANA, UserId(uid), SLOT, "Broke the rules")
    return lambda: ending.end(made["id"])


@SOLD.of("requestPremiumAccount")
def wait(uid: str, *_: object) -> Operation:
    join(UserId(uid))
    return lambda: views.wait(UserId(uid))


@SOLD.of("cancelPremiumRequest")
def wait_no_more(uid: str, *_: object) -> Operation:
    wait(uid)()
    return lambda: views.leave(UserId(uid))


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", SOLD)
def test_a_fault_at_any_rpc_of_a_sale_changes_nothing_of_the_outcome(
    name: str, shop: Till, queue: Queue, time: TestClock
) -> None:
    """Controls tried, of the next term, each fails: a ticket of its own for every delivery; a key of
    its own for every sale, of a ticket that forgets that it was sold."""
    known: set[str] = set()

    def state(uid: str) -> list[str]:
        found = [*new(shop, known), *left(uid, queue, time)]
        assigning.vacate(UserId(uid))  # the slot is the next one's
        store.settings_ref().update({"reservations": {}})
        time.pass_(minutes=2)
        dispatch.sweep()
        queue.waiting.clear()
        return found

    enumerated(SOLD.at(name, shop, queue, time), state, few=1)
    assert auditing.everything() == []


@SETTINGS.of("initializePremiumSettings")
def initialize(_: str) -> Operation:
    store.settings_ref().delete()
    return lambda: settings.initialize(ANA)


@SETTINGS.of("updatePremiumSettings")
def update(uid: str) -> Operation:
    initialize(uid)()
    return lambda: settings.update(ANA, UpdatePremiumSettings(max_premium_slots=7, reason="Enough"))


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("name", SETTINGS)
def test_a_fault_at_any_rpc_of_the_settings_changes_nothing_of_the_outcome(name: str) -> None:
    before = [0]

    def state(_: str) -> Any:
        acts = len(list(clients.db().collection_group("entries").stream()))
        now, more = store.decode_settings(store.settings_ref().get()), acts - before[0]
        before[0] = acts
        return now.version, now.slots_max, now.current.premium_bps, more

    enumerated(SETTINGS.at(name), state, few=1)
