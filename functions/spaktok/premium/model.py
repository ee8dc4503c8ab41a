"""Slots, tenures and shares: values and pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

SLOTS_DEFAULT: Final = 20
SLOTS_MAX: Final = 100
"""More than any setting may allow: all slots stand in one document."""
SLOT_PATTERN: Final = r"^premium_slot_[1-9][0-9]{0,2}$"

BPS: Final = 10_000
"""Basis points of the whole: 9,000 are 90 %."""
PREMIUM_BPS_DEFAULT: Final = 9_000
STANDARD_BPS_DEFAULT: Final = 5_000

PRICE_MINOR_MAX: Final = 1_000_000
"""10,000 dollars."""
TERM_DAYS_DEFAULT: Final = 30
TERM_DAYS_MAX: Final = 366
GRACE_DAYS_DEFAULT: Final = 3
GRACE_DAYS_MAX: Final = 30

TENURES_KEPT: Final = 100
"""Tenures that an account's own document remembers; the ledger of slots remembers all."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The shares of a version of the settings, in force from a commit on."""

    premium_bps: int = PREMIUM_BPS_DEFAULT
    standard_bps: int = STANDARD_BPS_DEFAULT
    since: datetime | None = None
    """None: from the beginning."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A slot, held from one commit until another."""

    slot_id: str
    since: datetime
    until: datetime | None = None
    """None: it is held now."""
    ends_at: datetime | None = None
    """When it is over although nobody has freed the slot yet: of a slot that was paid for."""

    def covers(self, at: datetime) -> bool:
        """Whether it was held at that instant: from its first microsecond up to, not with, its last."""
        if at < self.since:
            return False
        return all(end is None or at < end for end in (self.until, self.ends_at))


@dataclass(frozen=True, slots=True)
class Shares:
    """What share of a receiver's gifts is theirs, as of any commit up to when this was read."""

    tenures: tuple[Tenure, ...]
    terms: tuple[Terms, ...] = (Terms(),)

    def at(self, committed_at: datetime) -> int:
        """The share in basis points of a gift committed then."""
        terms = _in_force(self.terms, committed_at)
        held = any(tenure.covers(committed_at) for tenure in self.tenures)
        return terms.premium_bps if held else terms.standard_bps

    def possible(self, committed_at: datetime) -> frozenset[int]:
        """The shares that a gift committed then may have been given, by what was known at the time.

        One, but where a slot that is paid for was renewed when its time was over: it was held
        meanwhile, and nobody knew.
        """
        terms = _in_force(self.terms, committed_at)
        held = [tenure for tenure in self.tenures if tenure.covers(committed_at)]
        if held and all(tenure.ends_at is not None for tenure in held):
            return frozenset({terms.premium_bps, terms.standard_bps})
        return frozenset({self.at(committed_at)})


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a slot now, by the tenure: no name stands in the settings."""

    tenure_id: str
    since: datetime
    free_at: datetime | None = None
    """Of a slot that was paid for: when its grace is over and anybody may have it."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A slot that is kept for whoever has the ticket, until then."""

    ticket_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """At what slots are sold; nothing is sold as long as it is not `open`."""

    open: bool = False
    prices: Mapping[str, int] = field(default_factory=dict)
    """In minor units, by currency: each set, none computed."""
    term_days: int = TERM_DAYS_DEFAULT
    grace_days: int = GRACE_DAYS_DEFAULT
    renewing: bool = False
    """Whether what is bought is a subscription: a term follows the other until somebody ends it."""

    @property
    def term(self) -> timedelta:
        """How long a slot is held for its price."""
        return timedelta(days=self.term_days)


@dataclass(frozen=True, slots=True)
class Settings:
    """`settings/premium_settings`."""

    version: int = 0
    slots_max: int = SLOTS_DEFAULT
    slots: Mapping[str, Holding] = field(default_factory=dict)
    """Those that are held."""
    terms: tuple[Terms, ...] = (Terms(),)
    reserved: Mapping[str, Reservation] = field(default_factory=dict)
    """Slots that somebody is paying for, those whose time is over too."""
    offer: Offer = Offer()

    @property
    def current(self) -> Terms:
        """The newest shares."""
        return self.terms[-1]

    def numbered(self, slot_id: str) -> bool:
        """Whether there is such a slot, by the maximum that is set now."""
        return slot_number(slot_id) <= self.slots_max

    def kept(self, slot_id: str, at: datetime, *, ticket_id: str | None = None) -> bool:
        """Whether the slot is reserved at that time, and by another ticket than this."""
        found = self.reserved.get(slot_id)
        return found is not None and at < found.until and found.ticket_id != ticket_id

    def full(self, at: datetime, *, ticket_id: str | None = None) -> bool:
        """Whether no further slot may be given: as many are held or reserved as there may be, or more.

        Lowering the maximum evicts nobody, so more may be.
        """
        kept = sum(
            self.kept(one, at, ticket_id=ticket_id)
            for one in self.reserved
            if one not in self.slots
        )
        return len(self.slots) + kept >= self.slots_max

    def free(self, at: datetime) -> list[str]:
        """The slots that can be had, by number."""
        if self.full(at):
            return []
        names = [slot_id(number) for number in range(1, self.slots_max + 1)]
        return [one for one in names if one not in self.slots and not self.kept(one, at)]


def slot_id(number: int) -> str:
    """`premium_slot_7`."""
    return f"premium_slot_{number}"


def slot_number(name: str) -> int:
    """The number in a slot's name."""
    return int(name.rpartition("_")[2])


def _in_force(terms: tuple[Terms, ...], at: datetime) -> Terms:
    """The last of them that had begun; the first one holds for whatever came before."""
    begun = [one for one in terms if one.since is None or one.since <= at]
    return begun[-1] if begun else terms[0]
