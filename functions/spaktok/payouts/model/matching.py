"""Comparing three accounts of the same money: our ledger, the provider's export, the bank's lines.

Every line ends matched or named: a discrepancy has a kind and the ids of what it is about, so that
nobody has to search. Pure; a pass over each side, whatever their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from spaktok.payouts.model import policy

SETTLES_WITHIN = timedelta(hours=3)
"""PayPal lists a transaction up to three hours after it was done."""


class Side(StrEnum):
    """Which way the money went."""

    OUT = "out"
    BACK = "back"


class Kind(StrEnum):
    """What is wrong."""

    MISSING_AT_PROVIDER = "missing-at-provider"
    """We booked it, the provider's export does not have it."""
    MISSING_IN_LEDGER = "missing-in-ledger"
    """The provider moved it, we have not booked it."""
    UNKNOWN_AT_PROVIDER = "unknown-at-provider"
    """The provider moved it under a key that is none of ours."""
    PAID_TWICE = "paid-twice"
    BOOKED_TWICE = "booked-twice"
    AMOUNT = "amount-differs"
    FEE = "fee-differs"
    CURRENCY = "currency-differs"
    BANK_MISSING = "missing-at-bank"
    """The provider says that it settled with the bank, whose statement has nothing of it."""
    BANK_UNKNOWN = "unknown-at-bank"
    """The bank moved something that the provider knows nothing of."""
    BANK_AMOUNT = "bank-amount-differs"
    BANK_TWICE = "booked-twice-at-bank"


@dataclass(frozen=True, slots=True)
class Booked:
    """What our ledger says: an entry of a withdrawal."""

    entry_id: str
    key: str
    side: Side
    amount_minor: int
    fee_minor: int | None
    """What the provider told us that it costs; None where it said nothing."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Exported:
    """What the provider's export says."""

    transaction_id: str
    key: str
    side: Side
    amount_minor: int
    fee_minor: int
    currency: str
    at: datetime
    settlement: str = ""
    """Under which reference it settled with the bank; empty where it did not yet."""


Line = TypeVar("Line", Booked, Exported)


@dataclass(frozen=True, slots=True)
class Banked:
    """What the bank's statement says of a settlement: outflows are positive here, too."""

    line_id: str
    reference: str
    amount_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not agree, with the ids of all that it is about."""

    kind: Kind
    ids: tuple[str, ...]
    expected_minor: int | None = None
    found_minor: int | None = None
    aged: bool = False
    """Older than a day: an alarm, and no longer just late."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a comparison."""

    matched: int
    discrepancies: tuple[Discrepancy, ...] = field(default=())
    waiting: int = 0
    """Lines too young for the other side to have them."""


def match(
    booked: Iterable[Booked],
    exported: Iterable[Exported],
    banked: Iterable[Banked],
    at: datetime,
) -> Report:
    """Compare the three. What is younger than three hours and stands alone waits."""
    ours = _grouped(booked)
    theirs = _grouped(exported)
    found: list[Discrepancy] = []
    matched = waiting = 0
    known = {key for key, _ in ours}
    for place in sorted(ours.keys() | theirs.keys()):
        one = _compare(ours.get(place, []), theirs.get(place, []), known, at)
        matched += one.matched
        waiting += one.waiting
        found += one.discrepancies
    bank = _bank([line for lines in theirs.values() for line in lines], banked, at)
    return Report(matched + bank.matched, (*found, *bank.discrepancies), waiting + bank.waiting)


def _compare(ours: list[Booked], theirs: list[Exported], known: set[str], at: datetime) -> Report:
    """One withdrawal, one way."""
    if len(ours) > 1:
        return Report(0, (Discrepancy(Kind.BOOKED_TWICE, tuple(o.entry_id for o in ours)),))
    if len(theirs) > 1:
        ids = tuple(t.transaction_id for t in theirs)
        return Report(0, (Discrepancy(Kind.PAID_TWICE, (*ids, *(o.entry_id for o in ours))),))
    if not theirs:
        return _alone(Kind.MISSING_AT_PROVIDER, ours[0].entry_id, ours[0], at)
    theirs_one = theirs[0]
    if not ours:
        kind = Kind.MISSING_IN_LEDGER if _ours(theirs_one, known) else Kind.UNKNOWN_AT_PROVIDER
        return _alone(kind, theirs_one.transaction_id, theirs_one, at)
    found = _differences(ours[0], theirs_one)
    return Report(0 if found else 1, tuple(found))


def _ours(line: Exported, known: set[str]) -> bool:
    return line.key in known or line.key.startswith("wd-")


def _alone(kind: Kind, name: str, line: Booked | Exported, at: datetime) -> Report:
    age = at - line.at
    if age < SETTLES_WITHIN:
        return Report(0, waiting=1)
    aged = age > policy.UNMATCHED_ALARM
    return Report(0, (Discrepancy(kind, (name,), line.amount_minor, None, aged),))


def _differences(ours: Booked, theirs: Exported) -> list[Discrepancy]:
    ids = (ours.entry_id, theirs.transaction_id)
    found = []
    if theirs.currency != "USD":
        found.append(Discrepancy(Kind.CURRENCY, ids))
    if ours.amount_minor != theirs.amount_minor:
        found.append(Discrepancy(Kind.AMOUNT, ids, ours.amount_minor, theirs.amount_minor))
    if ours.fee_minor is not None and ours.fee_minor != theirs.fee_minor:
        found.append(Discrepancy(Kind.FEE, ids, ours.fee_minor, theirs.fee_minor))
    return found


def _bank(exported: list[Exported], banked: Iterable[Banked], at: datetime) -> Report:
    """Settlements: what the provider says that it took under a reference, and what the bank says."""
    wanted: dict[str, int] = defaultdict(int)
    since: dict[str, datetime] = {}
    for line in exported:
        if line.settlement:
            sign = 1 if line.side is Side.OUT else -1
            wanted[line.settlement] += sign * line.amount_minor + line.fee_minor
            since[line.settlement] = min(since.get(line.settlement, line.at), line.at)
    lines: dict[str, list[Banked]] = defaultdict(list)
    for bank in banked:
        lines[bank.reference].append(bank)
    found: list[Discrepancy] = []
    matched = waiting = 0
    for reference in sorted(wanted.keys() | lines.keys()):
        here = lines.get(reference, [])
        if len(here) > 1:
            found.append(Discrepancy(Kind.BANK_TWICE, tuple(one.line_id for one in here)))
        elif reference not in wanted:
            bank = here[0]
            aged = at - bank.at > policy.UNMATCHED_ALARM
            found.append(
                Discrepancy(Kind.BANK_UNKNOWN, (bank.line_id,), None, bank.amount_minor, aged)
            )
        elif not here:
            age = at - since[reference]
            if age < SETTLES_WITHIN:
                waiting += 1
                continue
            aged = age > policy.UNMATCHED_ALARM
            found.append(
                Discrepancy(Kind.BANK_MISSING, (reference,), wanted[reference], None, aged)
            )
        elif here[0].amount_minor != wanted[reference]:
            both = (reference, here[0].line_id)
            found.append(
                Discrepancy(Kind.BANK_AMOUNT, both, wanted[reference], here[0].amount_minor)
            )
        else:
            matched += 1
    return Report(matched, tuple(found), waiting)


def _grouped(lines: Iterable[Line]) -> dict[tuple[str, Side], list[Line]]:
    found: dict[tuple[str, Side], list[Line]] = defaultdict(list)
    for line in lines:
        # What has no key of ours stands alone, by its own name.
        found[line.key or getattr(line, "transaction_id", ""), line.side].append(line)
    return found
