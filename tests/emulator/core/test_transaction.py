"""The transaction's own promises, apart from keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    InvalidArgument,
    RetryError,
    ServiceUnavailable,
)

from spaktok.core import channel, clients, clock, dispatch, limits, tickets, transaction
from spaktok.core.dispatch import Task
from spaktok.core.refusal import TryAgain
from tests.support.faults import Fault, always, injected, nth
from tests.support.queue import Queue

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

pytestmark = pytest.mark.usefixtures("no_backoff")


def document(name: str = "a") -> DocumentReference:
    return clients.db().collection("things").document(name)


def test_a_body_that_runs_again_leaves_only_its_last_run() -> None:
    runs = []

    def body(tx: Transaction) -> int:
        runs.append(1)
        tx.set(document(f"run-{len(runs)}"), {"n": len(runs)})
        return len(runs)

    with injected(lambda r: Fault.ABORTED if r.method == "commit" and r.nth < 2 else None):
        assert transaction.run(body) == 3
    assert [one.id for one in clients.db().collection("things").stream()] == ["run-3"]


def test_a_transaction_inside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        transaction.run(lambda _: transaction.run(lambda _: 1))


@pytest.mark.parametrize("leave", ["send", "send_if_possible", "release"])
def test_nothing_leaves_the_server_inside_a_transaction(leave: str, queue: Queue) -> None:
    """Control: without `_check_outside`, the task was queued before the commit."""
    task = Task("rollUpCounters", "t-1")
    with pytest.raises(RuntimeError, match="before its cause is committed"):
        transaction.run(lambda _: getattr(dispatch, leave)(task))
    assert queue.names() == []


def test_tickets_and_limits_are_refused_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        transaction.run(lambda _: tickets.take(document(), 3))
    with pytest.raises(RuntimeError):
        transaction.run(lambda _: limits.charge(limits.per_minute(3), "send", "ben"))


def test_after_a_body_failed_the_thread_is_outside_again() -> None:
    with pytest.raises(ZeroDivisionError):
        transaction.run(lambda _: 1 // 0)
    assert not transaction.inside()


def test_a_document_that_is_too_large_is_named_and_not_called_a_busy_server() -> None:
    """Control: with every error at commit retried alike, this was TryAgain, for ever."""
    with injected() as wire, pytest.raises(InvalidArgument, match="longer than"):
        transaction.run(lambda tx: tx.set(document(), {"text": "x" * 1_100_000}))
    assert wire.methods().count("commit") == transaction.REJECTIONS_MAX


def test_a_create_of_what_exists_is_raised_as_such() -> None:
    document().set({"n": 1})
    with pytest.raises(AlreadyExists):
        transaction.run(lambda tx: tx.create(document(), {"n": 2}))
    assert document().get().get("n") == 1


def test_rejections_between_which_the_server_was_busy_are_counted_anew() -> None:
    pattern = [Fault.DENIED, Fault.DENIED, Fault.ABORTED, Fault.DENIED, Fault.DENIED, None]
    with injected(lambda rpc: pattern[rpc.nth] if rpc.method == "commit" else None) as wire:
        transaction.run(lambda tx: tx.set(document(), {"n": 1}))
    assert wire.methods().count("commit") == len(pattern)


def test_a_read_whose_transaction_was_closed_under_it_is_repeated() -> None:
    with injected(nth("batch_get_documents", 0, Fault.DENIED)):
        found = transaction.run(lambda tx: next(iter(tx.get_all([document()]))).exists)
    assert found is False


def test_retries_end_before_the_call_would(monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([0.0, *[transaction.GIVE_UP_S] * 20])
    monkeypatch.setattr(clock, "monotonic", lambda: next(told))
    with injected(always("commit", Fault.ABORTED)) as wire, pytest.raises(TryAgain):
        transaction.run(lambda tx: tx.set(document(), {"n": 1}))
    assert wire.methods().count("commit") == 1


def test_backoff_is_full_jitter_under_a_doubling_bound() -> None:
    for attempt in range(1, transaction.ATTEMPTS_MAX):
        drawn = [transaction._jitter_s(attempt) for _ in range(200)]
        bound = min(2.0, 0.05 * 2**attempt)
        assert max(drawn) <= bound
        assert min(drawn) < bound / 4
        assert max(drawn) > bound * 3 / 4


def test_a_guarded_batch_is_committed_through_an_abort() -> None:
    batch = clients.db().batch()
    batch.create(document(), {"n": 1})
    with injected(nth("commit", 0, Fault.ABORTED)):
        transaction.commit(batch)
    assert document().get().get("n") == 1


def test_a_guarded_batch_whose_acknowledgement_was_lost_is_not_applied_twice() -> None:
    from google.cloud.firestore import Increment

    batch = clients.db().batch()
    batch.create(document("guard"), {})
    batch.set(document("sum"), {"n": Increment(1)}, merge=True)
    with injected(nth("commit", 0, Fault.LOST_ACK)), pytest.raises(AlreadyExists):
        transaction.commit(batch)
    assert document("sum").get().get("n") == 1


@pytest.mark.usefixtures("own_connection")
def test_a_read_outside_a_transaction_is_given_up_before_its_call_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: with the library's own patience, this takes five minutes."""
    monkeypatch.setattr(channel, "RETRY_S_MAX", 0.5)
    began_s = clock.monotonic()
    with (
        injected(always("batch_get_documents", Fault.UNAVAILABLE)),
        pytest.raises((RetryError, ServiceUnavailable)),
    ):
        clients.db().document("nowhere/nothing").get()
    assert clock.monotonic() - began_s < 5


def test_no_call_to_firestore_is_repeated_for_longer_than_that() -> None:
    wrapped = clients.db()._firestore_api._transport._wrapped_methods.values()
    patient = [one._retry._timeout for one in wrapped if one._retry is not None]
    assert len(patient) > 10
    assert set(patient) == {channel.RETRY_S_MAX}
