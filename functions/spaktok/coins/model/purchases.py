"""A purchase: what was ordered, at which version of the catalogue, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from spaktok.coins.model.payments import NOTHING, DisputeState, Provider, Worth


class Status(StrEnum):
    """What the user sees. The seed's four, and two that it forgot."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    UNDER_REVIEW = "under_review"
    """What was paid is not what was ordered: nothing is credited until somebody has looked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What of a payment's state has been carried out. Only ever goes forward."""

    credited: bool = False
    refunded_minor: int = 0
    failed_refunds: tuple[str, ...] = ()
    reversed_refunds: tuple[str, ...] = ()
    restored_minor: int = 0
    """Of refunds that were taken back."""
    disputes: Mapping[str, DisputeState] = field(default_factory=dict)
    lost_minor: int = 0
    """Of disputes that were lost."""
    failure: str | None = None
    closed: bool = False
    odd: str | None = None
    """Why it is under review."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase of one user."""

    id: str
    user_id: str
    package_id: str
    version: int
    provider: Provider
    coin_amount: int
    bonus_coins: int
    price_minor: int
    currency: str
    price_usd: int
    """In cents, by the catalogue: what limits are counted in."""
    at: datetime
    method: str = "checkout"
    """How it is paid: `checkout`, `intent`, or by the store."""
    input_hash: str = ""
    payment_id: str | None = None
    session_id: str | None = None
    expires_at: datetime | None = None
    """When nothing can be paid any more."""
    completed_at: datetime | None = None
    worth: Worth = NOTHING
    """Of what was paid in a store, as it was reckoned when the receipt came; else the payment tells."""
    refund_asked_minor: int = 0
    """What the staff have ordered to be sent back, whether or not it has left."""
    progress: Progress = field(default_factory=Progress)

    @property
    def coins(self) -> int:
        """All that it brings."""
        return self.coin_amount + self.bonus_coins

    @property
    def status(self) -> Status:
        """Follows from the progress."""
        done = self.progress
        if done.odd is not None:
            return Status.UNDER_REVIEW
        if not done.credited:
            return Status.FAILED if done.closed or done.failure else Status.PENDING
        if DisputeState.OPEN in done.disputes.values():
            return Status.DISPUTED
        if done.refunded_minor + done.lost_minor - done.restored_minor >= self.price_minor:
            return Status.REFUNDED
        return Status.COMPLETED

    def gone_on(self, progress: Progress) -> Purchase:
        """The purchase further on."""
        return replace(self, progress=progress)
