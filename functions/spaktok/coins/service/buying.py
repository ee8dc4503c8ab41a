"""Starting a purchase with Stripe: a page to pay on, or what a native sheet needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from spaktok.coins import store
from spaktok.coins.model import limits
from spaktok.coins.model.packages import Package
from spaktok.coins.model.payments import Provider
from spaktok.coins.model.purchases import Purchase, Status
from spaktok.coins.refusals import (
    DailyPurchaseLimit,
    PackageUnavailable,
    PaymentDeclined,
    PaymentsUnavailable,
    PurchaseClosed,
    TooManyOpenPurchases,
    VerificationRequired,
)
from spaktok.coins.service import catalogue
from spaktok.core import clock, config, ids, once, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused
from spaktok.integrations.stripe import payments as stripe
from spaktok.integrations.stripe.client import Declined, Unreachable
from spaktok.integrations.stripe.payments import Order

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.coins.requests.buying import Buys

T = TypeVar("T")

CHECKOUT: Final = "checkout"
INTENT: Final = "intent"
_DASHBOARD: Final = "https://dashboard.stripe.com"


@dataclass(frozen=True, slots=True)
class Started:
    """A purchase to be paid on a page of Stripe's."""

    purchase_id: str
    checkout_url: str
    amount: int
    """Coins that it will bring."""
    price: int
    """In minor units of the currency."""
    currency: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SheetStarted:
    """A purchase to be paid in Stripe's native sheet."""

    purchase_id: str
    client_secret: str
    customer_id: str
    ephemeral_key: str
    amount: int
    price: int
    currency: str
    expires_at: datetime


def checkout(uid: UserId, request: Buys) -> Started:
    """Start a purchase, or find the one of the request's key; where it is paid.

    Five reads and one for each purchase of the day, two writes, and three the first time. Nothing is
    charged and nothing credited here. Raises what `_placed` does, `PurchaseClosed`,
    `PaymentsUnavailable`, `PaymentDeclined`.
    """
    purchase, order = _ordered(uid, request, CHECKOUT)
    session = asking(lambda: stripe.create_session(order))
    if session.url is None:
        raise PurchaseClosed
    if purchase.session_id is None:
        store.purchase_ref(purchase.id).update({"sessionId": session.id})
    return Started(
        purchase_id=purchase.id,
        checkout_url=session.url,
        amount=purchase.coins,
        price=purchase.price_minor,
        currency=purchase.currency,
        expires_at=order.expires_at,
    )


def sheet(uid: UserId, request: Buys, api_version: str) -> SheetStarted:
    """The same for the native sheet, whose SDK speaks `api_version`."""
    purchase, order = _ordered(uid, request, INTENT)
    made = asking(lambda: stripe.create_sheet(order, api_version))
    if purchase.payment_id is None:
        store.purchase_ref(purchase.id).update({"paymentIntentId": made.payment_id})
    return SheetStarted(
        purchase_id=purchase.id,
        client_secret=made.client_secret,
        customer_id=order.customer,
        ephemeral_key=made.ephemeral_key,
        amount=purchase.coins,
        price=purchase.price_minor,
        currency=purchase.currency,
        expires_at=order.expires_at,
    )


def _ordered(uid: UserId, request: Buys, method: str) -> tuple[Purchase, Order]:
    from spaktok.safety.policy import Feature
    from spaktok.safety.service import access

    access.require(uid, Feature.GIFTS_SEND)
    purchase = _placed(uid, request, method)
    at = clock.now()
    if purchase.status is not Status.PENDING or purchase.expires_at is None:
        raise PurchaseClosed
    if at >= purchase.expires_at:
        raise PurchaseClosed
    order = Order(
        purchase_id=purchase.id,
        customer=customer(uid),
        amount_minor=purchase.price_minor,
        currency=purchase.currency,
        name=f"{purchase.coins} coins",
        expires_at=purchase.expires_at,
        return_url=f"https://{config.link_host()}/coins/{purchase.id}",
    )
    return purchase, order


