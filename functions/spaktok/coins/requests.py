"""What clients may ask of coins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from spaktok.coins.model.packages import COINS_MAX, PRICE_MINOR_MAX, Currency
from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Keyed, Line, Nothing, Request
from spaktok.users import text

PackageId = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$", description="`coins_1000`.")]
PurchaseId = Annotated[str, Field(pattern=ID_PATTERN)]
Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]
Price = Annotated[int, Field(ge=1, le=PRICE_MINOR_MAX, description="In minor units.")]
Paid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,128}$")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class GetCoinPackages(Nothing):
    """List what is sold."""


class Buys(Keyed):
    """Buy a package."""

    package_id: PackageId
    currency: Annotated[Currency, Field(strict=False)] = Currency.USD


class PurchaseCoins(Buys):
    """Buy a package on a page of Stripe's."""


class CreatePaymentIntent(Buys):
    """Buy a package in Stripe's native payment sheet."""

    api_version: Annotated[
        str,
        Field(
            pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}(\.[a-z]{1,20})?$",
            max_length=40,
            description="The Stripe API version that the app's SDK speaks.",
        ),
    ]


class ConfirmCoinPurchase(Request):
    """Say that a purchase was paid, so that the server asks at once."""

    purchase_id: PurchaseId
    payment_intent_id: Annotated[
        Paid | None, Field(description="Taken, as old clients send it, and not looked at.")
    ] = None


class VerifyStorePurchase(Request):
    """Redeem a purchase made in an app store."""

    store: Annotated[Literal["apple", "google"], Field(description="Whose receipt it is.")]
    receipt: Annotated[
        str,
        Field(
            min_length=10,
            max_length=20_000,
            description="Apple: the signed transaction (JWS). Google: the purchase token.",
        ),
    ]
    product_id: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9._]{1,150}$", description="Google's product; Apple's is signed."
        ),
    ] = None

    @model_validator(mode="after")
    def _google_names_a_product(self) -> VerifyStorePurchase:
        if self.store == "google" and self.product_id is None:
            raise ValueError("productId is needed with a token of Google's")
        return self


class AnswerConsumption(Request):
    """A task: tell Apple how far a purchase was used."""

    purchase_id: PurchaseId
    transaction_id: Annotated[str, Field(max_length=64)]
    deadline: Annotated[datetime, Field(strict=False)]


class UpdateCoinPackage(Request):
    """Sell a package otherwise from now on."""

    package_id: PackageId
    version: Annotated[int, Field(ge=1, le=10**9, description="The version you have seen.")]
    reason: Reason
    name: Annotated[Line | None, Field(max_length=60)] = None
    price_usd: Price | None = None
    price_eur: Price | None = None
    price_gbp: Price | None = None
    price_jpy: Price | None = None
    coin_amount: Annotated[int | None, Field(ge=1, le=COINS_MAX)] = None
    bonus_coins: Annotated[int | None, Field(ge=0, le=COINS_MAX)] = None
    is_popular: bool | None = None
    is_best_value: bool | None = None
    is_available: bool | None = None
    sort_order: Annotated[int | None, Field(ge=0, le=1000)] = None

    @model_validator(mode="after")
    def _changes_something(self) -> UpdateCoinPackage:
        if not (self.prices or self.shown or (self.coin_amount, self.bonus_coins) != (None, None)):
            raise ValueError("must change something")
        if (self.coin_amount is None) is not (self.bonus_coins is None):
            raise ValueError("coinAmount and bonusCoins go together")
        return self

    @property
    def prices(self) -> dict[Currency, int]:
        """The prices that change."""
        named = {
            Currency.USD: self.price_usd,
            Currency.EUR: self.price_eur,
            Currency.GBP: self.price_gbp,
            Currency.JPY: self.price_jpy,
        }
        return {currency: minor for currency, minor in named.items() if minor is not None}

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


class SendCoinRefund(Request):
    """A task: have the provider send a recorded refund."""

    refund_id: PurchaseId
