"""Many at once: one key, one last coin, one creator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from spaktok.core import meter, turns
from spaktok.core.refusal import KeyReused, Refusal
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.refusals import DebtOpen, NotEnoughCoins, NotEnoughEarnings, TooManyReservations
from spaktok.wallet.service import auditing, income, reading, refunds, spending, withdrawals
from spaktok.wallet.service.spending import Order
from tests.support.money import buy
from tests.support.operations import adjust, half
from tests.support.sample import some
from tests.support.threads import together

ANA, BEN = "ana", "ben"
MANY = some(64, short=12)


@pytest.fixture
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instances that know nothing of each other: the database alone decides."""
    monkeypatch.setattr(turns, "one_at_a_time", lambda *_, **__: nullcontext())


def tried(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Refusal as refusal:
        return refusal


def test_many_deliveries_of_one_key_are_one_entry_and_one_answer() -> None:
    """F4."""
    buy(ANA, 1000)
    answers = together(MANY, lambda _: spending.spend(ANA, "g1", Order(3, BEN)))
    assert {(entry.id, entry.seq, entry.hash) for entry in answers} == {
        (answers[0].id, 2, answers[0].hash)
    }
    assert reading.load(ANA).coins == 997


def test_of_many_orders_under_one_key_one_is_done_and_the_others_are_told() -> None:
    """F5, I5."""
    buy(ANA, 1000)
    answers = together(
        MANY, lambda n: tried(lambda: spending.spend(ANA, "g1", Order(3 + n % 4, BEN)))
    )
    told = Counter(type(one) for one in answers)
    assert told[KeyReused] == MANY * 3 // 4
    assert len({one.id for one in answers if not isinstance(one, Refusal)}) == 1
    assert len(reading.entries_of(ANA)) == 2


def test_many_spenders_of_the_last_coin_across_gift_and_refund_one_wins() -> None:
    """F10: gifts of the one coin, and as many refunds of its purchase.

    Either a gift had it, and the refund became a debt, or the refund had it, and no gift went. Controls
    tried: with the wallet read outside the transaction the turns of one instance still hold it; without
    either, wallets are overwritten.
    """
    lot = buy(ANA, 1).facts["lotId"]

    def one(number: int) -> Any:
        if number % 2:
            return tried(lambda: spending.spend(ANA, f"g{number}", Order(1, BEN)))
        return tried(lambda: refunds.refund_purchase(ANA, f"r{number}", lot, 99))

    answers = together(MANY, one)
    gifts = [a for n, a in enumerate(answers) if n % 2 and not isinstance(a, Refusal)]
    burnt = sum(a.facts["coins"] for n, a in enumerate(answers) if n % 2 == 0)
    assert len(gifts) + burnt == 1
    wallet = reading.load(ANA)
    assert (wallet.coins, wallet.debt) == (0, 990_000 if gifts else 0)
    refused = {type(a) for n, a in enumerate(answers) if n % 2 and isinstance(a, Refusal)}
    assert refused <= {NotEnoughCoins, DebtOpen}
    assert auditing.everything() == []


def test_gifts_withdrawals_and_a_refund_of_one_wallet_at_once() -> None:
    """F10: whatever comes first, nothing is spent or reserved twice, and a debt takes what is free.

    Ten gifts of a coin of ten, ten withdrawals of a dollar of five, and refunds of all the coins. What
    is left owing leaves nothing to reserve, so this says nothing of the rule that a debt blocks (tried:
    without it, this passes): `test_chaos` does. Control tried: without transaction and turns, refunds
    are lost.
    """
    lot = buy(ANA, 10).facts["lotId"]
    adjust(ANA, Adjusted.EARNINGS, 5_000_000, "earned")()

    def one(number: int) -> Any:
        match number % 3:
            case 0:
                return tried(lambda: spending.spend(ANA, f"g{number}", Order(1, BEN)))
            case 1:
                return tried(lambda: withdrawals.reserve(ANA, f"w{number}", 1_000_000))
            case _:
                return tried(lambda: refunds.refund_purchase(ANA, f"r{number}", lot, 99))

    answers = together(30, one)
    done = [[a for a in answers[way::3] if not isinstance(a, Refusal)] for way in range(3)]
    wallet = reading.load(ANA)
    assert (wallet.coins, len(done[2])) == (0, 10)
    assert len(wallet.reserved) == len(done[1]) <= 5
    # The debt is what was given, and was repaid from what was not reserved by then.
    owed = sum(entry.facts["debtMicro"] for entry in done[2])
    assert owed == 99_000 * len(done[0])
    free = 5_000_000 - 1_000_000 * len(done[1])
    assert (wallet.debt, wallet.available) == (max(0, owed - free), max(0, free - owed))
    assert auditing.everything() == []


def test_many_withdrawals_of_the_last_dollar_one_is_reserved() -> None:
    adjust(ANA, Adjusted.EARNINGS, 1_000_000, "matured")()
    answers = together(MANY, lambda n: tried(lambda: withdrawals.reserve(ANA, f"w{n}", 1_000_000)))
    told = Counter(type(one) for one in answers)
    assert told[NotEnoughEarnings] + told[TooManyReservations] == MANY - 1
    wallet = reading.load(ANA)
    assert (wallet.available, sum(wallet.reserved.values())) == (0, 1_000_000)


@pytest.mark.usefixtures("strangers")
def test_spenders_on_instances_that_know_nothing_of_each_other_share_the_last_coin_no_more() -> (
    None
):
    """Control tried: with the wallet read outside the transaction three of the six had the coin."""
    buy(ANA, 1)
    answers = together(6, lambda n: tried(lambda: spending.spend(ANA, f"g{n}", Order(1, BEN))))
    assert len([one for one in answers if not isinstance(one, Refusal)]) == 1
    assert reading.load(ANA).coins == 0


SENDERS = some(1_000, short=20)
WORKERS = 4
"""Of the queue: they share out what has arrived by then, and sweep it, beside the senders."""


def test_a_crowd_gives_to_one_creator_and_every_gift_arrives_at_the_first_commit() -> None:
    """F11, while the income is swept. The document of the creator is in nobody's way."""
    for number in range(SENDERS):
        buy(f"fan{number}", 10)
    commits: list[int] = []
    arrived: list[Entry] = []

    def one(number: int) -> Entry | None:
        if number >= SENDERS:
            for _ in range(10):
                for slot in {income.slot_of(entry) for entry in tuple(arrived)}:
                    income.roll_up(slot, half)
                income.sweep(BEN)
            return None
        with meter.counting() as tally:
            entry = spending.spend(f"fan{number}", "g1", Order(10, BEN))
        commits.append(tally.rpcs - 2)
        arrived.append(entry)
        return entry

    answers = together(SENDERS + WORKERS, one)[:SENDERS]
    assert all(entry is not None for entry in answers)
    assert sum(commits) <= SENDERS + max(2, SENDERS // 50)
    for slot in {income.slot_of(entry) for entry in arrived}:
        income.roll_up(slot, half)
    while income.sweep(BEN) is not None:
        pass
    assert sum(reading.load(BEN).pending.values()) == SENDERS * 330_000
    assert auditing.everything(settled=True) == []
