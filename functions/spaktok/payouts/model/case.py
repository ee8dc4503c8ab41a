"""What is compared of what came in: lines of Stripe's balance, entries of ours, and our own note. Pure.

Each line and each entry has a place: what happened to which payment, refund or dispute. Refunds have
one place a payment: the ledger books what their total has grown by, which may be several at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from spaktok.coins.model.payments import DisputeState


class What(StrEnum):
    """What happened."""

    PAID = "paid"
    FAILED = "failed"
    """Takes off what was on its way and never came; of our entries there is none."""
    REFUNDED = "refunded"
    REFUND_FAILED = "refund-failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute-won"
    BESIDE = "beside"
    """Of no payment, and known: a cost of the provider's, money that was put in or is held back."""
    OTHER = "other"
    """Of no payment, and of a kind that is new."""


OF_NO_PAYMENT: Final = frozenset({What.BESIDE, What.OTHER})


Place = tuple[What, str]
"""What happened, and to what: a payment, a refund or a dispute by the provider's id."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the provider's balance. Outflows are negative."""

    transaction_id: str
    what: What
    payment_id: str
    """Empty where it is of none."""
    source_id: str
    """The charge, refund or dispute."""
    minor: int
    """In the currency in which it was paid."""
    currency: str
    """In which it was paid."""
    amount_minor: int
    """As it was settled, before the fee."""
    fee_minor: int
    settled_in: str
    at: datetime
    purchase_id: str = ""
    """What we wrote on the payment, as far as it can be read there."""
    refund_id: str = ""
    """What we wrote on a refund of ours."""
    slow: bool = False
    """Of a payment that is on the balance days before it is known to have succeeded."""
    pending: bool = False
    """And is not yet."""
    moved: tuple[str, int] = ("", 0)
    """What the provider calls such a line, with the currency; and what it came to after the fee."""

    @property
    def place(self) -> Place:
        """Where it belongs."""
        match self.what:
            case What.PAID | What.FAILED:
                return What.PAID, self.payment_id
            case What.REFUNDED:
                return What.REFUNDED, self.payment_id
            case What.BESIDE | What.OTHER:
                return self.what, self.transaction_id
        return self.what, self.source_id


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the ledger."""

    entry_id: str
    place: Place
    purchase_id: str
    micro: int
    """What it moved at the provider, in micro-USD before its fee. Outflows are negative."""
    fee_micro: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Our own note of a purchase of coins or of a slot."""

    purchase_id: str
    payment_id: str | None
    price_minor: int
    currency: str
    credited: bool
    refunded_minor: int
    failed_refunds: Collection[str]
    disputes: Mapping[str, DisputeState]


@dataclass(slots=True)
class Case:
    """All that is compared at once: a purchase, or a payment of none."""

    told: Told | None = None
    lines: list[Line] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    whole: bool = False
    """Whether all of its lines and entries are here, and not only its payment."""
    fresh: set[str] = field(default_factory=set)
    """The ids of lines and entries that are to be compared, each with what it is of."""

    @property
    def payment_id(self) -> str:
        """By which it can be asked about."""
        of_lines = [line.payment_id for line in self.lines]
        paid = [one.place[1] for one in self.steps if one.place[0] is What.PAID]
        noted = self.told.payment_id if self.told is not None else None
        return next(iter([*of_lines, *paid, noted or ""]), "")

    def has_fresh(self, ours: Iterable[Step], theirs: Iterable[Line]) -> bool:
        """Whether any of these is to be compared."""
        return bool(self.new(theirs)) or any(one.entry_id in self.fresh for one in ours)

    def new(self, lines: Iterable[Line]) -> int:
        """How many of these are."""
        return sum(line.transaction_id in self.fresh for line in lines)

    @property
    def gross_micro(self) -> int:
        """What the price came to when it was paid, by our ledger; 0 where that is not booked."""
        return max((step.micro for step in self.steps if step.place[0] is What.PAID), default=0)
