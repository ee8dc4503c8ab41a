"""Actions of premium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstripe.api import LocalStripe
from spaktok.coins import store as coins
from spaktok.premium.requests import PurchasePremiumSlot, UpdatePremiumSettings
from spaktok.premium.service import assigning, buying, ending, hearing, settings, shares, views
from tests.cost.actions.coins import at_the_till, speaking
from tests.cost.actions.scene import Action, action
from tests.support.paying import Till
from tests.support.people import ANA, BEN, CARL, join


@action("give a premium slot")
def _() -> Action:
    join(ANA, BEN)
    settings.initialize(ANA)
    return lambda: assigning.assign(ANA, BEN, "premium_slot_1", "Well earned")


@action("take a premium slot")
def _() -> Action:
    join(ANA, BEN)
    assigning.assign(ANA, BEN, "premium_slot_1", "Well earned")
    return lambda: assigning.unassign(ANA, BEN, "premium_slot_1", "The term is over")


@action("change the premium settings")
def _() -> Action:
    settings.initialize(ANA)
    request = UpdatePremiumSettings(
        premium_payout_bps=8_500, standard_payout_bps=5_000, reason="A new year"
    )
    return lambda: settings.update(ANA, request)


@action("ask for the share of a receiver's gifts")
def _() -> Action:
    join(ANA)
    return lambda: shares.of(ANA)


@action("read one's premium status, waiting")
def _() -> Action:
    join(ANA)
    views.wait(ANA)
    return lambda: views.status(ANA)


@action("wait for a premium slot")
def _() -> Action:
    join(ANA)
    return lambda: views.wait(ANA)


@action("read the ledger of premium slots, 2 tenures")
def _() -> Action:
    join(ANA, BEN, CARL)
    for number, uid in enumerate((BEN, CARL), start=1):
        assigning.assign(ANA, uid, f"premium_slot_{number}", "Well earned")
    return lambda: views.slots(ANA, 20, None)


@action("read the premium settings, 1 holder and 1 who waits")
def _() -> Action:
    join(ANA, BEN, CARL)
    assigning.assign(ANA, BEN, "premium_slot_1", "Well earned")
    views.wait(CARL)
    return lambda: views.overview(ANA, 50, None)


PURCHASE = PurchasePremiumSlot(idempotency_key="intent-1")


def sold(work: Callable[[], Any]) -> Any:
    """Do something where slots are sold, and there is a Stripe with its customer of Ana."""
    join(ANA)
    settings.initialize(BEN)
    settings.update(
        BEN, UpdatePremiumSettings(sales_open=True, price_usd=9_900, reason="As agreed")
    )
    coins.customer_ref(ANA).set({"stripeId": "cus_1"})
    return work()


@action("keep a premium slot and start paying for it")
def _() -> Action:
    account = at_the_till(lambda stripe: sold(lambda: stripe.account))
    return speaking(account, lambda: buying.buy(ANA, PURCHASE))


@action("hear that a premium slot was paid for")
def _() -> Action:
    account, ticket, payment = _paid()
    return speaking(account, lambda: hearing.hear(ticket, payment))


@action("hear again that a premium slot was paid for")
def _() -> Action:
    account, ticket, payment = _paid()
    speaking(account, lambda: hearing.hear(ticket, payment))()
    return speaking(account, lambda: hearing.hear(ticket, payment))


@action("hear that the next term of a premium slot was paid for")
def _() -> Action:
    account, ticket, invoices = _subscribed(invoices=2)
    speaking(account, lambda: hearing.hear(ticket, None, invoices[0]))()
    return speaking(account, lambda: hearing.hear(ticket, None, invoices[1]))


@action("pay for no further term of one's premium slot")
def _() -> Action:
    account, ticket, invoices = _subscribed(invoices=1)
    speaking(account, lambda: hearing.hear(ticket, None, invoices[0]))()
    return speaking(account, lambda: ending.cancel(ANA))


def _subscribed(*, invoices: int) -> tuple[LocalStripe, str, list[str]]:
    """A ticket, and the invoices that follow from it, oldest first."""

    def work(stripe: Till) -> tuple[LocalStripe, str, list[str]]:
        def begin() -> str:
            settings.update(BEN, UpdatePremiumSettings(renewing=True, reason="As agreed"))
            return buying.buy(ANA, PURCHASE).ticket_id

        ticket = sold(begin)
        stripe.account.payments.pay(stripe.session_of(ticket)["id"])
        (made,) = stripe.account.objects.all("subscription")
        (item,) = made["items"]["data"]
        for _ in range(invoices - 1):
            item["current_period_end"] = stripe.account.objects.now()
            stripe.account.payments.pass_time()
        told = reversed(stripe.account.objects.all("invoice"))
        return stripe.account, ticket, [one["id"] for one in told]

    return at_the_till(work)


def _paid() -> tuple[LocalStripe, str, str]:
    def work(stripe: Till) -> tuple[LocalStripe, str, str]:
        ticket = sold(lambda: buying.buy(ANA, PURCHASE)).ticket_id
        return stripe.account, ticket, stripe.pay(ticket)

    return at_the_till(work)
