"""F1 to F3: a fault at every RPC of every operation, each followed by a retry, leaves what one clean
run leaves: the same balances, the same entries, every invariant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

import main
from spaktok.core import clients, clock, dispatch, turns
from spaktok.wallet import encoding, store
from spaktok.wallet.model import income as income_model
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.service import (
    adjusting,
    approvals,
    arrivals,
    auditing,
    closing,
    income,
    reading,
    recovering,
    revenue,
)
from spaktok.wallet.service.adjusting import Adjustment
from spaktok.wallet.service.auditing import Progress
from spaktok.wallet.service.heartbeat import income_ref
from tests.support.crashes import Operation, Scenes, enumerated
from tests.support.edge import Sender
from tests.support.faults import Fault, at, injected
from tests.support.money import buy, ledger
from tests.support.operations import ADMIN, OPERATIONS, OTHER, given, matured, roll_up
from tests.support.queue import Queue
from tests.support.remains import left
from tests.support.sample import share
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("no_backoff")
AROUND = Scenes()
"""Around the operations: what the staff and the schedules do. Each is given the queue and the clock."""
BOOKS = Scenes()
"""Of the platform's own: each is given the same."""
TODAY = day_of(datetime.now(UTC))
"""By the database."""


def state(uid: str) -> Any:
    """What the operation was about, without the ids that differ by user."""
    mine = [*entries("userId", uid), *entries("receiverId", uid)]
    kinds = sorted((entry.kind, [(p.account, p.amount) for p in entry.postings]) for entry in mine)
    wallet = reading.load(uid)
    return (
        kinds,
        wallet.coins,
        wallet.held,
        wallet.available,
        wallet.pending,
        wallet.debt,
        wallet.owed,
    )


def test_a_worker_that_stood_still_does_nothing_twice(
    monkeypatch: pytest.MonkeyPatch, time: TestClock
) -> None:
    """F16: it stands still with all that it read, its locks are taken from it, another instance does
    what it was about to, and ten minutes later it goes on.

    Control: with `set` for `create` in `store.create`, a refund that comes late writes over its entry.
    """
    monkeypatch.setattr(turns, "one_at_a_time", lambda *_, **__: nullcontext())
    ends: dict[str, Any] = {}
    commits: list[tuple[str, int]] = []
    for name, scene in OPERATIONS.items():
        work = scene(f"clean-{name}")
        with injected() as clean:
            work()
        ends[name] = state(f"clean-{name}")
        sent = enumerate(clean.methods())
        commits += [(name, index) for index, method in sent if method == "commit"]
    for name, index in share(commits, every=3):
        uid = f"late-{name}-{index}"
        work = OPERATIONS[name](uid)
        with injected(at(index, Fault.FROZEN)) as faults, ThreadPoolExecutor(1) as pool:
            late = pool.submit(work)
            assert faults.frozen.wait(30)
            time.pass_(minutes=10)
            work()
            faults.thawed.set()
            late.result()
        assert state(uid) == ends[name], (name, index)
    assert auditing.everything() == []
    assert {one.kind for one in ledger()} == set(Kind) - {Kind.COVER}, "each has its scene"


def entries(field: str, uid: str) -> list[Entry]:
    found = store.entries().where(filter=FieldFilter(field, "==", uid)).stream()
    return [encoding.decode_entry(one.to_dict() or {}) for one in found]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_at_any_rpc_changes_nothing_of_the_outcome(name: str) -> None:
    """Control: with `set` for `create` in `store.create`, the repeat of a gift spends a second time."""
    enumerated(OPERATIONS[name], state, every=5)
    assert auditing.everything() == []


@AROUND.of("proposeAdjustment")
def propose(uid: str, *_: object) -> Operation:
    clients.db().collection("users").document(uid).set({"userId": uid})
    asked = Adjustment(uid, Adjusted.COINS, 5)
    return lambda: adjusting.propose(ADMIN, f"key-{uid}", asked, "a correction")


