"""Comparing accounts of the same money: our ledger, the providers' exports, the bank's statement.

Every line ends matched, explained or named: a discrepancy has a kind and the ids of what it is about,
so that nobody has to search. Pure; a pass over each side, whatever their order.

`match` compares the ledger with one provider, withdrawal by withdrawal. `match_bank` compares what
providers say that they moved to or from our own bank account with that bank's statement. The bank sees
sums of many movements under a provider's reference and no withdrawal: it proves that a provider moved
what it says, and nothing of who was paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from spaktok.payouts.model import policy
from spaktok.payouts.model.states import KEY_PREFIX

SETTLES_WITHIN: Final = timedelta(hours=3)
"""PayPal lists a transaction up to three hours after it was done."""
BANKED_WITHIN: Final = timedelta(days=5)
"""What a provider sent to a bank is on its statement after at most so many days, weekends included."""


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
    FEE_BACK = "fee-given-back"
    """The provider gave back what it had kept of what came back: to be booked, and no error."""
    CURRENCY = "currency-differs"
    EXCHANGE = "exchange-differs"
    """What went back was changed at another rate than what came in: named, and nobody's error."""
    DAY = "wrong-day"
    """Booked on another day than the provider moved it, and not because we heard of it late."""
    PURCHASE = "purchase-differs"
    """Our own note of a purchase says something else than the ledger."""
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
    """What it cost us, negative where that was given back; None where the entry says nothing."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Exported:
    """What a provider's export says."""

    transaction_id: str
    key: str
    side: Side
    amount_minor: int
    fee_minor: int
    """What the provider kept beside it; negative where it gave that back."""
    currency: str
    at: datetime


class Standing(StrEnum):
    """What we know of a withdrawal of which no money is booked as moved, and that explains a line."""

    UNDER_WAY = "under-way"
    """The provider told us that it has it: it left, and it is not decided whether it stays away."""
    RELEASED = "released"
    """It is available to its owner again: so what the provider moved, it must have moved back."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a provider says that it moved between its account of ours and our bank."""

    reference: str
    amount_minor: int
    """Positive towards the bank."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Banked:
    """What the bank's statement says of a settlement."""

    line_id: str
    reference: str
    amount_minor: int
    """Positive where it came from the provider."""
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
    key: str = ""
    """Of the withdrawal or payment, where it is one of ours."""

    @property
    def wakes(self) -> bool:
        """Whether a person must look: what is alone may only be late, until it is a day old."""
        late = self.kind.startswith(("missing", "unknown"))
        return self.kind is not Kind.EXCHANGE and (self.aged or not late)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a comparison."""

    matched: int = 0
    discrepancies: tuple[Discrepancy, ...] = field(default=())
    waiting: int = 0
    """Lines too young for the other side to have them."""
    explained: int = 0
    """Lines of withdrawals that are known to be under way, and of what is the provider's own affair."""
    beside: Mapping[str, int] = field(default_factory=dict)
    """What the provider moved for itself, after fees: minor units by the kind of line and currency."""

    def __add__(self, other: Report) -> Report:
        """Both."""
        return Report(
            self.matched + other.matched,
            (*self.discrepancies, *other.discrepancies),
            self.waiting + other.waiting,
            self.explained + other.explained,
            added(self.beside, other.beside),
        )


