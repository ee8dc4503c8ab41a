"""Discrepancies planted in what is stored: by the job itself, each is named by its kind and its ids.

A few of each kind by default; `SPAKTOK_WHOLE=1` plants a thousand.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from localpaypal.book import Line
from localpaypal.server import LocalPayPal
from localstripe.api import LocalStripe
from spaktok.core import clients, clock
from spaktok.payouts import store
from spaktok.payouts.model.matching import BANKED_WITHIN, Kind
from spaktok.payouts.model.states import State
from spaktok.payouts.service import reconciling
from spaktok.wallet import encoding
from spaktok.wallet import store as ledger
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry, id_of
from spaktok.wallet.model.entry import Kind as EntryKind
from tests.support.people import ANA
from tests.support.sample import some

PLANTED = some(1_000, short=48)
BATCH = 200


class World:
    """Withdrawals as they are stored and exported, and settlements with the bank: all agree."""

    def __init__(self, size: int) -> None:
        self.at = clock.now() - timedelta(hours=27)
        self.settled_at = clock.now() - BANKED_WITHIN - timedelta(hours=20)
        numbers = range(size)
        self.entries = {n: self._entry(n) for n in numbers}
        self.lines = {
            n: Line(f"T{n}", f"wd-p{n}", "T0001", -950, -25, "USD", self.at) for n in numbers
        }
        self.drawn = {
            n: Line(f"S{n}", "", "T0400", -700, 0, "USD", self.settled_at) for n in numbers
        }
        self.banked = {n: (f"S{n}", 700) for n in numbers}
        self.more: dict[str, tuple[str, int]] = {}
        self.more_lines: list[Line] = []
        self.more_entries: list[Entry] = []

    def store(self, paypal: LocalPayPal) -> None:
        """Write it all, as the service and the providers would have."""
        paypal.book.lines = [*self.lines.values(), *self.drawn.values(), *self.more_lines]
        stored: list[tuple[Any, dict[str, Any]]] = []
        for n in self.lines | self.entries:
            state = State.PAID if n in self.entries else State.UNKNOWN
            stored.append((store.payout_ref(f"p{n}"), self._payout(state)))
        for entry in (*self.entries.values(), *self.more_entries):
            fields = {**encoding.encode_entry(entry), "committedAt": self.at}
            stored.append((ledger.entries().document(entry.id), fields))
        day = self.settled_at.date().isoformat()
        banked = {f"b{n}": line for n, line in self.banked.items()} | self.more
        for name, (reference, amount) in banked.items():
            fields = {"reference": reference, "amountMinor": amount, "bookedOn": day}
            stored.append((store.bank_line_ref(name), fields))
        for start in range(0, len(stored), BATCH):
            batch = clients.db().batch()
            for ref, fields in stored[start : start + BATCH]:
                batch.set(ref, fields)
            batch.commit()

    def _entry(self, n: int) -> Entry:
        facts = {"withdrawalId": f"p{n}", "micro": 10_000_000, "feeMicro": 500_000}
        facts |= {"costMicro": 250_000}
        return Entry(
            id=id_of(ANA, EntryKind.SETTLE, f"p{n}"),
            key=f"p{n}",
            kind=EntryKind.SETTLE,
            input_hash="",
            user_id=ANA,
            at=self.at,
            wallet_id="w",
            seq=n + 1,
            prev="",
            postings=(),
            facts={**facts, "account": Account.PAYPAL},
        )

    def _payout(self, state: State) -> dict[str, Any]:
        return {
            "userId": ANA,
            "status": state,
            "payoutMethod": "paypal",
            "methodId": "m",
            "amount": 1_000,
            "fee": 50,
            "requestedAt": self.at,
            "updatedAt": clock.now(),
            "sends": 1,
            "firstSentAt": self.at,
            "callingUntil": None,
            "providerReference": "B1",
            "transactionId": None,
            "providerFee": 25,
            "detail": "",
            "approvals": [],
            "note": None,
        }


def _name(w: World, n: int) -> str:
    return id_of(ANA, EntryKind.SETTLE, f"p{n}")


def _missing_at_provider(w: World, n: int) -> set[str]:
    del w.lines[n]
    return {_name(w, n)}


def _missing_in_ledger(w: World, n: int) -> set[str]:
    del w.entries[n]
    return {f"T{n}"}


def _unknown_at_provider(w: World, n: int) -> set[str]:
    w.more_lines.append(replace(w.lines[n], transaction_id=f"X{n}", key=f"other-{n}"))
    return {f"X{n}"}


def _paid_twice(w: World, n: int) -> set[str]:
    w.more_lines.append(replace(w.lines[n], transaction_id=f"D{n}"))
    return {f"T{n}", f"D{n}", _name(w, n)}


def _amount(w: World, n: int) -> set[str]:
    w.lines[n] = replace(w.lines[n], amount_minor=-951)
    return {f"T{n}", _name(w, n)}


def _fee(w: World, n: int) -> set[str]:
    w.lines[n] = replace(w.lines[n], fee_minor=-250)
    return {f"T{n}", _name(w, n)}


def _currency(w: World, n: int) -> set[str]:
    w.lines[n] = replace(w.lines[n], currency="EUR")
    return {f"T{n}", _name(w, n)}


def _bank_missing(w: World, n: int) -> set[str]:
    del w.banked[n]
    return {f"S{n}"}


def _bank_amount(w: World, n: int) -> set[str]:
    w.banked[n] = (f"S{n}", 699)
    return {f"S{n}", f"b{n}"}


def _bank_twice(w: World, n: int) -> set[str]:
    w.more[f"d{n}"] = w.banked[n]
    return {f"b{n}", f"d{n}"}


PLANTS: dict[Kind, Callable[[World, int], set[str]]] = {
    Kind.MISSING_AT_PROVIDER: _missing_at_provider,
    Kind.MISSING_IN_LEDGER: _missing_in_ledger,
    Kind.UNKNOWN_AT_PROVIDER: _unknown_at_provider,
    Kind.PAID_TWICE: _paid_twice,
    Kind.AMOUNT: _amount,
    Kind.FEE: _fee,
    Kind.CURRENCY: _currency,
    Kind.BANK_MISSING: _bank_missing,
    Kind.BANK_AMOUNT: _bank_amount,
    Kind.BANK_TWICE: _bank_twice,
}
"""What storage can hold: an entry's id is its operation's, so there is no second one to plant.

A line of the bank's that nobody knows is in `test_reconciling`, as it is named by its day alone.
"""


@pytest.mark.parametrize("planted", [0, PLANTED])
def test_what_is_planted_is_named_and_nothing_else(
    planted: int, paypal: LocalPayPal, stripe: LocalStripe
) -> None:
    rolls = random.Random(planted)
    world = World(2 * PLANTED)
    kinds = list(PLANTS)
    wanted = Counter(
        (kind, frozenset(PLANTS[kind](world, place)))
        for number, place in enumerate(rolls.sample(range(2 * PLANTED), planted))
        for kind in [kinds[number % len(kinds)]]
    )
    world.store(paypal)
    report = reconciling.run(clock.now())
    assert Counter((one.kind, frozenset(one.ids)) for one in report.discrepancies) == wanted
    assert sum(wanted.values()) == planted
    assert planted or report.matched == 4 * PLANTED
