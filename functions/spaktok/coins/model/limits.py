"""How much may be bought, as figures that can be changed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from spaktok.coins.model.purchases import Purchase, Status

UNVERIFIED_DAY_USD: Final = 100_00
"""Cents a UTC day without an identity document."""
VERIFIED_DAY_USD: Final = 2_000_00
"""Cents a UTC day with one."""
OPEN_MAX: Final = 10
"""Purchases that wait to be paid, at a time."""
PURCHASES_DAY_MAX: Final = 100
CHECKOUT_LIVES: Final = timedelta(minutes=31)
"""The least that Stripe allows is 30 minutes from when it makes the session, which is later."""


def day_start(at: datetime) -> datetime:
    """The start of the UTC day."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def counted(purchases: Iterable[Purchase], at: datetime) -> int:
    """Cents that these come to: what was paid, and what still may be."""
    return sum(
        one.price_usd for one in purchases if one.status is not Status.FAILED and _lives(one, at)
    )


def waiting(purchases: Iterable[Purchase], at: datetime) -> int:
    """How many of these still may be paid."""
    return sum(1 for one in purchases if one.status is Status.PENDING and _lives(one, at))


def _lives(one: Purchase, at: datetime) -> bool:
    return one.status is not Status.PENDING or one.expires_at is None or at < one.expires_at
