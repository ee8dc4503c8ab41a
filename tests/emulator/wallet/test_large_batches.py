"""F14: what would be more than a commit's 500 writes, torn in the middle."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from spaktok.core import clients
from spaktok.core.refusal import TryAgain
from spaktok.wallet import store
from spaktok.wallet.model import policy
from spaktok.wallet.model.amounts import Account, Unit, moved
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.model.wallet import Lot, LotKind
from spaktok.wallet.service import auditing, booking, income, reading, reversals, spending
from spaktok.wallet.service.spending import Order
from tests.support.faults import Crash, Fault, injected, nth
from tests.support.money import buy
from tests.support.operations import half
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

ANA, BEN = "ana", "ben"
WRITES_MAX = 500
BESIDE = 20
"""More than what features write beside an undo: their task, the staff's audit, an approval."""
LOTS = some(policy.LOTS_HARD_MAX, short=60)
NET = 6_600

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many writes each commit has."""
    seen: list[int] = []
    api = clients.db()._firestore_api
    commit = api.commit

    def counted(request: Any, **options: Any) -> Any:
        seen.append(len(request["writes"]))
        return commit(request=request, **options)

    monkeypatch.setattr(api, "commit", counted)
    return seen


def lots(uid: str, count: int) -> None:
    """So many purchases of one coin each, in one entry: what they cost to make is not the question."""
    booking.book(
        booking.Operation(uid=uid, kind=Kind.GRANT, key="many", asked={}),
        lambda wallet, at: Decision(
            wallet=replace(
                wallet,
                lots=tuple(
                    Lot(f"lot-{number:04}", LotKind.PURCHASED, 1, NET, at)
                    for number in range(count)
                ),
            ),
            postings=(
                *moved(Unit.COINS, Account.MINTED, Account.COINS, count),
                *moved(Unit.MICRO, Account.STRIPE, Account.DEFERRED, count * NET),
            ),
        ),
    )


def test_a_gift_of_as_many_lots_as_there_can_be_is_taken_back_whole_or_not(
    commits: list[int],
) -> None:
    """Two writes and one a lot. Negative control: with the 1,000 that the policy was, 1,002."""
    lots(ANA, LOTS)
    gift = spending.spend(ANA, "g1", Order(LOTS, BEN))
    income.roll_up(income.slot_of(gift), half)
    income.sweep(BEN)
    for fault in (Fault.CRASH, Fault.CRASH_AFTER):
        with injected(nth("commit", 0, fault)), pytest.raises(Crash):
            reversals.reverse_gift(ANA, gift.id, "undo")
        assert reading.load(ANA).coins == (LOTS if fault is Fault.CRASH_AFTER else 0)
    undo = reversals.reverse_gift(ANA, gift.id, "undo")
    for slot in {income.slot_of(one) for one in reversals.reversals_of(undo)}:
        income.roll_up(slot, half)
    income.sweep(BEN)
    assert reading.load(BEN).pending == {}
    assert max(commits) == LOTS + 2
    assert policy.LOTS_HARD_MAX + BESIDE <= WRITES_MAX
    assert auditing.everything(settled=True) == []


def test_more_shards_than_a_sweep_takes_are_swept_once_though_it_dies_between(
    queue: Queue, time: TestClock, commits: list[int]
) -> None:
    """Negative control: without the task for the rest, 405 shards were waiting for another gift."""
    buy(ANA, 100, gross=2 * 810 * NET, fee=0)
    gift = spending.spend(ANA, "g1", Order(100, BEN))
    income.roll_up(income.slot_of(gift), half)
    queue.waiting.clear()
    time.pass_(seconds=5)
    (shard,) = store.shards(BEN).stream()
    ((day, micro),) = shard.get("byDay").items()
    writer = clients.db().bulk_writer()
    writer.delete(shard.reference)
    for number in range(810):
        part = {"byDay": {day: micro // 810}, "rollUp": shard.get("rollUp")}
        writer.create(store.income(BEN).document(f"{shard.id}-{number:03}"), part)
    writer.close()
    for fault in (Fault.CRASH, Fault.CRASH_AFTER):
        with injected(nth("commit", 0, fault)), suppress(Crash, TryAgain):
            income.sweep(BEN)
    assert sum(reading.load(BEN).pending.values()) == 400 * NET
    income.sweep(BEN)  # by the queue, that had no answer
    queue.drain()
    assert sum(reading.load(BEN).pending.values()) == micro == 810 * NET
    assert 400 < max(commits) <= WRITES_MAX
    assert not list(store.shards(BEN).stream())
    assert auditing.everything(settled=True) == []
