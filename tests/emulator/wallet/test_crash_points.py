"""F1 to F3: a fault at every RPC of every operation, each followed by a retry, leaves what one clean
run leaves: the same balances, the same entries, every invariant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from spaktok.core import turns
from spaktok.wallet import encoding, store
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import auditing, reading
from tests.support.crashes import enumerated
from tests.support.faults import Fault, at, injected
from tests.support.operations import OPERATIONS
from tests.support.time import TestClock

pytestmark = pytest.mark.usefixtures("no_backoff")


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
    for name, scene in OPERATIONS.items():
        work = scene(f"clean-{name}")
        with injected() as clean:
            work()
        expected, methods = state(f"clean-{name}"), clean.methods()
        for index in (number for number, one in enumerate(methods) if one == "commit"):
            uid = f"late-{name}-{index}"
            work = scene(uid)
            with injected(at(index, Fault.FROZEN)) as faults, ThreadPoolExecutor(1) as pool:
                late = pool.submit(work)
                assert faults.frozen.wait(30)
                time.pass_(minutes=10)
                work()
                faults.thawed.set()
                late.result()
            assert state(uid) == expected, (name, index)
    assert auditing.everything() == []


def entries(field: str, uid: str) -> list[Entry]:
    found = store.entries().where(filter=FieldFilter(field, "==", uid)).stream()
    return [encoding.decode_entry(one.to_dict() or {}) for one in found]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_at_any_rpc_changes_nothing_of_the_outcome(name: str) -> None:
    """Control: with `set` for `create` in `store.create`, the repeat of a gift spends a second time."""
    enumerated(OPERATIONS[name], state, every=5)
    assert auditing.everything() == []
