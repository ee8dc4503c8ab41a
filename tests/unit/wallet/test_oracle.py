"""The oracle of the chaos runs says what the ledger's rules say, in histories made by chance.

It shares no code with them, so that it finds their faults; but where it states another rule, a chaos
run takes hours to say so. Here the rules decide without a database, which takes a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from chaos.oracle import Oracle
from spaktok.core.refusal import Refusal
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.deciding import Decision, repaid
from spaktok.wallet.model.refunding import File, new_file, refunded
from spaktok.wallet.model.spending import Sale, sold, spent, undone
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.model.withdrawing import paid_out, released, reserved
from tests.support.sample import some

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ANA = "ana"
HISTORIES = some(5_000, short=300)
STEPS = 30


@dataclass
class History:
    """A wallet as the rules leave it, and an oracle that hears of every step."""

    rolls: Random
    oracle: Oracle = field(default_factory=Oracle)
    wallet: Wallet = field(default_factory=lambda: Wallet("w"))
    files: dict[str, File] = field(default_factory=dict)
    given: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What each lot gave, by gift."""
    number: int = 0

    def step(self) -> None:
        """Do something; what is refused is not heard of."""
        self.number += 1
        acts: list[Callable[[], None]] = [
            *(self.buy, self.give, self.give, self.give),
            *(self.undo, self.refund, self.earn, self.withdraw),
        ]
        try:
            self.rolls.choice(acts)()
        except Refusal:
            return

    def decided(self, decision: Decision, what: str, **facts: Any) -> None:
        """It was, and is told."""
        self.wallet = decision.wallet
        self.oracle.hear(ANA, self.number, what, **facts)

    def buy(self) -> None:
        name, coins, gross = f"l{self.number}", self.rolls.randrange(1, 200), 990_000
        sale = Sale(name, Account.STRIPE, coins, 99, "USD", gross, 330_001)
        at = NOON + timedelta(seconds=self.number)
        facts = {"coins": coins, "gross": gross, "net": sale.net_micro, "price": 99}
        self.decided(sold(self.wallet, sale, name, at), "buy", lot=name, **facts)
        self.files[name] = new_file(name, sale, at)

    def give(self) -> None:
        name, coins = f"g{self.number}", self.rolls.randrange(1, 60)
        decision = spent(self.wallet, coins, NOON, to_receiver=True)
        self.given[name] = decision.facts["lots"]
        self.decided(decision, "give", gift=name, to="ben", bps=5_000, coins=coins)

    def undo(self) -> None:
        """Only of what no refund has touched, as in the chaos runs."""
        whole = [name for name, file in self.files.items() if not file.taken.minor]
        free = [
            name for name, lots in self.given.items() if all(one["lotId"] in whole for one in lots)
        ]
        if free:
            name = self.rolls.choice(free)
            parts = self.given.pop(name)
            self.decided(undone(self.wallet, parts, "2026-03-14"), "undo", gift=name)

    def refund(self) -> None:
        if self.files:
            name, total = self.rolls.choice(list(self.files)), self.rolls.randrange(1, 100)
            decision, file = refunded(self.wallet, self.files[name], total)
            self.decided(decision, "refund", lot=name, total=total)
            self.files[name] = file

    def earn(self) -> None:
        micro = self.rolls.randrange(1, 300_000)
        after, paid = repaid(replace(self.wallet, available=self.wallet.available + micro))
        self.decided(Decision(after, paid), "matured", micro=micro)

    def withdraw(self) -> None:
        name, micro = f"w{self.number}", self.rolls.randrange(1, 200_000)
        self.decided(reserved(self.wallet, name, micro), "reserve", name=name, micro=micro)
        self.number += 1
        if self.rolls.random() < 0.5:
            self.decided(released(self.wallet, name, 0), "release", name=name)
        else:
            paid = paid_out(self.wallet, name, Account.PAYPAL, fee_micro=0, cost_micro=0)
            self.decided(paid, "settle", name=name)

    def check(self) -> None:
        """Both say the same of what is there, and of what every gift was worth."""
        verdict = self.oracle.purses()
        assert verdict.impossible == {}
        purse, wallet = verdict.purses[ANA], self.wallet
        worth = sum(lot.worth for lot in purse.lots.values())
        assert (purse.coins, worth) == (wallet.coins, sum(lot.net_micro for lot in wallet.lots))
        assert (purse.free, purse.debt) == (wallet.available, wallet.debt)
        assert {name: gift.parts for name, gift in purse.gifts.items()} == {
            name: {one["lotId"]: (one["coins"], one["netMicro"]) for one in lots}
            for name, lots in self.given.items()
        }


@pytest.mark.parametrize("seeds", [range(HISTORIES)], ids=[f"{HISTORIES} histories"])
def test_the_oracle_and_the_rules_say_the_same(seeds: range) -> None:
    """Control tried: with the debt of each part of a refund by itself, as the oracle once had it, a
    purchase that is refunded in two parts, partly spent, is told apart."""
    for seed in seeds:
        history = History(Random(seed))
        history.buy()
        for _ in range(STEPS):
            history.step()
        history.check()
