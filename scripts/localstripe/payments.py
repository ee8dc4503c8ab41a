"""Customers, Checkout Sessions, PaymentIntents, charges: how money comes in.

States follow docs.stripe.com/payments/paymentintents/lifecycle and /checkout. A session gets its
PaymentIntent when somebody pays, not before (since API version 2022-08-01). Payment methods are the
vendor's documented test ones (docs.stripe.com/testing); the numbers stand for the same.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from localstripe.events import Teller
from localstripe.objects import Json, Objects, Refused, fee_of, invalid
from localstripe.subscriptions import Subscriptions, recurring_of

SESSION_LIVES_S: Final = 24 * 3600
SESSION_LIVES_S_MIN: Final = 30 * 60

GOOD: Final = "pm_card_visa"
DECLINED: Final = "pm_card_chargeDeclined"
DISPUTED: Final = "pm_card_createDispute"
REFUND_FAILS: Final = "pm_card_refundFail"
SLOW: Final = "pm_sepaDebit_local"
"""A bank debit: the session completes unpaid, and the money comes, or does not, days later."""

CARDS: Final = {
    "4242424242424242": GOOD,
    "4000000000000002": DECLINED,
    "4000000000000259": DISPUTED,
    "4000000000005126": REFUND_FAILS,
}


class Payments:
    """Everything up to a charge that succeeded."""

    def __init__(self, objects: Objects, teller: Teller) -> None:
        self.objects = objects
        self.teller = teller
        self.subscriptions = Subscriptions(objects, teller, self)

    def create_customer(self, asked: Json) -> Json:
        """POST /v1/customers."""
        return self.objects.make(
            "cus",
            "customer",
            email=asked.get("email"),
            name=asked.get("name"),
            metadata=asked.get("metadata") or {},
        )

    def create_session(self, asked: Json) -> Json:
        """POST /v1/checkout/sessions, modes `payment` and `subscription`."""
        mode = asked.get("mode")
        if mode not in ("payment", "subscription"):
            raise invalid("Only payment and subscription are spoken here", param="mode")
        (item,) = asked.get("line_items") or [{}]
        price = item.get("price_data") or {}
        if (mode == "subscription") is not ("recurring" in price):
            raise invalid("A recurring price goes with mode=subscription", param="mode")
        amount = _minor(price.get("unit_amount"), "line_items[0][price_data][unit_amount]")
        currency = _currency(price.get("currency"))
        now = self.objects.now()
        expires_at = int(asked.get("expires_at") or now + SESSION_LIVES_S)
        if not now + SESSION_LIVES_S_MIN - 60 <= expires_at <= now + SESSION_LIVES_S:
            raise invalid("expires_at must be between 30 minutes and 24 hours ahead")
        if "success_url" not in asked:
            raise invalid("Missing required param: success_url.", param="success_url")
        session = self.objects.make(
            "cs_test",
            "checkout.session",
            mode=mode,
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            subscription=None,
            invoice=None,
            recurring=None if mode == "payment" else recurring_of(price),
            amount_subtotal=amount * int(item.get("quantity", 1)),
            amount_total=amount * int(item.get("quantity", 1)),
            currency=currency,
            client_reference_id=asked.get("client_reference_id"),
            customer=asked.get("customer"),
            metadata=asked.get("metadata") or {},
            success_url=asked["success_url"],
            cancel_url=asked.get("cancel_url"),
            expires_at=expires_at,
            payment_intent_data=asked.get("payment_intent_data") or {},
            subscription_data=asked.get("subscription_data") or {},
        )
        session["url"] = f"{self.page}/pay/{session['id']}"
        return session

    page = "http://checkout.stripe.invalid"
    """Where the page that pays is."""

    def expire_session(self, session_id: str) -> Json:
        """POST /v1/checkout/sessions/{id}/expire: only while it is open."""
        session = self.objects.get(session_id, "checkout.session")
        if session["status"] != "open":
            raise invalid('Only Checkout Sessions with a status in ["open"] can be expired.')
        session.update(status="expired", url=None)
        self.teller.tell("checkout.session.expired", session)
        return session

    def pass_time(self) -> None:
        """Expire what is due; the vendor does so by itself."""
        for session in self.objects.all("checkout.session", status="open"):
            if session["expires_at"] <= self.objects.now():
                self.expire_session(session["id"])
        self.subscriptions.pass_time()

    def pay(self, session_id: str, method: str = GOOD) -> Json:
        """What a customer does on the page. Raises the decline, after which they may try again."""
        session = self.objects.get(session_id, "checkout.session")
        if session["status"] != "open":
            raise invalid("This Checkout Session is no longer active.")
        if session["mode"] == "subscription":
            return self.subscriptions.begin(session, method)
        if session["payment_intent"] is None:
            intent = self.intent(
                session["amount_total"],
                session["currency"],
                session["customer"],
                session["payment_intent_data"].get("metadata") or {},
            )
            session["payment_intent"] = intent["id"]
        intent = self.objects.get(session["payment_intent"], "payment_intent")
        self.attempt(intent, method)
        session.update(status="complete", url=None)
        if intent["status"] == "succeeded":
            session["payment_status"] = "paid"
        self.teller.tell("checkout.session.completed", session)
        return session

    def settle_slow(self, intent_id: str, *, succeeds: bool) -> Json:
        """Days later the bank debit came, or did not."""
        intent = self.objects.get(intent_id, "payment_intent")
        sessions = self.objects.all("checkout.session", payment_intent=intent_id)
        charge = self.objects.get(intent["latest_charge"], "charge")
        if succeeds:
            self._come(intent, charge)
        else:
            charge.update(status="failed", paid=False, failure_code="debit_not_authorized")
            line = self.objects.by_id[charge["balance_transaction"]]
            back = (-charge["amount"], charge["currency"], -line["fee"])
            off = self.objects.book("payment_failure_refund", charge, *back)
            charge["failure_balance_transaction"] = off["id"]
            self._fail(intent, "The customer's bank account could not be debited.")
        for session in sessions:
            session["payment_status"] = "paid" if succeeds else "unpaid"
            ending = "succeeded" if succeeds else "failed"
            self.teller.tell(f"checkout.session.async_payment_{ending}", session)
        return intent

    def create_intent(self, asked: Json) -> Json:
        """POST /v1/payment_intents, confirmed at once where asked."""
        intent = self.intent(
            _minor(asked.get("amount"), "amount"),
            _currency(asked.get("currency")),
            asked.get("customer"),
            asked.get("metadata") or {},
        )
        if asked.get("confirm") == "true":
            self.attempt(intent, asked.get("payment_method", GOOD))
        return intent

    def confirm_intent(self, intent_id: str, asked: Json) -> Json:
        """POST /v1/payment_intents/{id}/confirm: what a native sheet does."""
        intent = self.objects.get(intent_id, "payment_intent")
        self._require(intent, "requires_payment_method", "requires_confirmation")
        self.attempt(intent, asked.get("payment_method", GOOD))
        return intent

    def cancel_intent(self, intent_id: str) -> Json:
        """POST /v1/payment_intents/{id}/cancel."""
        intent = self.objects.get(intent_id, "payment_intent")
        self._require(intent, "requires_payment_method", "requires_confirmation", "requires_action")
        intent.update(status="canceled", canceled_at=self.objects.now())
        self.teller.tell("payment_intent.canceled", intent)
        return intent

    def create_ephemeral_key(self, asked: Json) -> Json:
        """POST /v1/ephemeral_keys: what a native payment sheet shows a customer's methods with."""
        self.objects.get(str(asked.get("customer")), "customer")
        secret = f"ek_test_{secrets.token_hex(16)}"
        return self.objects.make("ephkey", "ephemeral_key", secret=secret)

    def update_intent(self, intent_id: str, asked: Json) -> Json:
        """POST /v1/payment_intents/{id}: `metadata` alone, which may be added to at any time."""
        intent = self.objects.get(intent_id, "payment_intent")
        if set(asked) - {"metadata"}:
            raise invalid("Only metadata can be updated here")
        intent["metadata"].update(asked.get("metadata") or {})
        return intent

    def intent(self, amount: int, currency: str, customer: Any, metadata: Json) -> Json:
        """A PaymentIntent that waits for a method."""
        intent = self.objects.make(
            "pi",
            "payment_intent",
            amount=amount,
            amount_received=0,
            currency=currency,
            customer=customer,
            latest_charge=None,
            last_payment_error=None,
            metadata=metadata,
            status="requires_payment_method",
        )
        intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(12)}"
        self.teller.tell("payment_intent.created", intent)
        return intent

    def _require(self, intent: Json, *states: str) -> None:
        if intent["status"] not in states:
            raise invalid(
                f"This PaymentIntent's status is {intent['status']}.",
                code="payment_intent_unexpected_state",
                payment_intent=self.objects.copy_of(intent),
            )

    def attempt(self, intent: Json, method: str) -> None:
        """Try to pay it. Raises the decline."""
        intent["payment_method"] = method
        if method == SLOW:
            intent["status"] = "processing"
            self._charge(intent, "pending", "payment")
            self.teller.tell("payment_intent.processing", intent)
            return
        if method == DECLINED:
            raise self._fail(intent, "Your card was declined.")
        self._succeed(intent)

    def _fail(self, intent: Json, message: str) -> Refused:
        error = {"type": "card_error", "code": "card_declined", "message": message}
        intent.update(status="requires_payment_method", last_payment_error=error)
        self.teller.tell("payment_intent.payment_failed", intent)
        return Refused(
            402,
            "card_error",
            message,
            code="card_declined",
            decline_code="generic_decline",
            payment_intent=self.objects.copy_of(intent),
        )

    def _succeed(self, intent: Json) -> None:
        self._come(intent, self._charge(intent, "succeeded", "charge"))

    def _charge(self, intent: Json, status: str, kind: str) -> Json:
        """An attempt that took something, or will: what moves slowly is on the balance at once.

        See docs.stripe.com/reports/balance-transaction-types: a `payment` is `pending` there, and a
        `payment_failure_refund` takes it off where it fails.
        """
        charge = self.objects.make(
            "ch",
            "charge",
            amount=intent["amount"],
            amount_captured=intent["amount"],
            amount_refunded=0,
            refunded=False,
            disputed=False,
            captured=True,
            paid=status == "succeeded",
            status=status,
            currency=intent["currency"],
            customer=intent["customer"],
            payment_intent=intent["id"],
            payment_method=intent["payment_method"],
            metadata=dict(intent["metadata"]),
        )
        fee = fee_of(intent["amount"], intent["currency"])
        line = self.objects.book(kind, charge, intent["amount"], intent["currency"], fee)
        charge["balance_transaction"] = line["id"]
        intent["latest_charge"] = charge["id"]
        return charge

    def _come(self, intent: Json, charge: Json) -> None:
        charge.update(status="succeeded", paid=True)
        intent.update(status="succeeded", amount_received=intent["amount"], last_payment_error=None)
        self.teller.tell("charge.succeeded", charge)
        self.teller.tell("payment_intent.succeeded", intent)


def _minor(text: Any, param: str) -> int:
    try:
        amount = int(text)
    except (TypeError, ValueError):
        raise invalid(f"Invalid integer: {text}", param=param) from None
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param=param)
    return amount


def _currency(text: Any) -> str:
    currency = str(text or "").lower()
    if currency not in ("usd", "eur", "gbp", "jpy"):
        raise invalid(f"Invalid currency: {text}", param="currency")
    return currency
