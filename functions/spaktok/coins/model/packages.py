"""What is sold: packages of coins, each version of which never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).parents[1] / "catalogue.json"
PACKAGE_ID_PATTERN: Final = r"^[a-z0-9_-]{1,64}$"
PACKAGES_MAX: Final = 100
"""All are read together."""
COINS_MAX: Final = 1_000_000
PRICE_MINOR_MAX: Final = 1_000_000
"""10,000 dollars."""
FACE_MICRO: Final = 10_000
"""A coin's face value is a cent: what a discount is reckoned from."""


class Currency(StrEnum):
    """What can be paid in, as ISO 4217 writes it but small, as Stripe does."""

    USD = "usd"
    EUR = "eur"
    GBP = "gbp"
    JPY = "jpy"


class Unsound(ValueError):
    """A package that can't be sold."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package as it is sold now."""

    package_id: str
    name: str
    coin_amount: int
    bonus_coins: int
    prices: Mapping[str, int]
    """In minor units by currency; `usd` is always there."""
    version: int = 1
    image_url: str | None = None
    is_popular: bool = False
    is_best_value: bool = False
    is_available: bool = True
    sort_order: int = 0
    links: Mapping[str, str] = field(default_factory=dict)
    """The stores' product ids, by store."""

    @property
    def coins(self) -> int:
        """All that a purchase brings.

        The bonus shares in the receipts of the whole: it earns creators nothing that was not received.
        """
        return self.coin_amount + self.bonus_coins

    @property
    def price_usd(self) -> int:
        """In cents."""
        return self.prices[Currency.USD]

    @property
    def discount(self) -> int:
        """Whole per cent below the face value of all its coins; 0 to 100."""
        face = self.coins * FACE_MICRO // 10_000
        return max(0, (face - self.price_usd) * 100 // face)


def check(package: Package) -> Package:
    """The package. Raises `Unsound`, naming what is wrong with it."""
    if not 1 <= package.coin_amount <= COINS_MAX or not 0 <= package.bonus_coins <= COINS_MAX:
        raise Unsound(f"{package.package_id}: coins must be 1 to {COINS_MAX}")
    if Currency.USD not in package.prices:
        raise Unsound(f"{package.package_id}: a price in dollars is needed")
    for currency, minor in package.prices.items():
        if type(minor) is not int or not 1 <= minor <= PRICE_MINOR_MAX:
            raise Unsound(f"{package.package_id}: {minor!r} {Currency(currency)} is no price")
    return package


def first() -> tuple[Package, ...]:
    """What `catalogue.json` says. Raises `Unsound`."""
    raw: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        check(
            Package(
                package_id=one["packageId"],
                name=one["name"],
                coin_amount=one["coinAmount"],
                bonus_coins=one["bonusCoins"],
                prices=one["prices"],
                is_popular=one.get("isPopular", False),
                is_best_value=one.get("isBestValue", False),
                sort_order=number,
                links={"apple": one["packageId"], "google": one["packageId"]},
            )
        )
        for number, one in enumerate(raw["packages"], start=1)
    )
