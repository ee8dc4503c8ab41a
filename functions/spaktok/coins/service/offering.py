"""What is sold, as a client shows it."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.coins.model.packages import Currency, Package
from spaktok.coins.model.receipts import account_name
from spaktok.coins.service.catalogue import current


@dataclass(frozen=True, slots=True)
class Offer:
    """A package as a client shows it. Prices are in minor units of their currency."""

    package_id: str
    name: str
    image_url: str | None
    coin_amount: int
    bonus_coins: int
    total_coins: int
    price_usd: int
    """In cents."""
    price_local: dict[str, int]
    discount: int
    """Per cent below the face value of a cent a coin."""
    is_popular: bool
    is_best_value: bool
    sort_order: int
    product_ids: dict[str, str]
    """The stores' product ids, by store."""
    version: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What is sold now."""

    packages: list[Offer]
    account_token: str
    """How the caller's account is named to the stores: StoreKit's `appAccountToken`, and Play Billing's
    `obfuscatedAccountId`. A receipt without it buys nothing."""


def offers(uid: str) -> Offers:
    """What is sold now. Up to 6 reads a minute and instance."""
    shown = [_offer(one) for one in current() if one.is_available]
    return Offers(shown, account_name(uid))


def _offer(one: Package) -> Offer:
    return Offer(
        package_id=one.package_id,
        name=one.name,
        image_url=one.image_url,
        coin_amount=one.coin_amount,
        bonus_coins=one.bonus_coins,
        total_coins=one.coins,
        price_usd=one.price_usd,
        price_local={name: minor for name, minor in one.prices.items() if name != Currency.USD},
        discount=one.discount,
        is_popular=one.is_popular,
        is_best_value=one.is_best_value,
        sort_order=one.sort_order,
        product_ids=dict(one.links),
        version=one.version,
    )