def _placed(uid: UserId, request: Buys, method: str) -> Purchase:
    """The purchase of the request's key, made now where there is none: its id is made of the key.

    Raises `PackageUnavailable`, `VerificationRequired`, `DailyPurchaseLimit`, `TooManyOpenPurchases`,
    `TooManyLots`, `KeyReused`.
    """
    # At the first purchase: a starting instance may answer a refusal without the ledger.
    from spaktok.wallet import encoding
    from spaktok.wallet import store as wallets
    from spaktok.wallet.service import crediting

    package = catalogue.sold(request.package_id, request.currency)
    key, at = request.idempotency_key, clock.now()
    made = Purchase(
        id=ids.digest(uid, "purchaseCoins", key) if key else ids.random_id(),
        user_id=uid,
        package_id=package.package_id,
        version=package.version,
        provider=Provider.STRIPE,
        coin_amount=package.coin_amount,
        bonus_coins=package.bonus_coins,
        price_minor=package.prices[request.currency],
        currency=request.currency,
        price_usd=package.price_usd,
        at=at,
        method=method,
        input_hash=ids.digest(method, once.input_hash(request)),
        expires_at=at + limits.CHECKOUT_LIVES,
    )
    today = store.since(uid, limits.day_start(at), limits.PURCHASES_DAY_MAX)

    def body(tx: Transaction) -> Purchase:
        found = store.read(
            [
                store.purchase_ref(made.id),
                store.customer_ref(uid),
                wallets.wallet_ref(uid),
                store.version_ref(package.package_id, package.version),
            ],
            tx,
        )
        before = store.purchase(found[0])
        if before is not None:
            if before.input_hash != made.input_hash:
                raise KeyReused
            return before
        _check_price(package, store.package(found[3]))
        crediting.check_room(encoding.wallet(found[2]))
        bought = [one for each in tx.get(today) if (one := store.purchase(each)) is not None]
        _check_limits(uid, bought, made, at)
        tx.create(store.purchase_ref(made.id), store.encode(made))
        # Written by every purchase of the user, so that two at once can't both pass the limit.
        tx.set(store.customer_ref(uid), {"lastPurchaseAt": at}, merge=True)
        return made

    return transaction.run(body)


def _check_price(package: Package, version: Package | None) -> None:
    """Whether what this instance has in mind is what the catalogue says of that version."""
    if version is None or version.prices != package.prices or version.coins != package.coins:
        raise PackageUnavailable


def _check_limits(uid: UserId, bought: list[Purchase], made: Purchase, at: datetime) -> None:
    if limits.waiting(bought, at) >= limits.OPEN_MAX:
        raise TooManyOpenPurchases
    spent = limits.counted(bought, at)
    if len(bought) >= limits.PURCHASES_DAY_MAX:
        raise DailyPurchaseLimit(limit_usd=limits.VERIFIED_DAY_USD, spent_usd=spent)
    total = spent + made.price_usd
    if total > limits.VERIFIED_DAY_USD:
        raise DailyPurchaseLimit(limit_usd=limits.VERIFIED_DAY_USD, spent_usd=spent)
    if total > limits.UNVERIFIED_DAY_USD and not verified(uid):
        raise VerificationRequired(limit_usd=limits.UNVERIFIED_DAY_USD, spent_usd=spent)


def verified(uid: UserId) -> bool:
    """Whether they have shown an identity document. One read."""
    from spaktok.safety import store as safety

    return safety.decode(safety.record_ref(uid).get()).source.evidence


def customer(uid: UserId) -> str:
    """Stripe's customer of the user: made before their first purchase, kept in `customers/{uid}`."""
    ref = store.customer_ref(uid)
    known = (ref.get().to_dict() or {}).get("stripeId")
    if known is not None:
        return str(known)
    made = asking(lambda: stripe.create_customer(uid))
    mode = "" if config.production() else "/test"
    ref.set({"stripeId": made, "stripeLink": f"{_DASHBOARD}{mode}/customers/{made}"}, merge=True)
    return made


def asking(ask: Callable[[], T]) -> T:
    """What Stripe answers. Raises `PaymentsUnavailable`, `PaymentDeclined`."""
    try:
        return ask()
    except Unreachable:
        raise PaymentsUnavailable from None
    except Declined:
        raise PaymentDeclined from None
