"""A transaction begins with its first read, and is one transaction from there on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from spaktok.core import clients, transaction
from tests.support.faults import injected
from tests.support.threads import together

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

pytestmark = pytest.mark.usefixtures("no_backoff")


def document(name: str = "a") -> DocumentReference:
    return clients.db().collection("things").document(name)


def n_of(name: str = "a") -> Any:
    return document(name).get().get("n")


def things() -> Any:
    return clients.db().collection("things")


def test_no_request_is_made_to_begin_it() -> None:
    def body(tx: Transaction) -> None:
        list(tx.get_all([document("a"), document("b")]))
        list(tx.get(things().limit(9)))
        tx.set(document(), {"n": 1})

    with injected() as wire:
        transaction.run(body)
    assert wire.methods() == ["batch_get_documents", "run_query", "commit"]


@pytest.mark.parametrize("first", ["document", "query", "query without results"])
def test_what_changes_after_the_first_read_is_read_again(first: str) -> None:
    """The control: with the first read outside of the transaction (its request passed on without
    `new_transaction`), the other's change is overwritten and this is 2."""
    document().set({"n": 1})
    runs = []

    def body(tx: Transaction) -> None:
        match first:
            case "document":
                seen = next(iter(tx.get_all([document()]))).get("n")
            case "query":
                (_,) = tx.get(things().where(filter=FieldFilter("n", ">", 0)))
                seen = next(iter(tx.get_all([document()]))).get("n")
            case _:
                assert list(tx.get(things().where(filter=FieldFilter("n", "<", 0)))) == []
                seen = next(iter(tx.get_all([document()]))).get("n")
        runs.append(seen)
        tx.update(document(), {"n": seen + 1})

    together(2, lambda _: transaction.run(body))  # more wait for the emulator's locks for minutes
    assert n_of() == 3
    assert len(runs) >= 2


def test_the_documents_of_the_first_read_are_all_there_and_in_its_cost() -> None:
    for name in "abc":
        document(name).set({"n": name})

    def body(tx: Transaction) -> list[Any]:
        asked = [document(name) for name in "abcx"]
        return sorted(one.get("n") for one in tx.get_all(asked) if one.exists)

    assert transaction.run(body) == ["a", "b", "c"]
    assert transaction.run(lambda tx: sorted(one.id for one in tx.get(things().limit(9)))) == [
        "a",
        "b",
        "c",
    ]


def test_one_that_reads_nothing_is_one_commit() -> None:
    with injected() as wire:
        transaction.run(lambda tx: tx.set(document(), {"n": 1}))
    assert wire.methods() == ["commit"]
    assert n_of() == 1


def test_one_that_does_nothing_asks_for_nothing() -> None:
    with injected() as wire:
        assert transaction.run(lambda _: 7) == 7
    assert wire.seen == []


def test_what_is_refused_after_a_read_frees_its_locks_at_once() -> None:
    document().set({"n": 1})

    def body(tx: Transaction) -> None:
        next(iter(tx.get_all([document()])))
        raise LookupError

    with pytest.raises(LookupError):
        transaction.run(body)
    document().set({"n": 2}, timeout=5)
    assert n_of() == 2


def test_no_read_is_made_with_one_that_is_over() -> None:
    kept: list[Transaction] = []
    transaction.run(kept.append)
    with pytest.raises(RuntimeError, match="is over"):
        next(iter(kept[0].get_all([document()])))
