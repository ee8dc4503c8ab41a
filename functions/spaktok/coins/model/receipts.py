"""What a store says of a purchase in it, and how an account is named to a store. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import UUID

from spaktok.coins.model.payments import Payment, Provider, Refund, State
from spaktok.core import ids

BPS: Final = 10_000
COMMISSION_BPS: Final[dict[str, int]] = json.loads(
    Path(__file__).parents[1].joinpath("stores.json").read_text(encoding="utf-8")
)["commissionBps"]


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
    price_minor: int | None = None
    """What the buyer paid, where the store says so, in `currency`."""
    currency: str | None = None
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


def payment(receipt: Receipt, price_minor: int, price_usd: int) -> Payment:
    """The receipt as a payment of a purchase at that price.

    A store settles monthly and tells no fee with a purchase: the commission is the published one, in
    basis points, of the dollar price.
    """
    gross = price_usd * 10_000
    refunded = receipt.refunding is not Refunding.NO
    taken_back = receipt.refunding is Refunding.TAKEN_BACK
    refunds = (Refund(f"{receipt.id}:refund", price_minor, reversed=taken_back),)
    return Payment(
        provider=receipt.provider,
        id=f"{receipt.provider}:{receipt.id}",
        purchase_id=purchase_id(receipt.provider, receipt.id),
        state=State.PAID if receipt.paid or refunded else State.OPEN,
        live=receipt.live,
        amount_minor=price_minor,
        currency="usd",
        gross_micro=gross,
        fee_micro=gross * COMMISSION_BPS[receipt.provider] // BPS,
        refunds=refunds if refunded else (),
    )
