"""Subscriptions and their invoices: what is paid again and again, and what happens where it is not.

A subscription begins with the first payment of a Checkout Session of mode `subscription`. When a period
ends, an invoice is made and charged; one that fails leaves the subscription `past_due`, is tried again,
and in the end the subscription is canceled (docs.stripe.com/billing/subscriptions/overview). Since API
version 2025-03-31 the period stands on the item, and which payment settled an invoice in
`/v1/invoice_payments`. The PaymentIntent of an invoice has none of the subscription's metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localstripe.events import Teller
from localstripe.objects import Json, Objects, Refused, invalid

if TYPE_CHECKING:
    from localstripe.payments import Payments

DAY_S: Final = 24 * 3600
INTERVALS_S: Final = {"day": DAY_S, "week": 7 * DAY_S}
"""A month and a year have no length of their own here."""
RETRY_S: Final = DAY_S
RETRIES_MAX: Final = 3
"""After so many the subscription is canceled: a setting of the account's, at the vendor."""


class Subscriptions:
    """Everything that is paid by itself."""

    def __init__(self, objects: Objects, teller: Teller, payments: Payments) -> None:
        self.objects = objects
        self.teller = teller
        self.payments = payments

    def begin(self, session: Json, method: str) -> Json:
        """The customer pays on the page: subscription, first invoice. Raises the decline."""
        intent = self.payments.intent(
            session["amount_total"], session["currency"], session["customer"], {}
        )
        self.payments.attempt(intent, method)
        now = self.objects.now()
        recurring = session["recurring"]
        item = self.objects.make(
            "si",
            "subscription_item",
            price={
                "unit_amount": session["amount_total"],
                "currency": session["currency"],
                "recurring": recurring,
            },
            current_period_start=now,
            current_period_end=now + length_s(recurring),
        )
        subscription = self.objects.make(
            "sub",
            "subscription",
            status="active",
            customer=session["customer"],
            metadata=dict(session["subscription_data"].get("metadata") or {}),
            default_payment_method=method,
            items={"object": "list", "data": [item], "has_more": False},
            cancel_at_period_end=False,
            canceled_at=None,
            ended_at=None,
            latest_invoice=None,
        )
        self.teller.tell("customer.subscription.created", subscription)
        invoice = self._invoice(subscription, "subscription_create")
        self._paid(invoice, intent)
        session.update(
            status="complete",
            url=None,
            payment_status="paid",
            subscription=subscription["id"],
            invoice=invoice["id"],
        )
        self.teller.tell("checkout.session.completed", session)
        return session

    def update(self, subscription_id: str, asked: Json) -> Json:
        """POST /v1/subscriptions/{id}: `cancel_at_period_end` and `metadata`."""
        subscription = self._living(subscription_id)
        if "cancel_at_period_end" in asked:
            ends = asked["cancel_at_period_end"] == "true"
            subscription["cancel_at_period_end"] = ends
            subscription["canceled_at"] = self.objects.now() if ends else None
        subscription["metadata"].update(asked.get("metadata") or {})
        self.teller.tell("customer.subscription.updated", subscription)
        return subscription

    def cancel(self, subscription_id: str) -> Json:
        """DELETE /v1/subscriptions/{id}: at once; what was paid for the period is not given back."""
        return self._end(self._living(subscription_id))

    def pass_time(self) -> None:
        """Renew what is due, try again what failed; the vendor does so by itself."""
        for subscription in self.objects.all("subscription"):
            if subscription["status"] == "past_due":
                self._try_again(subscription)
            elif subscription["status"] == "active":
                self._renew(subscription)

    def _renew(self, subscription: Json) -> None:
        (item,) = subscription["items"]["data"]
        if item["current_period_end"] > self.objects.now():
            return
        if subscription["cancel_at_period_end"]:
            self._end(subscription)
            return
        start = item["current_period_end"]
        item.update(
            current_period_start=start,
            current_period_end=start + length_s(item["price"]["recurring"]),
        )
        self.teller.tell("customer.subscription.updated", subscription)
        self._charge(subscription, self._invoice(subscription, "subscription_cycle"))

    def _try_again(self, subscription: Json) -> None:
        invoice = self.objects.get(subscription["latest_invoice"], "invoice")
        if (invoice["next_payment_attempt"] or 0) > self.objects.now():
            return
        if invoice["attempt_count"] > RETRIES_MAX:
            invoice["next_payment_attempt"] = None
            self._end(subscription)
            return
        self._charge(subscription, invoice)

    def _charge(self, subscription: Json, invoice: Json) -> None:
        intent = self.payments.intent(
            invoice["amount_due"], invoice["currency"], invoice["customer"], {}
        )
        invoice["attempt_count"] += 1
        try:
            self.payments.attempt(intent, subscription["default_payment_method"])
        except Refused:
            invoice["next_payment_attempt"] = self.objects.now() + RETRY_S
            subscription["status"] = "past_due"
            self.teller.tell("invoice.payment_failed", invoice)
            self.teller.tell("customer.subscription.updated", subscription)
            return
        subscription["status"] = "active"
        self._paid(invoice, intent)

    def _invoice(self, subscription: Json, reason: str) -> Json:
        (item,) = subscription["items"]["data"]
        invoice = self.objects.make(
            "in",
            "invoice",
            status="open",
            billing_reason=reason,
            customer=subscription["customer"],
            currency=item["price"]["currency"],
            amount_due=item["price"]["unit_amount"],
            amount_paid=0,
            attempt_count=0,
            next_payment_attempt=None,
            parent={
                "type": "subscription_details",
                "subscription_details": {
                    "subscription": subscription["id"],
                    "metadata": dict(subscription["metadata"]),
                },
            },
            period_end=item["current_period_end"],
        )
        subscription["latest_invoice"] = invoice["id"]
        return invoice

    def _paid(self, invoice: Json, intent: Json) -> None:
        self.objects.make(
            "inpay",
            "invoice_payment",
            invoice=invoice["id"],
            status="paid",
            payment={"type": "payment_intent", "payment_intent": intent["id"]},
        )
        invoice.update(status="paid", amount_paid=invoice["amount_due"], next_payment_attempt=None)
        self.teller.tell("invoice.paid", invoice)

    def _living(self, subscription_id: str) -> Json:
        found = self.objects.get(subscription_id, "subscription")
        if found["status"] == "canceled":
            raise invalid("A canceled subscription can only update its metadata.")
        return found

    def _end(self, subscription: Json) -> Json:
        now = self.objects.now()
        subscription.update(status="canceled", ended_at=now)
        subscription["canceled_at"] = subscription["canceled_at"] or now
        self.teller.tell("customer.subscription.deleted", subscription)
        return subscription


def length_s(recurring: Json) -> int:
    """How long a period is."""
    return INTERVALS_S[recurring["interval"]] * int(recurring["interval_count"])


def recurring_of(price: Json) -> Json:
    """How often a price is paid, as it was asked for. Raises for what is not spoken here."""
    asked = price.get("recurring") or {}
    if asked.get("interval") not in INTERVALS_S:
        raise invalid(
            "Only recurring[interval]=day or week is spoken here",
            param="line_items[0][price_data][recurring]",
        )
    return {
        "interval": asked["interval"],
        "interval_count": int(asked.get("interval_count", 1)),
        "usage_type": "licensed",
    }
