"""What the staff may ask, and what a task says of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from spaktok.coins.model.packages import COINS_MAX, PACKAGE_ID_PATTERN, PRICE_MINOR_MAX, Currency
from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Line, Request
from spaktok.users import text
from spaktok.wallet.requests import ApproveProposal

PackageId = Annotated[str, Field(pattern=PACKAGE_ID_PATTERN)]
PurchaseId = Annotated[str, Field(pattern=ID_PATTERN)]
Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
Price = Annotated[int, Field(ge=1, le=PRICE_MINOR_MAX, description="In minor units.")]
ProductId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._]{1,150}$")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Described(Request):
    """What a package can be said to be."""

    package_id: PackageId
    reason: Reason
    price_usd: Price | None = None
    price_eur: Price | None = None
    price_gbp: Price | None = None
    price_jpy: Price | None = None
    image_url: Annotated[str | None, Field(pattern=r"^https://[\x21-\x7e]{1,500}$")] = None
    apple_product_id: Annotated[
        ProductId | None, Field(description="In the App Store. Once set it stays.")
    ] = None
    google_product_id: Annotated[
        ProductId | None, Field(description="In Google Play. Once set it stays.")
    ] = None

    @property
    def prices(self) -> dict[Currency, int]:
        """The prices that are named."""
        named = {
            Currency.USD: self.price_usd,
            Currency.EUR: self.price_eur,
            Currency.GBP: self.price_gbp,
            Currency.JPY: self.price_jpy,
        }
        return {currency: minor for currency, minor in named.items() if minor is not None}

    @property
    def links(self) -> dict[str, str]:
        """The stores' product ids that are named, by store."""
        named = {"apple": self.apple_product_id, "google": self.google_product_id}
        return {store: product for store, product in named.items() if product is not None}


class AddCoinPackage(Described):
    """Sell a package that was not there."""

    name: Annotated[Line, AfterValidator(text.line), Field(max_length=60)]
    price_usd: Price
    coin_amount: Annotated[int, Field(ge=1, le=COINS_MAX)]
    bonus_coins: Annotated[int, Field(ge=0, le=COINS_MAX)] = 0
    is_popular: bool = False
    is_best_value: bool = False
    is_available: bool = True
    sort_order: Annotated[
        int | None, Field(ge=0, le=1000, description="Without it, after all others.")
    ] = None


class UpdateCoinPackage(Described):
    """Sell a package otherwise from now on."""

    version: Annotated[int, Field(ge=1, le=10**9, description="The version you have seen.")]
    name: Annotated[Line | None, Field(max_length=60)] = None
    coin_amount: Annotated[int | None, Field(ge=1, le=COINS_MAX)] = None
    bonus_coins: Annotated[int | None, Field(ge=0, le=COINS_MAX)] = None
    is_popular: bool | None = None
    is_best_value: bool | None = None
    is_available: bool | None = None
    sort_order: Annotated[int | None, Field(ge=0, le=1000)] = None

    @model_validator(mode="after")
    def _changes_something(self) -> UpdateCoinPackage:
        coins = (self.coin_amount, self.bonus_coins) != (None, None)
        if not (self.prices or self.links or self.shown or coins):
            raise ValueError("must change something")
        if (self.coin_amount is None) is not (self.bonus_coins is None):
            raise ValueError("coinAmount and bonusCoins go together")
        return self

    @property
    def coins(self) -> tuple[int, int] | None:
        """Coins and bonus, where they change."""
        if self.coin_amount is None or self.bonus_coins is None:
            return None
        return self.coin_amount, self.bonus_coins

    @property
    def shown(self) -> dict[str, str | bool | int]:
        """Other fields that change."""
        named = {
            "name": self.name,
            "image_url": self.image_url,
            "is_popular": self.is_popular,
            "is_best_value": self.is_best_value,
            "is_available": self.is_available,
            "sort_order": self.sort_order,
        }
        return {name: value for name, value in named.items() if value is not None}


class RefundCoinPurchase(Request):
    """Send the price of a purchase back, or a part of it."""

    purchase_id: PurchaseId
    reason: Reason
    idempotency_key: Annotated[
        Key, Field(description="Made once an intent; a retry sends it again.")
    ]
    amount_minor: Annotated[
        int | None,
        Field(
            ge=1,
            le=PRICE_MINOR_MAX,
            description="In the currency paid; without it all that is left.",
        ),
    ] = None


class ApproveCoinRefund(ApproveProposal):
    """Approve a refund of a purchase that somebody else proposed; it is sent at once."""


class SendCoinRefund(Request):
    """A task: have the provider send a recorded refund."""

    refund_id: PurchaseId
