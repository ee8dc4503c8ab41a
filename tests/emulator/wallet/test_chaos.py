"""A short chaos run, and its negative controls: the guard removed, the same run must fail.

The long one is `make chaos`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chaos.flows.ledger import do
from chaos.queues import ChaosQueue
from chaos.run import run
from chaos.tasks import Tasks
from spaktok.core import clients, clock
from spaktok.wallet.service import auditing, crediting, income, recovering, refunds, spending
from spaktok.wallet.service.spending import Order
from tests.support.money import buy
from tests.support.operations import half

GIFTS = int(os.environ.get("CHAOS_GIFTS", "60"))


def test_no_wallet_is_wrong_after_chaos() -> None:
    result = run("ledger", GIFTS, 2, workers=16)
    assert result.failures == []
    faults = result.outcome.faults
    # Threads draw the faults in an order of their own: the rarest may be met by none in a short run.
    assert len({"ABORTED", "UNAVAILABLE", "CRASH", "LOST_ACK"} - faults.keys()) <= 1
    assert result.outcome.deliveries > result.outcome.acts > GIFTS


@pytest.mark.parametrize(("guard", "gifts"), [("key", 24), ("debt", 100), ("kept", 60)])
def test_without_the_guard_the_same_run_finds_wallets_wrong(
    guard: str, gifts: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative controls: without the operation key acts are done twice; without the debt rule
    whoever owes goes on giving; where creators do not keep what had matured, they are paid twice for
    gifts whose dispute is won."""
    monkeypatch.setattr("chaos.tasks.ROUNDS_MAX", 2)  # what is wrong stays so
    result = run("ledger", gifts, 2, workers=16, without=guard)
    assert result.wrong != []
    with capsys.disabled():
        sys.stdout.write(
            f"\nwithout the {guard}: {len(result.wrong)} wrong, as {result.wrong[0]}\n"
        )


class Losing(ChaosQueue):
    """Loses the first tasks of each function."""

    def __init__(self, **first: int) -> None:
        super().__init__(seed=1)
        self.first = first

    def put(self, function: str, task_id: str, body: dict[str, Any]) -> None:
        if self.first.get(function, 0):
            self.first[function] -= 1
        else:
            super().put(function, task_id, body)


@pytest.fixture
def real_time() -> Iterator[None]:
    """What was left behind is looked for by the database's time."""
    with clock.set_to(lambda: datetime.now(UTC)):
        yield


def caught_up(monkeypatch: pytest.MonkeyPatch, **lost: int) -> list[str]:
    """A gift whose purchase is paid back, while the first tasks are lost: what is found at the end."""
    queue = Losing(**lost)
    monkeypatch.setattr(clients, "queue", queue.of)
    began = clock.now()
    buy("ana")
    income.roll_up(income.slot_of(spending.spend("ana", "g1", Order(10, "ben"))), half)
    refunds.refund_purchase("ana", "r1", crediting.lot_id_of("ana", "p1"), 99)
    tasks = Tasks(queue, do, lambda: None, threads=1)
    found = tasks.catch_up(began, ["ben"])
    return found + [one.why for one in auditing.everything(settled=True)]


@pytest.mark.usefixtures("real_time")
def test_what_is_lost_while_a_run_catches_up_is_found_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Found by a run of 10,000 gifts: a reversal was made by the last look, and its slot's task lost.

    Control tried: with one look alone, "is shared out nowhere".
    """
    assert caught_up(monkeypatch, reverseGifts=1, rollUpGifts=1) == []


@pytest.mark.usefixtures("real_time")
def test_what_the_looks_forget_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the looks: they are no second chance of what was noted before."""
    monkeypatch.setattr(recovering, "is_behind", lambda _: False)
    found = caught_up(monkeypatch, rollUpGifts=2)
    assert [one.partition(":")[0] for one in found] == ["forgotten"]


@pytest.mark.usefixtures("real_time")
def test_sweeps_that_are_lost_are_asked_for_in_other_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a receiver who has no wallet yet, too.

    Control tried: with what a later minute asks for done by the time of the first, "never swept".
    """
    assert caught_up(monkeypatch, sweepIncome=4) == []
