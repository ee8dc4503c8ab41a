"""What is paid again and again: a page that begins it, its invoices, and its end.

An invoice names its subscription, and with it what we wrote there; its payment bears nothing of ours
(docs.stripe.com/billing/subscriptions/overview, /api/invoice-payment), until `mark` writes on it what
it pays for. From then on its refunds and disputes are found as those of any payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from spaktok.integrations.stripe import client as connection
from spaktok.integrations.stripe.client import Declined, speaking
from spaktok.integrations.stripe.payments import PURCHASE, Order, Session, open_page

_FIRST: Final = "subscription_create"


@dataclass(frozen=True, slots=True)
class Invoice:
    """A period of a subscription, as it is to be paid."""

    id: str
    subscription_id: str | None
    purchase_id: str | None
    """What began the subscription."""
    first: bool
    """Whether it is of the period that was paid for on the page."""
    paid: bool
    payment_id: str | None
    """The payment that settled it; None where none has."""


def create_session(order: Order, days: int) -> Session:
    """A Checkout Session that is paid every so many days; the same again for the same order.

    Raises `Unreachable`, `Declined`.
    """
    again = {"recurring": {"interval": "day", "interval_count": days}}
    noted = {"metadata": order.metadata}
    return open_page(order, again, {"mode": "subscription", "subscription_data": noted})


def first_invoice(session_id: str) -> str | None:
    """The invoice that was paid on a page; None where nobody has. Raises `Unreachable`, `Declined`."""
    with speaking():
        found: Any = connection.client().v1.checkout.sessions.retrieve(session_id)
    return None if found.invoice is None else str(found.invoice)


def invoice(invoice_id: str) -> Invoice:
    """An invoice, and what settled it: two requests. Raises `Unreachable`, `Declined`."""
    api = connection.client().v1
    with speaking():
        found: Any = api.invoices.retrieve(invoice_id)
        paid: Any = api.invoice_payments.list({"invoice": invoice_id, "status": "paid"})
    about = found.parent.subscription_details if found.parent is not None else None
    noted = {} if about is None or about.metadata is None else about.metadata.to_dict()
    payments = [getattr(one.payment, "payment_intent", None) for one in paid.data]
    return Invoice(
        id=found.id,
        subscription_id=None if about is None else about.subscription,
        purchase_id=noted.get(PURCHASE),
        first=found.billing_reason == _FIRST,
        paid=found.status == "paid",
        payment_id=next((one for one in payments if one), None),
    )


def mark(payment_id: str, purchase_id: str) -> None:
    """Write on a payment what it pays for. Harmless to repeat. Raises `Unreachable`, `Declined`."""
    with speaking():
        connection.client().v1.payment_intents.update(
            payment_id, {"metadata": {PURCHASE: purchase_id}}
        )


def end_with_period(subscription_id: str) -> None:
    """Let it run out. Harmless to repeat. Raises `Unreachable`, `Declined`."""
    with speaking():
        connection.client().v1.subscriptions.update(subscription_id, {"cancel_at_period_end": True})


def end(subscription_id: str) -> None:
    """End it at once: nothing more is charged. One that is over is over. Raises `Unreachable`."""
    try:
        with speaking():
            connection.client().v1.subscriptions.cancel(subscription_id)
    except Declined:
        return
