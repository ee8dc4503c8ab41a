"""Losses are borne by what was set aside of our share, and only the rest is a loss."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from spaktok.core import clock
from spaktok.wallet import store
from spaktok.wallet.model.amounts import Account, Unit
from spaktok.wallet.model.revenue import Tally, encode
from spaktok.wallet.model.wallet import matures_at
from spaktok.wallet.service import auditing, covering, income, reading, revenue, reversals, spending
from spaktok.wallet.service.spending import Order
from tests.support.crashes import Operation, enumerated
from tests.support.money import buy, sums
from tests.support.people import ANA, BEN
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock


def half(_: str, __: datetime) -> int:
    return 5_000


def books(name: str, aside: int, lost: int, covered: int = 0) -> None:
    """What all complete days come to."""
    accounts = {
        (Account.PROVISION, Unit.MICRO): aside - covered,
        (Account.LOSS, Unit.MICRO): covered - lost,
    }
    revenue.month_ref(name).set(encode(Tally(accounts=accounts, covered=covered)))


def borne() -> list[int]:
    """By how much each entry of the platform's chain changed what is borne."""
    return [one.facts["micro"] for one in reading.entries_of(covering.PLATFORM)]


def test_a_day_that_is_over_has_its_losses_borne_once(queue: Queue, time: TestClock) -> None:
    """Of $10 of gifts to Ben we keep $5 and set aside 25 cents of it; 50 cents are lost."""
    buy("patron", 100, key="large", gross=10_000_000, fee=0)
    buy(ANA, 100, gross=1_000_000, fee=0)
    large = spending.spend("patron", "large", Order(100, BEN))
    lost = spending.spend(ANA, "g1", Order(100, BEN))
    for gift in (large, lost):
        income.roll_up(income.slot_of(gift), half)
    swept = income.sweep(BEN)
    assert swept is not None
    day = next(iter(swept.facts["byDay"]))
    time.reach(matures_at(day))
    undo = reversals.reverse_gift(ANA, lost.id, "undo")
    for one in reversals.reversals_of(undo):
        income.roll_up(income.slot_of(one), half)
    income.sweep(BEN)
    queue.waiting.clear()
    platform = {one: sums()[one, Unit.MICRO] for one in (Account.PROVISION, Account.LOSS)}
    assert platform == {Account.PROVISION: 250_000, Account.LOSS: -500_000}
    for again in (False, True):
        revenue.begin(day, clock.now(), again=again)
        queue.drain()
        platform = {one: sums()[one, Unit.MICRO] for one in platform}
        assert platform == {Account.PROVISION: 0, Account.LOSS: -250_000}
    assert borne() == [250_000]
    shown = revenue.books(day, day).days[0]
    assert (shown.losses, shown.losses_covered, shown.provision) == (-250_000, 250_000, 0)
    assert auditing.everything(settled=True) == []


def test_what_turns_out_to_be_no_loss_goes_back_and_the_chain_is_proved() -> None:
    summary = revenue.month_ref("summary")
    books("summary", aside=100, lost=40)
    covering.cover(summary)
    books("summary", aside=100, lost=130, covered=40)
    covering.cover(summary)
    books("summary", aside=80, lost=130, covered=100)
    covering.cover(summary)
    assert covering.cover(summary) is None
    assert borne() == [40, 60, -20]
    assert covering.violations() == []
    last = reading.entries_of(covering.PLATFORM)[-1]
    store.entries().document(last.id).update({"facts.coveredMicro": 81})
    assert [one.invariant for one in covering.violations()] == ["I7"]


def test_many_at_once_bear_it_once(no_backoff: None) -> None:
    """Negative control: read outside the transaction, under a random id, each of them bears it."""
    books("summary", aside=100, lost=40)
    together(4, lambda _: covering.cover(revenue.month_ref("summary")))
    assert borne() == [40]


def test_a_fault_at_any_rpc_changes_nothing_of_the_outcome(
    monkeypatch: pytest.MonkeyPatch, no_backoff: None
) -> None:
    def scene(uid: str) -> Operation:
        monkeypatch.setattr(covering, "PLATFORM", uid)
        books(uid, aside=100, lost=30)
        covering.cover(revenue.month_ref(uid))
        books(uid, aside=100, lost=130, covered=30)
        return lambda: covering.cover(revenue.month_ref(uid))

    def state(_: str) -> Any:
        return borne(), covering.violations()

    enumerated(scene, state)
