"""The state: every object by its id, and the balance as a ledger of lines that never change."""

from __future__ import annotations

import copy
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Final

Json = dict[str, Any]

FEE_BPS: Final = 290
FEE_FIXED_MINOR: Final = 30
"""2.9 % and 30 cents: the vendor's published price of a domestic card payment in the US."""
DISPUTE_FEE_MINOR: Final = 1500
"""What the vendor takes for a dispute, won or lost (docs.stripe.com/disputes)."""
AVAILABLE_AFTER_S: Final = 2 * 24 * 3600
"""A payment is `pending` on the balance for two business days; everything else counts at once."""
CATEGORIES: Final = {
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
}
"""`reporting_category` where it is not the type (docs.stripe.com/reports/reporting-categories)."""
RATES_PPM: Final = {"usd": 1_000_000, "eur": 1_080_000, "gbp": 1_270_000, "jpy": 670_000}
"""Cents for a minor unit of a currency, in millionths; the yen has no smaller unit than itself."""


class Refused(Exception):
    """The vendor's error object, and its HTTP status."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error: Json = {"type": kind, "message": message, **more}


def invalid(message: str, **more: Any) -> Refused:
    """400 `invalid_request_error`."""
    return Refused(400, "invalid_request_error", message, **more)


class Objects:
    """What the provider knows. Every object is a plain dictionary, as it stands in an answer."""

    def __init__(self, clock: Callable[[], float] = time.time, *, livemode: bool = False) -> None:
        self.clock = clock
        self.livemode = livemode
        self.lock = threading.RLock()
        self.by_id: dict[str, Json] = {}
        self.lines: list[Json] = []
        """Balance transactions in the order of their making: the oracle."""

    def now(self) -> int:
        """Whole seconds since 1970, as every `created` is."""
        return int(self.clock())

    def make(self, prefix: str, kind: str, **fields: Any) -> Json:
        """A new object with an id, an instant and a mode."""
        made: Json = {
            "id": f"{prefix}_{secrets.token_hex(12)}",
            "object": kind,
            "created": self.now(),
            "livemode": self.livemode,
            **fields,
        }
        self.by_id[made["id"]] = made
        return made

    def get(self, object_id: str, kind: str) -> Json:
        """The object. Raises the vendor's 404 `resource_missing`."""
        found = self.by_id.get(object_id)
        if found is None or found["object"] != kind:
            raise Refused(
                404,
                "invalid_request_error",
                f"No such {kind}: '{object_id}'",
                code="resource_missing",
                param="id",
            )
        return found

    def all(self, kind: str, **wanted: Any) -> list[Json]:
        """Those of a kind whose fields have these values (None: any), newest first."""
        found = [
            one
            for one in self.by_id.values()
            if one["object"] == kind
            and all(one.get(name) == value for name, value in wanted.items() if value is not None)
        ]
        return list(reversed(found))

    def book(self, kind: str, source: Json, minor: int, currency: str, fee: int = 0) -> Json:
        """A line of the balance: `minor` of the payment's currency, settled in dollars, less a fee."""
        amount = to_usd(minor, currency)
        waits = kind in ("charge", "payment")
        category = CATEGORIES.get(kind, kind)
        if kind == "adjustment":  # of a dispute: nothing else is adjusted here
            category = "dispute" if amount < 0 else "dispute_reversal"
        line = self.make(
            "txn",
            "balance_transaction",
            type=kind,
            source=source["id"],
            amount=amount,
            fee=fee,
            fee_details=[] if not fee else [_fee(kind, fee)],
            net=amount - fee,
            currency="usd",
            exchange_rate=None if currency == "usd" else RATES_PPM[currency] / 1_000_000,
            available_on=self.now() + (AVAILABLE_AFTER_S if waits else 0),
            reporting_category=category,
        )
        self.lines.append(line)
        return line

    def standing(self, line: Json) -> str:
        """`status` of a line of the balance: `pending` until the instant from which it counts."""
        return "pending" if line["available_on"] > self.now() else "available"

    def balance_minor(self) -> int:
        """What the account holds: the sum of every line's net."""
        return sum(line["net"] for line in self.lines)

    def copy_of(self, shown: Json) -> Json:
        """An answer's own copy, which later changes do not reach."""
        return copy.deepcopy(shown)


def _fee(kind: str, minor: int) -> Json:
    about = "Dispute fee" if kind == "adjustment" else "Stripe processing fees"
    return {"type": "stripe_fee", "amount": minor, "currency": "usd", "description": about}


def to_usd(minor: int, currency: str) -> int:
    """Cents for an amount of a currency, rounded to the nearest (half up, by magnitude)."""
    sign = -1 if minor < 0 else 1
    return sign * ((abs(minor) * RATES_PPM[currency] + 500_000) // 1_000_000)


def fee_of(minor: int, currency: str) -> int:
    """The fee of a card payment, in cents."""
    return (to_usd(minor, currency) * FEE_BPS + 5_000) // 10_000 + FEE_FIXED_MINOR
