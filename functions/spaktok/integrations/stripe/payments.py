"""Ordering and asking: customers, Checkout Sessions, PaymentIntents, refunds, events.

Every order carries an idempotency key that was stored before, so that repeating it makes nothing
twice; the vendor keeps keys for 24 hours at least, and every parameter must be the same
(docs.stripe.com/api/idempotent_requests). Capture is asked to be synchronous (`automatic`): only then
is the balance transaction, with the fee, there when the payment has succeeded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins.model.payments import (
    Dispute,
    DisputeState,
    Payment,
    Provider,
    Refund,
    State,
)
from spaktok.integrations.stripe import client as connection
from spaktok.integrations.stripe.client import Unreachable, speaking

if TYPE_CHECKING:
    from datetime import datetime

PURCHASE: Final = "purchaseId"
"""What we write on everything that belongs to a purchase."""
REFUND: Final = "refundId"
MICRO_PER_CENT: Final = 10_000
_PAGE: Final = 100
_STATES: Final = {"canceled": State.CLOSED, "succeeded": State.PAID}
_DISPUTES: Final = {"won": DisputeState.WON, "lost": DisputeState.LOST}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid, by whom."""

    purchase_id: str
    customer: str
    amount_minor: int
    currency: str
    name: str
    """As the payer reads it."""
    expires_at: datetime
    return_url: str

    @property
    def metadata(self) -> dict[str, str]:
        """What leads back from the payment to the purchase."""
        return {PURCHASE: self.purchase_id}


@dataclass(frozen=True, slots=True)
class Session:
    """A page of the vendor's on which the payer pays."""

    id: str
    url: str | None
    """None where it is over."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a native payment sheet needs."""

    payment_id: str
    client_secret: str
    ephemeral_key: str


def create_customer(uid: str) -> str:
    """The vendor's customer of a user, made once a day at most; its id.

    Nothing but our id is told of them, under the name that the Stripe extension for Firebase uses.
    """
    with speaking():
        made = connection.client().v1.customers.create(
            {"metadata": {"firebaseUID": uid}}, {"idempotency_key": f"customer-{uid}"}
        )
    return made.id


def create_session(order: Order) -> Session:
    """A Checkout Session; the same again for the same order. Raises `Unreachable`, `Declined`."""
    paid = {"metadata": order.metadata, "capture_method": "automatic"}
    return open_page(order, {}, {"mode": "payment", "payment_intent_data": paid})


def open_page(order: Order, price: dict[str, Any], about: dict[str, Any]) -> Session:
    """A page on which an order is paid, whatever else is said of its price and of the page.

    The same again for the same order. Raises `Unreachable`, `Declined`.
    """
    page: Any = {
        "customer": order.customer,
        "client_reference_id": order.purchase_id,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency,
                    "unit_amount": order.amount_minor,
                    "product_data": {"name": order.name},
                    **price,
                },
            }
        ],
        "metadata": order.metadata,
        "expires_at": int(order.expires_at.timestamp()),
        "success_url": order.return_url,
        "cancel_url": order.return_url,
        **about,
    }
    with speaking():
        made = connection.client().v1.checkout.sessions.create(
            page, {"idempotency_key": f"session-{order.purchase_id}"}
        )
    return Session(made.id, made.url)


def create_sheet(order: Order, api_version: str) -> Sheet:
    """A PaymentIntent for a native sheet, and the key with which the sheet knows its customer."""
    with speaking():
        intent = connection.client().v1.payment_intents.create(
            {
                "amount": order.amount_minor,
                "currency": order.currency,
                "customer": order.customer,
                "automatic_payment_methods": {"enabled": True},
                "capture_method": "automatic",
                "metadata": order.metadata,
            },
            {"idempotency_key": f"intent-{order.purchase_id}"},
        )
        key = connection.client().v1.ephemeral_keys.create(
            {"customer": order.customer}, {"stripe_version": api_version}
        )
    return Sheet(intent.id, intent.client_secret or "", key.secret or "")


def cancel(payment_id: str) -> None:
    """Have a PaymentIntent paid by nobody any more. Raises `Declined` where that is too late."""
    with speaking():
        connection.client().v1.payment_intents.cancel(payment_id)