def added(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    """The sums by name."""
    return {name: some.get(name, 0) + others.get(name, 0) for name in some.keys() | others.keys()}


@dataclass(slots=True)
class _Withdrawal:
    """The lines of one key."""

    booked: dict[Side, list[Booked]] = field(default_factory=lambda: {side: [] for side in Side})
    exported: dict[Side, list[Exported]] = field(
        default_factory=lambda: {side: [] for side in Side}
    )


def match(
    booked: Iterable[Booked],
    exported: Iterable[Exported],
    at: datetime,
    standings: Mapping[str, Standing] | None = None,
    costs: Mapping[str, int] | None = None,
) -> Report:
    """Compare the ledger with one provider. What is younger than three hours and stands alone waits.

    `standings`, by key, explain lines of which nothing is booked; `costs`, by key, is what we booked as
    the cost of what was released, in cents.
    """
    found: dict[str, _Withdrawal] = defaultdict(_Withdrawal)
    for ours in booked:
        found[ours.key].booked[ours.side].append(ours)
    for theirs in exported:
        # What has no key of ours stands alone, by its own name.
        found[theirs.key or theirs.transaction_id].exported[theirs.side].append(theirs)
    report = Report()
    for key in sorted(found):
        cost_minor = (costs or {}).get(key)
        report += _compare(key, found[key], at, (standings or {}).get(key), cost_minor)
    return report


def match_bank(settled: Iterable[Settled], banked: Iterable[Banked], at: datetime) -> Report:
    """Compare what providers moved to and from our bank with what its statement says."""
    wanted: dict[str, int] = defaultdict(int)
    since: dict[str, datetime] = {}
    for one in settled:
        wanted[one.reference] += one.amount_minor
        since[one.reference] = min(since.get(one.reference, one.at), one.at)
    lines: dict[str, list[Banked]] = defaultdict(list)
    for line in banked:
        lines[line.reference].append(line)
    report = Report()
    for reference in sorted(wanted.keys() | lines.keys()):
        here = lines.get(reference, [])
        if len(here) > 1:
            ids = tuple(one.line_id for one in here)
            report += Report(discrepancies=(Discrepancy(Kind.BANK_TWICE, ids),))
        elif reference not in wanted:
            bank = here[0]
            aged = at - bank.at > policy.UNMATCHED_ALARM
            named = Discrepancy(Kind.BANK_UNKNOWN, (bank.line_id,), None, bank.amount_minor, aged)
            report += Report(discrepancies=(named,))
        elif not here:
            report += _not_at_bank(reference, wanted[reference], at - since[reference])
        elif here[0].amount_minor != wanted[reference]:
            both = (reference, here[0].line_id)
            named = Discrepancy(Kind.BANK_AMOUNT, both, wanted[reference], here[0].amount_minor)
            report += Report(discrepancies=(named,))
        else:
            report += Report(matched=1)
    return report


def _not_at_bank(reference: str, wanted_minor: int, age: timedelta) -> Report:
    if wanted_minor == 0:  # sent, and returned by the bank before it booked it
        return Report(matched=1)
    if age < BANKED_WITHIN:
        return Report(waiting=1)
    aged = age > BANKED_WITHIN + policy.UNMATCHED_ALARM
    named = Discrepancy(Kind.BANK_MISSING, (reference,), wanted_minor, None, aged)
    return Report(discrepancies=(named,))


def _compare(
    key: str, one: _Withdrawal, at: datetime, standing: Standing | None, cost_minor: int | None
) -> Report:
    """One withdrawal, both ways."""
    booked_at_all = any(one.booked.values())
    if standing is Standing.RELEASED and not booked_at_all and _once(one.exported):
        return _given_back(key, one.exported, at, cost_minor)
    report = Report()
    for side in Side:
        ours, theirs = one.booked[side], one.exported[side]
        alone = side is Side.OUT and len(theirs) == 1 and not booked_at_all
        if alone and standing is Standing.UNDER_WAY:
            report += Report(explained=1)
        elif ours or theirs:
            known = booked_at_all or standing is not None
            report += one_way(key, ours, theirs, at, known=known)
    return report


def _once(exported: Mapping[Side, list[Exported]]) -> bool:
    return all(len(lines) <= 1 for lines in exported.values())


def _given_back(
    key: str, exported: Mapping[Side, list[Exported]], at: datetime, cost_minor: int | None
) -> Report:
    """What left and came back, of a withdrawal whose owner has it again."""
    out, back = exported[Side.OUT], exported[Side.BACK]
    if out and back:
        ids = (out[0].transaction_id, back[0].transaction_id)
        if out[0].amount_minor != back[0].amount_minor:
            amounts = (out[0].amount_minor, back[0].amount_minor)
            return Report(discrepancies=(Discrepancy(Kind.AMOUNT, ids, *amounts, key=key),))
        kept = out[0].fee_minor + back[0].fee_minor
        if cost_minor is None or cost_minor == kept:
            return Report(matched=2)
        if cost_minor == out[0].fee_minor:
            named = Discrepancy(Kind.FEE_BACK, ids, 0, back[0].fee_minor, key=key)
        else:
            named = Discrepancy(Kind.FEE, ids, cost_minor, kept, key=key)
        return Report(discrepancies=(named,))
    (line,) = out or back
    return _alone(Kind.MISSING_IN_LEDGER, line.transaction_id, line, at)


def one_way(
    key: str, ours: list[Booked], theirs: list[Exported], at: datetime, *, known: bool
) -> Report:
    """One key, one way. `known`: we know the key from elsewhere, too."""
    if len(ours) > 1:
        ids = tuple(o.entry_id for o in ours)
        return Report(discrepancies=(Discrepancy(Kind.BOOKED_TWICE, ids, key=key),))
    if len(theirs) > 1:
        ids = (*(t.transaction_id for t in theirs), *(o.entry_id for o in ours))
        return Report(discrepancies=(Discrepancy(Kind.PAID_TWICE, ids, key=key),))
    if not theirs:
        return _alone(Kind.MISSING_AT_PROVIDER, ours[0].entry_id, ours[0], at)
    if not ours:
        is_ours = known or key.startswith(KEY_PREFIX)
        kind = Kind.MISSING_IN_LEDGER if is_ours else Kind.UNKNOWN_AT_PROVIDER
        return _alone(kind, theirs[0].transaction_id, theirs[0], at)
    found = tuple(_differences(ours[0], theirs[0]))
    return Report(0 if found else 1, found)


def _alone(kind: Kind, name: str, line: Booked | Exported, at: datetime) -> Report:
    age = at - line.at
    if age < SETTLES_WITHIN:
        return Report(waiting=1)
    aged = age > policy.UNMATCHED_ALARM
    named = Discrepancy(kind, (name,), line.amount_minor, None, aged, line.key)
    return Report(discrepancies=(named,))


def _differences(ours: Booked, theirs: Exported) -> list[Discrepancy]:
    ids, key = (ours.entry_id, theirs.transaction_id), ours.key
    found = []
    if theirs.currency != "USD":
        found.append(Discrepancy(Kind.CURRENCY, ids, key=key))
    if ours.amount_minor != theirs.amount_minor:
        amounts = (ours.amount_minor, theirs.amount_minor)
        found.append(Discrepancy(Kind.AMOUNT, ids, *amounts, key=key))
    if ours.fee_minor is not None and ours.fee_minor != theirs.fee_minor:
        fees = (ours.fee_minor, theirs.fee_minor)
        given_back = ours.side is Side.BACK and ours.fee_minor == 0 and theirs.fee_minor < 0
        kind = Kind.FEE_BACK if given_back else Kind.FEE
        found.append(Discrepancy(kind, ids, *fees, key=key))
    return found
