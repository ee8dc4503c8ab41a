"""What buyers in the app stores may ask, and what a task says of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from spaktok.coins.requests.buying import PurchaseId
from spaktok.core.shape import Request


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
    notice_id: Annotated[str | None, Field(max_length=128)] = None
    """Of the notification that asks for it, which is noted once it is answered."""
