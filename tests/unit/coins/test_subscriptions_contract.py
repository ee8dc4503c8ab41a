"""What the local Stripe's subscriptions do, by docs.stripe.com/billing/subscriptions/overview,
/billing/subscriptions/cancel and /api/invoice-payment. The vendor's own need a browser and days to
begin and to renew, so these run against the local one alone, through the official SDK.
"""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from localstripe.api import LocalStripe
from localstripe.payments import DECLINED, GOOD
from localstripe.subscriptions import DAY_S, RETRIES_MAX
from spaktok.integrations.stripe import messages
from tests.support.paying import sdk


class Clock:
    at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at

    def pass_days(self, days: int) -> None:
        self.at += days * DAY_S


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def account(time: Clock) -> LocalStripe:
    return LocalStripe(time)


@pytest.fixture
def client(account: LocalStripe) -> stripe.StripeClient:
    return sdk(account)


def page(client: stripe.StripeClient, **more: Any) -> Any:
    price = {
        "currency": "usd",
        "unit_amount": 4_999,
        "product_data": {"name": "Premium slot"},
        "recurring": {"interval": "day", "interval_count": 30},
    }
    asked: Any = {
        "mode": "subscription",
        "customer": client.v1.customers.create({"metadata": {}}).id,
        "line_items": [{"quantity": 1, "price_data": price}],
        "subscription_data": {"metadata": {"purchaseId": "slot_1"}},
        "success_url": "https://example.com/done",
        **more,
    }
    return client.v1.checkout.sessions.create(asked)


def subscribed(client: stripe.StripeClient, account: LocalStripe) -> Any:
    session = page(client)
    account.payments.pay(session.id)
    found: Any = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.subscriptions.retrieve(found.subscription)


def passing(account: LocalStripe, time: Clock, days: int) -> list[str]:
    """Let days pass; what was told of invoices and subscriptions meanwhile."""
    before = len(account.teller.events)
    for _ in range(days):
        time.pass_days(1)
        account.payments.pass_time()
    told = [one["type"] for one in account.teller.events[before:]]
    return [one for one in told if one.startswith(("invoice.", "customer.subscription."))]


def test_the_first_payment_begins_it_with_an_invoice_that_leads_to_the_payment(
    client: stripe.StripeClient, account: LocalStripe, time: Clock
) -> None:
    session = page(client)
    assert (session.status, session.subscription, session.payment_intent) == ("open", None, None)
    with pytest.raises(Exception, match="declined"):
        account.payments.pay(session.id, DECLINED)
    assert account.objects.all("subscription") == []
    account.payments.pay(session.id)
    found: Any = client.v1.checkout.sessions.retrieve(session.id)
    assert (found.status, found.payment_status, found.payment_intent) == ("complete", "paid", None)
    subscription: Any = client.v1.subscriptions.retrieve(found.subscription)
    assert (subscription.status, subscription.latest_invoice) == ("active", found.invoice)
    (item,) = subscription["items"].data
    assert item.current_period_end - int(time()) == 30 * DAY_S
    invoice: Any = client.v1.invoices.retrieve(found.invoice)
    assert (invoice.status, invoice.billing_reason) == ("paid", "subscription_create")
    about = invoice.parent.subscription_details
    assert (about.subscription, about.metadata["purchaseId"]) == (subscription.id, "slot_1")
    (made,) = client.v1.invoice_payments.list({"invoice": invoice.id}).data
    intent = client.v1.payment_intents.retrieve(str(made.payment.payment_intent))
    assert (intent.status, intent.amount, intent.metadata.to_dict()) == ("succeeded", 4_999, {})
    client.v1.payment_intents.update(intent.id, {"metadata": {"purchaseId": "slot_1"}})
    again = client.v1.payment_intents.retrieve(intent.id)
    assert again.metadata["purchaseId"] == "slot_1"


def test_every_period_is_an_invoice_of_its_own(
    client: stripe.StripeClient, account: LocalStripe, time: Clock
) -> None:
    subscribed(client, account)
    assert passing(account, time, 29) == []
    assert passing(account, time, 1) == ["customer.subscription.updated", "invoice.paid"]
    assert passing(account, time, 30) == ["customer.subscription.updated", "invoice.paid"]
    reasons = [one.billing_reason for one in client.v1.invoices.list().data]
    assert reasons == ["subscription_cycle", "subscription_cycle", "subscription_create"]
    assert account.objects.balance_minor() == 3 * (4_999 - 145 - 30)


def test_what_fails_is_past_due_and_tried_again_and_in_the_end_canceled(
    client: stripe.StripeClient, account: LocalStripe, time: Clock
) -> None:
    made = subscribed(client, account)
    stored = account.objects.get(made.id, "subscription")
    stored["default_payment_method"] = DECLINED
    told = passing(account, time, 30)
    assert told[-2:] == ["invoice.payment_failed", "customer.subscription.updated"]
    assert client.v1.subscriptions.retrieve(made.id).status == "past_due"
    stored["default_payment_method"] = GOOD
    assert passing(account, time, 1) == ["invoice.paid"]
    assert client.v1.subscriptions.retrieve(made.id).status == "active"
    stored["default_payment_method"] = DECLINED
    told = passing(account, time, 30 + RETRIES_MAX + 1)
    assert told.count("invoice.payment_failed") == RETRIES_MAX + 1
    assert told[-1] == "customer.subscription.deleted"
    assert client.v1.subscriptions.retrieve(made.id).status == "canceled"


def test_it_can_be_ended_with_the_period_or_at_once(
    client: stripe.StripeClient, account: LocalStripe, time: Clock
) -> None:
    one, other = subscribed(client, account), subscribed(client, account)
    ending = client.v1.subscriptions.update(one.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at_period_end) == ("active", True)
    assert client.v1.subscriptions.cancel(other.id).status == "canceled"
    assert passing(account, time, 30) == ["customer.subscription.deleted"]
    assert client.v1.subscriptions.retrieve(one.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.cancel(one.id)


def test_a_price_that_recurs_goes_with_a_subscription_and_no_other(
    client: stripe.StripeClient,
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        page(client, mode="payment")


def test_an_invoices_event_is_read_as_about_no_payment(
    client: stripe.StripeClient, account: LocalStripe
) -> None:
    subscribed(client, account)
    (told,) = [one for one in account.teller.events if one["type"] == "invoice.paid"]
    assert messages.event(told).payment_id is None
