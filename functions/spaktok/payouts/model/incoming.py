"""Comparing what came in: our ledger, Stripe's balance, and our own note of the purchase. Pure.

Place by place (`case`), as a withdrawal is (`matching.one_way`), in the currency in which was paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from spaktok.coins.model.payments import DisputeState
from spaktok.payouts.model.case import Case, Line, Place, Step, Told, What
from spaktok.payouts.model.matching import (
    SETTLES_WITHIN,
    Booked,
    Discrepancy,
    Exported,
    Kind,
    Report,
    Side,
    one_way,
)

BOOKED_WITHIN: Final = timedelta(hours=27)
"""What nobody told of is looked for (`coins.hearing.pull`), and for a day again where that failed."""
BOOKED_BEFORE: Final = timedelta(hours=1)
"""By how much our clock may be behind theirs."""
_MICRO_PER_CENT: Final = 10_000
_SETTLED_IN: Final = "usd"


def compare(case: Case, at: datetime) -> Report:
    """What of a case does not agree, as far as it is about what is fresh in it.

    `matched` and `explained` count fresh lines.
    """
    lines: dict[Place, list[Line]] = defaultdict(list)
    steps: dict[Place, list[Step]] = defaultdict(list)
    for line in _in_order(case.lines):
        lines[line.place].append(line)
    for step in sorted(case.steps, key=lambda one: (one.at, one.entry_id)):
        steps[step.place].append(step)
    report = Report()
    for place in sorted(lines.keys() | steps.keys()):
        theirs, ours = lines[place], steps[place]
        if not case.has_fresh(ours, theirs):
            continue
        if place[0] is What.PAID:
            report += _paid(case, ours, theirs, at)
        elif place[0] is What.REFUNDED:
            report += _refunded(case, ours, theirs, at)
        elif place[0] is What.BESIDE:
            report += Report(explained=1, beside=dict(line.moved for line in theirs))
        else:
            report += _place(case, ours, theirs, at)
    return report + Report(discrepancies=tuple(_note(case, at)))


def _in_order(lines: list[Line]) -> list[Line]:
    """Oldest first. Within a second, which is all they tell, as the provider lists: newest first."""
    found = list(reversed(lines))
    found.sort(key=lambda one: one.at)
    return found


def _paid(case: Case, ours: list[Step], theirs: list[Line], at: datetime) -> Report:
    came = _less_failed(theirs)
    explained = Report(explained=case.new(theirs) - case.new(came))
    if not ours and not came:
        return explained
    if not ours and len(came) == 1:
        if came[0].pending:
            return explained + Report(explained=case.new(came))
        told = case.told
        if told is not None and told.payment_id not in {None, came[0].payment_id}:
            ids = (came[0].transaction_id, told.purchase_id)
            twice = Discrepancy(Kind.PAID_TWICE, ids, key=came[0].payment_id)
            return explained + Report(discrepancies=(twice,))
    return explained + _place(case, ours, came, at)


def _less_failed(lines: list[Line]) -> list[Line]:
    """What came, without what was taken off again."""
    off = [line for line in lines if line.what is What.FAILED]
    came = [line for line in lines if line.what is What.PAID]
    for one in off:
        gone = next((line for line in came if line.amount_minor == -one.amount_minor), None)
        if gone is None:
            return [*came, one]  # nothing that it takes off: it stands alone
        came.remove(gone)
    return came


def _refunded(case: Case, ours: list[Step], theirs: list[Line], at: datetime) -> Report:
    report = Report(discrepancies=tuple(_sent_twice(case, theirs)))
    for booked, moved in _groups(case, ours, theirs):
        if not case.has_fresh(booked, moved):
            continue
        if len(booked) == 1 and len(moved) == 1:
            report += _place(case, booked, moved, at)
        elif not booked or not moved:
            for one in booked:
                report += _place(case, [one], [], at)
            for line in moved:
                report += _place(case, [], [line], at)
        else:
            report += _together(case, booked, moved)
    return report


def _sent_twice(case: Case, lines: list[Line]) -> Iterator[Discrepancy]:
    """What we ordered once, and the provider sent more than once."""
    sent: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.refund_id:
            sent[line.refund_id].append(line)
    for same in sent.values():
        if len(same) > 1 and case.new(same):
            ids = tuple(line.transaction_id for line in same)
            yield Discrepancy(Kind.PAID_TWICE, ids, key=same[0].payment_id)


def _groups(
    case: Case, ours: list[Step], theirs: list[Line]
) -> Iterator[tuple[list[Step], list[Line]]]:
    """The smallest groups, in order, in which both sides come to the same; what is left, at the end."""
    mine, other = list(ours), list(theirs)
    booked: list[Step] = []
    moved: list[Line] = []
    while mine or other:
        ahead = _sum(case, booked) < -sum(line.minor for line in moved)
        if other and (not ahead or not mine):
            moved.append(other.pop(0))
        else:
            booked.append(mine.pop(0))
        if _sum(case, booked) == -sum(line.minor for line in moved):
            yield booked, moved
            booked, moved = [], []
    if booked or moved:
        yield booked, moved


def _sum(case: Case, steps: Iterable[Step]) -> int:
    """What these sent back, in the currency in which was paid."""
    return -sum(_minor(case, one) for one in steps)


def _together(case: Case, ours: list[Step], theirs: list[Line]) -> Report:
    ids = (*(one.entry_id for one in ours), *(line.transaction_id for line in theirs))
    sums = (_sum(case, ours), -sum(line.minor for line in theirs))
    key = theirs[0].payment_id
    if sums[0] != sums[1]:
        return Report(discrepancies=(Discrepancy(Kind.AMOUNT, ids, *sums, key=key),))
    found = [more for line in theirs for more in _of_line(case, line, ids)]
    found += _settled(ids, ours, theirs)
    if any(_wrong_day(ours[-1], line) for line in theirs):
        found.append(Discrepancy(Kind.DAY, ids, key=key))
    return Report(0 if found else case.new(theirs), tuple(found))


def _place(case: Case, ours: list[Step], theirs: list[Line], at: datetime) -> Report:
    """One place, and what can only be said of two lines that are of each other."""
    booked = [
        Booked(
            entry_id=one.entry_id,
            key=case.payment_id,
            side=Side.BACK if one.micro > 0 else Side.OUT,
            amount_minor=abs(_minor(case, one)),
            fee_minor=one.fee_micro // _MICRO_PER_CENT,
            at=one.at,
        )
        for one in ours
    ]
    exported = [
        Exported(
            transaction_id=line.transaction_id,
            key=line.payment_id,
            side=Side.BACK if line.amount_minor > 0 else Side.OUT,
            amount_minor=abs(line.minor),
            fee_minor=line.fee_minor,
            currency=line.settled_in.upper(),
            at=line.at,
        )
        for line in theirs
    ]
    report = one_way(case.payment_id, booked, exported, at, known=case.told is not None)
    if len(ours) != 1 or len(theirs) != 1:
        return report
    (step,), (line,) = ours, theirs
    ids = (step.entry_id, line.transaction_id)
    found = [*report.discrepancies, *_of_line(case, line, ids)]
    if not any(one.kind is Kind.AMOUNT for one in found):
        found += _settled(ids, ours, theirs)
    if _wrong_day(step, line):
        found.append(Discrepancy(Kind.DAY, ids, key=line.payment_id))
    return Report(0 if found else case.new(theirs), tuple(found))


def _of_line(case: Case, line: Line, ids: tuple[str, ...]) -> Iterator[Discrepancy]:
    """What a line says, beside what was ordered."""
    told = case.told
    if told is None:
        return
    if line.currency != told.currency:
        yield Discrepancy(Kind.CURRENCY, ids, key=line.payment_id)
    elif line.what is What.PAID and line.minor != told.price_minor:
        ordered = (told.price_minor, line.minor)
        yield Discrepancy(Kind.AMOUNT, ids, *ordered, key=line.payment_id)


def _settled(
    ids: tuple[str, ...], ours: Iterable[Step], theirs: list[Line]
) -> Iterator[Discrepancy]:
    """Whether it was settled as it was booked, to less than a cent a line.

    What is paid is booked as it was settled. What goes back in another currency is changed at the rate
    of its own day, and booked at that of the payment.
    """
    micro = abs(sum(one.micro for one in ours))
    cents = abs(sum(line.amount_minor for line in theirs))
    if abs(micro - cents * _MICRO_PER_CENT) >= _MICRO_PER_CENT * len(theirs):
        exact = theirs[0].what is What.PAID or theirs[0].currency == _SETTLED_IN
        kind = Kind.AMOUNT if exact else Kind.EXCHANGE
        yield Discrepancy(kind, ids, micro // _MICRO_PER_CENT, cents, key=theirs[0].payment_id)


def _wrong_day(step: Step, line: Line) -> bool:
    apart = step.at - line.at
    return not line.slow and not -BOOKED_BEFORE <= apart <= BOOKED_WITHIN


def _minor(case: Case, step: Step) -> int:
    """What an entry moved, in the currency in which was paid; the ledger rounds by less than that."""
    gross, told = case.gross_micro, case.told
    if not gross or told is None or told.currency == _SETTLED_IN:
        return round(step.micro / _MICRO_PER_CENT)
    sign = -1 if step.micro < 0 else 1
    return sign * ((2 * abs(step.micro) * told.price_minor + gross) // (2 * gross))


def _note(case: Case, at: datetime) -> Iterator[Discrepancy]:
    """Whether our own note of it says what the ledger says, once nothing is being written any more."""
    if any(at - step.at < SETTLES_WITHIN for step in case.steps):
        return
    told, names = case.told, {step.purchase_id for step in case.steps}
    if told is None:
        for name in sorted(names):
            yield Discrepancy(Kind.PURCHASE, (name,))
    elif not _agrees(case, told):
        yield Discrepancy(Kind.PURCHASE, (told.purchase_id,), key=told.payment_id or "")


def _agrees(case: Case, told: Told) -> bool:
    here: dict[What, set[str]] = defaultdict(set)
    for step in case.steps:
        here[step.place[0]].add(step.place[1])
    if told.credited is not bool(here[What.PAID]):
        return False
    if not case.whole:
        return True
    back = _sum(case, (one for one in case.steps if one.place[0] is What.REFUNDED))
    won = {name for name, state in told.disputes.items() if state is DisputeState.WON}
    return (
        back == told.refunded_minor
        and here[What.REFUND_FAILED] == set(told.failed_refunds)
        and here[What.DISPUTED] == set(told.disputes)
        and here[What.DISPUTE_WON] == won
    )
