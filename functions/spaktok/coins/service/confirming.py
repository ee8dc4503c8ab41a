"""Asking Stripe about one purchase, because the client says that it has paid."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.coins import store
from spaktok.coins.model.payments import Payment, Provider
from spaktok.coins.model.purchases import Purchase, Status
from spaktok.coins.refusals import PaymentsUnavailable
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.integrations.stripe import payments as stripe
from spaktok.integrations.stripe.client import Declined, Unreachable


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Where a purchase stands, by the provider's word."""

    purchase_id: str
    status: Status
    coins_added: int


def confirm(uid: UserId, purchase_id: str) -> Confirmed:
    """Ask Stripe now, because the client says that it has paid. Raises `NotFound` for another's."""
    purchase = store.purchase(store.purchase_ref(purchase_id).get())
    if purchase is None or purchase.user_id != uid:
        raise NotFound
    if not purchase.progress.credited and purchase.provider is Provider.STRIPE:
        payment = asked(purchase)
        if payment is not None:
            from spaktok.coins.service import settling  # not for who asks about what has come

            purchase = settling.settle(payment) or purchase
    coins = purchase.coins if purchase.progress.credited else 0
    return Confirmed(purchase.id, purchase.status, coins)


def asked(purchase: Purchase) -> Payment | None:
    """What Stripe says of the purchase's payment; None where none was ever begun."""
    try:
        if purchase.payment_id is not None:
            return stripe.payment(purchase.payment_id)
        if purchase.session_id is not None:
            return stripe.session(purchase.session_id)
    except (Unreachable, Declined):
        raise PaymentsUnavailable from None
    return None
