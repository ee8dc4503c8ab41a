"""What a store says of a purchase in it, and how an account is named to a store. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from spaktok.coins.model.payments import Payment, Price, Provider, Refund, State
from spaktok.coins.model.purchases import Purchase
from spaktok.core import ids


class News(StrEnum):
    """What a store's notification asks for."""

    LOOK = "look"
    """Something changed: ask, and settle."""
    CONSUMPTION = "consumption"
    """The store decides about a refund, and asks how far the purchase was used."""
    NOTHING = "nothing"


class Refunding(StrEnum):
    """Whether the store sent the money back."""

    NO = "no"
    YES = "yes"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A purchase of a consumable, as the store has signed or answered it."""

    provider: Provider
    id: str
    """The store's transaction or order: used once."""
    product_id: str
    account: str | None
    """The account for which it was bought, as we named it to the store."""
    live: bool
    at: datetime
    paid: bool
    quantity: int = 1
    refunding: Refunding = Refunding.NO
    price: Price | None = None
    """What the buyer paid, where the store says so."""
    token: str | None = None
    """By which the store is asked again."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A store's notification, proven."""

    id: str
    news: News
    provider: Provider
    receipt: Receipt | None
    """Where the notification brings one."""
    order_id: str | None = None
    token: str | None = None
    product_id: str | None = None
    at: datetime | None = None


def account_name(uid: str) -> str:
    """How an account is named to the stores: a UUID that follows from the uid."""
    return str(UUID(ids.digest("store-account", uid)))


def purchase_id(provider: Provider, receipt_id: str) -> str:
    """The purchase of a receipt: one for all accounts, so that it is redeemed once."""
    return ids.digest("receipt", provider, receipt_id)


def payment(receipt: Receipt, purchase: Purchase) -> Payment:
    """The receipt as a payment of its purchase, at the price and the worth that were found at first.

    A later answer of the store's may state another price, and the rates may have changed since: what
    was credited is what is taken back.
    """
    refunded = receipt.refunding is not Refunding.NO
    taken_back = receipt.refunding is Refunding.TAKEN_BACK
    refunds = (Refund(f"{receipt.id}:refund", purchase.price_minor, reversed=taken_back),)
    return Payment(
        provider=receipt.provider,
        id=f"{receipt.provider}:{receipt.id}",
        purchase_id=purchase.id,
        state=State.PAID if receipt.paid or refunded else State.OPEN,
        live=receipt.live,
        amount_minor=purchase.price_minor,
        currency=purchase.currency,
        gross_micro=purchase.worth.gross_micro,
        fee_micro=purchase.worth.fee_micro,
        refunds=refunds if refunded else (),
    )
