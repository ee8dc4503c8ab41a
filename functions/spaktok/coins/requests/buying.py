"""What buyers may ask."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.coins.model.packages import PACKAGE_ID_PATTERN, Currency
from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Keyed, Nothing, Request

PackageId = Annotated[str, Field(pattern=PACKAGE_ID_PATTERN, description="`coins_1000`.")]
PurchaseId = Annotated[str, Field(pattern=ID_PATTERN)]
Paid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,128}$")]


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
