"""What a provider says of a payment, in words that are no provider's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Provider(StrEnum):
    """Who takes the money."""

    STRIPE = "stripe"
    APPLE = "apple"
    GOOGLE = "google"


class State(StrEnum):
    """Where a payment stands."""

    OPEN = "open"
    """Nothing was paid yet, and may still be: a declined card may be tried again."""
    FAILED = "failed"
    """The last attempt failed; another may follow."""
    CLOSED = "closed"
    """Nothing will be paid any more."""
    PAID = "paid"


class DisputeState(StrEnum):
    """Where a dispute stands."""

    INQUIRY = "inquiry"
    """A question of the bank's: no money has moved."""
    OPEN = "open"
    WON = "won"
    LOST = "lost"

    @property
    def over(self) -> bool:
        """Whether it is decided."""
        return self in (DisputeState.WON, DisputeState.LOST)


@dataclass(frozen=True, slots=True)
class Price:
    """What a buyer paid in a store, by the store's own word."""

    milli: int
    """Thousandths of a unit of the currency, as Apple counts."""
    currency: str
    """By ISO 4217, in capitals."""
    country: str | None = None
    """Apple's storefront (ISO 3166-1 alpha-3), by which the tax is known."""
    tax_milli: int | None = None
    """The tax in it, where the store tells."""
    received_milli: int | None = None
    """What is ours of it after tax and commission, where the store tells."""


@dataclass(frozen=True, slots=True)
class Worth:
    """In micro-USD: what was paid, and what of it is not ours."""

    gross_micro: int = 0
    fee_micro: int = 0

    @property
    def net_micro(self) -> int:
        """What the coins stand for; never more than will be received."""
        return self.gross_micro - self.fee_micro


NOTHING: Final = Worth()


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back to the payer."""

    id: str
    minor: int
    failed: bool = False
    """The payer's bank did not take it: the money is with us again, and still the payer's."""
    reversed: bool = False
    """Whoever sent it took it back: the payer has paid after all."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Money that the payer's bank took back."""

    id: str
    minor: int
    state: DisputeState
    fee_micro: int = 0
    """What the provider took besides."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as it is now, by the provider's own answer."""

    provider: Provider
    id: str
    purchase_id: str | None
    """What we wrote on it when it was made."""
    state: State
    live: bool
    amount_minor: int
    currency: str
    gross_micro: int = 0
    """The amount in micro-USD as it was settled; 0 until it is paid."""
    fee_micro: int = 0
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    failure: str | None = None
    """Why the last attempt failed, in the provider's code."""

    @property
    def refunded_minor(self) -> int:
        """All that was ever sent back: it only grows, whatever the order of what we hear."""
        return sum(refund.minor for refund in self.refunds)
