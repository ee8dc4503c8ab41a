"""From gifts to earnings: shared once, by the share at the commit, swept once."""

from __future__ import annotations

from datetime import datetime

from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import income, reading, refunds, reversals, spending
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, sums
from tests.support.queue import Queue

ANA, BEN = "ana", "ben"


def half(_: str, __: datetime) -> int:
    return 5000


def gift(key: str, coins: int = 10, *, sender: str = ANA, receiver: str = BEN) -> Entry:
    return spending.spend(sender, key, Order(coins, receiver))


def share(*gifts: Entry) -> None:
    for slot in {income.slot_of(entry) for entry in gifts}:
        income.roll_up(slot, half)


def test_a_gift_is_shared_once_and_swept_once_however_often_both_are_run(queue: Queue) -> None:
    buy(ANA, 100)
    gifts = [gift(f"g{n}") for n in range(6)]
    share(*gifts)
    share(*gifts)
    assert sums()["user:ben:income", "usd_micro"] == 6 * 33_000
    assert income.sweep(BEN) is not None
    assert income.sweep(BEN) is None
    assert sum(reading.load(BEN).pending.values()) == 6 * 33_000
    assert queue.names() == ["sweepIncome", "tellEarnings"]


def test_a_gift_taken_back_returns_the_coins_and_takes_the_share() -> None:
    buy(ANA, 100)
    sent = gift("g1")
    share(sent)
    income.sweep(BEN)
    undo = reversals.reverse_gift(ANA, sent.id, "undo")
    share(*reversals.reversals_of(undo))
    income.sweep(BEN)
    assert reading.load(BEN).pending == {}
    assert reading.load(ANA).coins == 100
    assert sums()["platform:deferred", "usd_micro"] == 660_000
    assert sums()["platform:revenue", "usd_micro"] == 0


def test_a_refund_takes_unspent_coins_makes_a_debt_and_reverses_what_is_immature() -> None:
    lot = buy(ANA, 100).facts["lotId"]
    sent = [gift(f"g{n}") for n in range(5)]
    share(*sent)
    income.sweep(BEN)
    refund = refunds.refund_purchase(ANA, "r1", lot, 99).facts
    assert (refund["clawedMicro"], refund["debtMicro"], refund["lossMicro"]) == (
        330_000,
        495_000,
        165_000,
    )
    changed = reversals.follow(ANA, lot)
    assert {entry.facts["giftId"] for entry in changed} == {entry.id for entry in sent}
    assert reversals.follow(ANA, lot) == []
    share(*changed)
    income.sweep(BEN)
    assert reading.load(BEN).pending == {}
    assert reading.load(ANA).debt == 495_000
    assert sums()["platform:reserve", "usd_micro"] == 330_000
    assert sum(sums().values()) == 0
