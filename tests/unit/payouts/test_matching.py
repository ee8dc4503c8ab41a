"""The comparison of ledger, provider and bank: a thousand planted discrepancies, each named."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaktok.payouts.model import policy
from spaktok.payouts.model.matching import (
    BANKED_WITHIN,
    SETTLES_WITHIN,
    Banked,
    Booked,
    Exported,
    Kind,
    Report,
    Settled,
    Side,
    Standing,
    match,
    match_bank,
)

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DAY = AT - timedelta(days=6)
PLANTED = 1_000


class World:
    """Three accounts of the same money that agree, until something is planted."""

    def __init__(self, size: int) -> None:
        numbers = range(size)
        self.booked = {
            n: Booked(f"e{n}", f"wd-p{n}", Side.OUT, 1_000 + n, 25, DAY) for n in numbers
        }
        self.exported = {
            n: Exported(f"T{n}", f"wd-p{n}", Side.OUT, 1_000 + n, 25, "USD", DAY) for n in numbers
        }
        self.settled = {n: Settled(f"S{n}", 1_025 + n, DAY) for n in numbers}
        self.banked = {n: Banked(f"b{n}", f"S{n}", 1_025 + n, DAY) for n in numbers}
        self.more_booked: list[Booked] = []
        self.more_exported: list[Exported] = []
        self.more_banked: list[Banked] = []

    def report(self, rolls: random.Random) -> Report:
        """What comes of comparing all lines, in no order."""
        ours = [*self.booked.values(), *self.more_booked]
        theirs = [*self.exported.values(), *self.more_exported]
        bank = [*self.banked.values(), *self.more_banked]
        for side in (ours, theirs, bank):
            rolls.shuffle(side)  # type: ignore[arg-type]
        return match(ours, theirs, AT) + match_bank(self.settled.values(), bank, AT)


Plant = Callable[[World, int], set[str]]
"""Plants one discrepancy at that number; the ids that must be named."""


def _missing_at_provider(w: World, n: int) -> set[str]:
    del w.exported[n]
    return {f"e{n}"}


def _missing_in_ledger(w: World, n: int) -> set[str]:
    del w.booked[n]
    return {f"T{n}"}


def _unknown_at_provider(w: World, n: int) -> set[str]:
    w.more_exported.append(Exported(f"X{n}", f"other-{n}", Side.OUT, 7, 0, "USD", DAY))
    return {f"X{n}"}


def _paid_twice(w: World, n: int) -> set[str]:
    w.more_exported.append(replace(w.exported[n], transaction_id=f"D{n}"))
    return {f"T{n}", f"D{n}"}


def _booked_twice(w: World, n: int) -> set[str]:
    w.more_booked.append(replace(w.booked[n], entry_id=f"f{n}"))
    return {f"e{n}", f"f{n}"}


def _amount(w: World, n: int) -> set[str]:
    w.booked[n] = replace(w.booked[n], amount_minor=w.booked[n].amount_minor + 1)
    return {f"e{n}", f"T{n}"}


def _fee(w: World, n: int) -> set[str]:
    w.booked[n] = replace(w.booked[n], fee_minor=250)
    return {f"e{n}", f"T{n}"}


def _fee_back(w: World, n: int) -> set[str]:
    key = f"wd-p{n}"
    w.more_booked.append(Booked(f"g{n}", key, Side.BACK, 1_000 + n, 0, DAY))
    w.more_exported.append(Exported(f"R{n}", key, Side.BACK, 1_000 + n, -25, "USD", DAY))
    return {f"g{n}", f"R{n}"}


def _currency(w: World, n: int) -> set[str]:
    w.exported[n] = replace(w.exported[n], currency="EUR")
    return {f"e{n}", f"T{n}"}


def _bank_missing(w: World, n: int) -> set[str]:
    del w.banked[n]
    return {f"S{n}"}


def _bank_unknown(w: World, n: int) -> set[str]:
    w.more_banked.append(Banked(f"c{n}", f"Z{n}", 5, DAY))
    return {f"c{n}"}


def _bank_amount(w: World, n: int) -> set[str]:
    w.banked[n] = replace(w.banked[n], amount_minor=1)
    return {f"b{n}", f"S{n}"}


def _bank_twice(w: World, n: int) -> set[str]:
    w.more_banked.append(replace(w.banked[n], line_id=f"d{n}"))
    return {f"b{n}", f"d{n}"}


PLANTS: dict[Kind, Plant] = {
    Kind.MISSING_AT_PROVIDER: _missing_at_provider,
    Kind.MISSING_IN_LEDGER: _missing_in_ledger,
    Kind.UNKNOWN_AT_PROVIDER: _unknown_at_provider,
    Kind.PAID_TWICE: _paid_twice,
    Kind.BOOKED_TWICE: _booked_twice,
    Kind.AMOUNT: _amount,
    Kind.FEE: _fee,
    Kind.FEE_BACK: _fee_back,
    Kind.CURRENCY: _currency,
    Kind.BANK_MISSING: _bank_missing,
    Kind.BANK_UNKNOWN: _bank_unknown,
    Kind.BANK_AMOUNT: _bank_amount,
    Kind.BANK_TWICE: _bank_twice,
}


def test_every_kind_can_be_planted() -> None:
    of_payments = {Kind.EXCHANGE, Kind.DAY, Kind.PURCHASE}  # tests/emulator/payouts/test_incoming
    assert PLANTS.keys() == set(Kind) - of_payments


def test_what_agrees_is_matched_whole() -> None:
    report = World(500).report(random.Random(1))
    assert (report.matched, report.discrepancies, report.waiting) == (1_000, (), 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thousand_planted_discrepancies_are_all_named(seed: int) -> None:
    """Each once, by its kind and with its ids; nothing else is."""
    rolls = random.Random(seed)
    world = World(4 * PLANTED)
    places = rolls.sample(range(4 * PLANTED), PLANTED)
    wanted = Counter(
        (kind, frozenset(PLANTS[kind](world, place)))
        for place in places
        for kind in [rolls.choice(list(PLANTS))]
    )
    report = world.report(rolls)
    named = Counter(
        (one.kind, frozenset(one.ids)) if one.kind is not Kind.PAID_TWICE else _paid(one.ids)
        for one in report.discrepancies
    )
    assert named == wanted
    assert sum(wanted.values()) == PLANTED


def _paid(ids: tuple[str, ...]) -> tuple[Kind, frozenset[str]]:
    """Of a payment made twice the entry is named, too."""
    assert any(one.startswith("e") for one in ids)
    return Kind.PAID_TWICE, frozenset(one for one in ids if not one.startswith("e"))


def test_what_is_young_waits_and_what_is_a_day_old_is_an_alarm() -> None:
    def alone(age: timedelta) -> tuple[int, list[bool]]:
        report = match([Booked("e", "wd-p", Side.OUT, 1, None, AT - age)], [], AT)
        return report.waiting, [one.aged for one in report.discrepancies]

    tick = timedelta(microseconds=1)
    assert alone(SETTLES_WITHIN - tick) == (1, [])
    assert alone(SETTLES_WITHIN) == (0, [False])
    assert alone(policy.UNMATCHED_ALARM) == (0, [False])
    assert alone(policy.UNMATCHED_ALARM + tick) == (0, [True])


def test_money_back_is_matched_with_money_back() -> None:
    out = Booked("e1", "wd-p", Side.OUT, 950, 25, DAY)
    back = Booked("e2", "wd-p", Side.BACK, 950, None, DAY)
    paid = Exported("T1", "wd-p", Side.OUT, 950, 25, "USD", DAY)
    returned = Exported("T2", "wd-p", Side.BACK, 950, 0, "USD", DAY)
    assert match([out, back], [paid, returned], AT).matched == 2
    (found,) = match([out], [paid, returned], AT).discrepancies
    assert (found.kind, found.ids) == (Kind.MISSING_IN_LEDGER, ("T2",))


def test_the_bank_has_its_time_and_then_a_day() -> None:
    def alone(age: timedelta) -> tuple[int, list[bool]]:
        report = match_bank([Settled("S", 5, AT - age)], [], AT)
        return report.waiting, [one.aged for one in report.discrepancies]

    tick = timedelta(microseconds=1)
    assert alone(BANKED_WITHIN - tick) == (1, [])
    assert alone(BANKED_WITHIN) == (0, [False])
    assert alone(BANKED_WITHIN + policy.UNMATCHED_ALARM + tick) == (0, [True])


def test_a_settlement_that_the_bank_sent_back_is_none() -> None:
    there, back = Settled("S", 5, DAY), Settled("S", -5, DAY)
    assert match_bank([there, back], [], AT) == Report(matched=1)


OUT = Exported("T1", "wd-p", Side.OUT, 950, 25, "USD", DAY)
BACK = Exported("T2", "wd-p", Side.BACK, 950, 0, "USD", DAY)


def test_what_the_provider_holds_is_explained_and_nothing_else_of_it() -> None:
    standing = {"wd-p": Standing.UNDER_WAY}
    assert match([], [OUT], AT, standing) == Report(explained=1)
    report = match([], [OUT, BACK], AT, standing)
    assert (report.explained, [one.ids for one in report.discrepancies]) == (1, [("T2",)])
    (twice,) = match([], [OUT, replace(OUT, transaction_id="T3")], AT, standing).discrepancies
    assert twice.kind is Kind.PAID_TWICE


def test_what_was_released_must_have_come_back_whole() -> None:
    standing = {"wd-p": Standing.RELEASED}
    assert match([], [OUT, BACK], AT, standing) == Report(matched=2)
    (gone,) = match([], [OUT], AT, standing).discrepancies
    assert (gone.kind, gone.ids) == (Kind.MISSING_IN_LEDGER, ("T1",))
    (less,) = match([], [OUT, replace(BACK, amount_minor=900)], AT, standing).discrepancies
    assert (less.kind, less.expected_minor, less.found_minor) == (Kind.AMOUNT, 950, 900)


@pytest.mark.parametrize(
    ("cost", "given_back", "named"),
    [
        (25, 0, None),
        (None, 0, None),
        (0, 25, None),
        (25, 25, (Kind.FEE_BACK, 0, -25)),
        (0, 0, (Kind.FEE, 0, 25)),
        (30, 25, (Kind.FEE, 30, 0)),
    ],
)
def test_what_was_released_cost_what_the_provider_kept(
    cost: int | None, given_back: int, named: tuple[Kind, int, int] | None
) -> None:
    costs = {} if cost is None else {"wd-p": cost}
    back = replace(BACK, fee_minor=-given_back)
    report = match([], [OUT, back], AT, {"wd-p": Standing.RELEASED}, costs)
    assert report.matched == (0 if named else 2)
    found = [(one.kind, one.expected_minor, one.found_minor) for one in report.discrepancies]
    assert found == ([named] if named else [])