def session(session_id: str) -> Payment:
    """What a session's payment is now: one request, or two where somebody has begun to pay."""
    with speaking():
        found: Any = connection.client().v1.checkout.sessions.retrieve(session_id)
    if found.payment_intent is not None:
        return payment(found.payment_intent)
    return Payment(
        provider=Provider.STRIPE,
        id="",
        purchase_id=_metadata(found).get(PURCHASE),
        state=State.CLOSED if found.status == "expired" else State.OPEN,
        live=found.livemode,
        amount_minor=found.amount_total,
        currency=found.currency,
    )


def payment(payment_id: str) -> Payment:
    """What a PaymentIntent is now, with its fee, refunds and disputes: one request to three.

    Raises `Unreachable`, also while a payment has succeeded and is not yet on the balance; `Declined`
    where there is none.
    """
    api = connection.client().v1
    with speaking():
        found: Any = api.payment_intents.retrieve(
            payment_id, {"expand": ["latest_charge.balance_transaction"]}
        )
        charge = found.latest_charge
        paid = found.status == "succeeded"
        refunds = (
            api.refunds.list({"payment_intent": payment_id, "limit": _PAGE}).auto_paging_iter()
            if paid
            else ()
        )
        disputes = (
            api.disputes.list({"payment_intent": payment_id, "limit": _PAGE}).auto_paging_iter()
            if paid and charge.disputed
            else ()
        )
        state = _STATES.get(found.status, State.OPEN)
        failure = found.last_payment_error
        if state is State.OPEN and failure is not None:
            state = State.FAILED
        gross, fee = _settled(charge.balance_transaction) if paid else (0, 0)
        return Payment(
            provider=Provider.STRIPE,
            id=found.id,
            purchase_id=_metadata(found).get(PURCHASE),
            state=state,
            live=found.livemode,
            amount_minor=found.amount_received if paid else found.amount,
            currency=found.currency,
            gross_micro=gross,
            fee_micro=fee,
            refunds=tuple(_refund(one) for one in refunds if one.status != "canceled"),
            disputes=tuple(_dispute(one) for one in disputes),
            failure=None if failure is None else (failure.code or failure.type),
        )


def create_refund(payment_id: str, refund_id: str, amount_minor: int) -> str:
    """Send money back, once a `refund_id` of ours; the vendor's id. Raises `Unreachable`, `Declined`.

    The key lasts a day; whoever repeats it later looks for the refund first (`find_refund`).
    """
    with speaking():
        made = connection.client().v1.refunds.create(
            {
                "payment_intent": payment_id,
                "amount": amount_minor,
                "metadata": {REFUND: refund_id},
            },
            {"idempotency_key": f"refund-{refund_id}"},
        )
    return made.id


def find_refund(payment_id: str, refund_id: str) -> str | None:
    """The vendor's id of a refund of ours, or None where it was never made."""
    with speaking():
        found: Any = connection.client().v1.refunds.list(
            {"payment_intent": payment_id, "limit": _PAGE}
        )
        for one in found.auto_paging_iter():
            if _metadata(one).get(REFUND) == refund_id:
                return str(one.id)
    return None


def events(kinds: tuple[str, ...], since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """What was told in a time, newest first, as it was told. The vendor keeps events for 30 days."""
    with speaking():
        found: Any = connection.client().v1.events.list(
            {
                "types": list(kinds),
                "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
                "limit": _PAGE,
            }
        )
        for one in found.auto_paging_iter():
            yield one.to_dict()


def event(event_id: str) -> dict[str, Any]:
    """One of them again. Raises `Unreachable`, `Declined`."""
    with speaking():
        return connection.client().v1.events.retrieve(event_id).to_dict()


def _settled(line: Any) -> tuple[int, int]:
    """Gross and fee in micro-USD, by the line of the balance. Raises `Unreachable` without one."""
    if line is None or isinstance(line, str):
        raise Unreachable
    if line.currency != "usd":
        raise RuntimeError(f"The Stripe account settles in {line.currency}: it must settle in usd")
    return line.amount * MICRO_PER_CENT, line.fee * MICRO_PER_CENT


def _refund(found: Any) -> Refund:
    return Refund(found.id, found.amount, failed=found.status == "failed")


def _dispute(found: Any) -> Dispute:
    inquiry = str(found.status).startswith("warning_")
    state = DisputeState.INQUIRY if inquiry else _DISPUTES.get(found.status, DisputeState.OPEN)
    fee = sum(line.fee for line in found.balance_transactions)
    return Dispute(found.id, found.amount, state, fee * MICRO_PER_CENT)


def _metadata(found: Any) -> dict[str, str]:
    return {} if found.metadata is None else found.metadata.to_dict()
