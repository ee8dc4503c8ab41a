"""F1 to F3: a fault at every RPC of every operation, each followed by a retry, leaves what one clean
run leaves: the same balances, the same entries, every invariant."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from spaktok.wallet import encoding, store
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.service import auditing, reading
from tests.support.crashes import enumerated
from tests.support.operations import OPERATIONS

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


def entries(field: str, uid: str) -> list[Entry]:
    found = store.entries().where(filter=FieldFilter(field, "==", uid)).stream()
    return [encoding.decode_entry(one.to_dict() or {}) for one in found]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_fault_at_any_rpc_changes_nothing_of_the_outcome(name: str) -> None:
    """Control: with `set` for `create` in `store.create`, the repeat of a gift spends a second time."""
    enumerated(OPERATIONS[name], state, every=5)
    assert auditing.everything() == []
