"""F1 to F3: a fault at every RPC of every operation, each followed by a retry, leaves what one clean
run leaves: the same balances, the same entries, every invariant."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.exceptions import GoogleAPIError
from google.cloud.firestore_v1.base_query import FieldFilter

from spaktok.core.refusal import TryAgain
from spaktok.wallet import encoding, store
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import auditing, reading
from tests.support.faults import Crash, Fault, Faults, at, injected
from tests.support.operations import OPERATIONS, Operation
from tests.support.sample import share

pytestmark = pytest.mark.usefixtures("no_backoff")

EVERYWHERE = (Fault.CRASH, Fault.ABORTED)
AT_COMMIT = (Fault.CRASH_AFTER, Fault.LOST_ACK)


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


def entries(field: str, uid: str) -> list[Entry]:
    found = store.entries().where(filter=FieldFilter(field, "==", uid)).stream()
    return [encoding.decode_entry(one.to_dict() or {}) for one in found]


def retried(work: Operation, faults: Faults) -> None:
    """Run it, and whatever happens run it again, as a client, a queue or a provider would."""
    try:
        work()
    except Crash:
        faults.revive()
    except (TryAgain, GoogleAPIError):
        pass
    work()


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_at_any_rpc_changes_nothing_of_the_outcome(name: str) -> None:
    """Control: with `set` for `create` in `store.create`, the repeat of a gift spends a second time."""
    scene = OPERATIONS[name]
    work = scene("clean")
    with injected() as clean:
        work()
    expected = state("clean")
    methods = clean.methods()
    cases = [
        (index, fault)
        for index, method in enumerate(methods)
        for fault in (*EVERYWHERE, *(AT_COMMIT if method == "commit" else ()))
    ]
    assert len(cases) > 2 * len(methods) > 0
    for number, (index, fault) in enumerate(share(cases, every=5)):
        uid = f"u{number}"
        work = scene(uid)
        with injected(at(index, fault)) as faults:
            retried(work, faults)
        assert faults.injected, (name, index, fault)
        assert state(uid) == expected, f"{name}: {fault} at RPC {index} ({methods[index]})"
    assert auditing.everything() == []