@AROUND.of("rejectProposal")
def reject(uid: str, *_: object) -> Operation:
    proposal = propose(uid)().proposal_id
    return lambda: approvals.reject(OTHER, proposal, "no")


@AROUND.of()
def move(uid: str, *_: object) -> Operation:
    """Of a closed wallet, by its owner's erasure."""
    buy(uid, 100)
    roll_up(uid)()
    closing.close(uid)
    return lambda: list(closing.move(uid, f"alias-of-{uid}"))


@AROUND.of("auditIncome")
def find_what_is_left_behind(uid: str, *_: object) -> Operation:
    for entry in store.entries().list_documents():
        entry.delete()  # nobody else's
    given(uid)
    income_ref().delete()
    late = datetime.now(UTC) + timedelta(minutes=1) + recovering.LATE_AFTER
    return lambda: recovering.recover(late)


@AROUND.of("auditLedger")
def begin_the_audit(_: str, __: Queue, time: TestClock) -> Operation:
    time.pass_(days=1)  # once a day
    return lambda: Sender().send(main.auditLedger)


@AROUND.of("auditWallets")
def audit(uid: str, *_: object) -> Operation:
    matured(uid)
    return lambda: auditing.page(Progress("2026-03-14"))


@AROUND.of("tellEarnings")
def tell(uid: str, *_: object) -> Operation:
    roll_up(uid)()
    swept = income.sweep(uid)
    assert swept is not None
    (day,) = swept.facts["byDay"]
    return lambda: arrivals.tell(uid, day)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("name", AROUND)
def test_a_fault_at_any_rpc_around_the_ledger_changes_nothing_of_what_is_left(
    name: str, queue: Queue, time: TestClock
) -> None:
    """Control tried: with a random id for every proposal, two wait where one was made."""
    scene = AROUND.at(name, queue, time)
    enumerated(scene, partial(left, queue=queue, time=time), few=1)


@BOOKS.of("beginRevenue")
def begin_the_days(_: str, __: Queue, time: TestClock) -> Operation:
    time.reach(datetime.now(UTC) + timedelta(days=30))  # nor is the database's own day among them
    time.pass_(days=10)  # none of them is begun
    at_ = time.at
    return lambda: revenue.catch_up(at_)


@BOOKS.of("rollUpRevenue")
def end_a_day(_: str, queue: Queue, __: TestClock) -> Operation:
    """Its last lane, with which it is closed; each time anew."""
    run = revenue.begin(TODAY, clock.now(), again=True)
    queue.waiting.clear()
    *others, last = revenue.lanes()
    for lane in others:
        revenue.walk(TODAY, lane, run, "")
    return lambda: revenue.walk(TODAY, last, run, "")


@pytest.mark.parametrize("name", BOOKS)
def test_a_fault_at_any_rpc_of_the_books_changes_nothing_of_the_outcome(
    name: str, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control tried: closed only by the run that read its lane's last page, a day stays open."""
    for module in (income_model, revenue):
        monkeypatch.setattr(module, "LANES", 1)

    def state(_: str) -> Any:
        time.pass_(minutes=2)
        dispatch.sweep()
        sent = sorted(queue.names())
        queue.waiting.clear()
        days = revenue.CAUGHT_UP_DAYS
        past = [day_of(time.at - timedelta(days=back)) for back in range(1, days + 1)]
        refs = [revenue.log_ref(TODAY), revenue.month_ref(TODAY[:7]), revenue.month_ref("summary")]
        found = [one.to_dict() or {} for one in store.read([*refs, *map(revenue.log_ref, past)])]
        differ = {"run", "timestamp", "lastUpdated", "date"}
        return sent, [{name: one[name] for name in one.keys() - differ} for one in found]

    buy("ana", 100)
    enumerated(BOOKS.at(name, queue, time), state, few=1)
