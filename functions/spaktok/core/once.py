"""Doing a thing once, however often it is asked for.

An operation is a key, scoped to its user and action, with a hash of the input and the result. It is
read and written in the transaction that has the effect, so that effect and record exist together or
not at all. The same key with another input is a conflict, never a replay.

A call is `perform(operation, Result, body)`; an event or a task, which has no answer, is
`handle(operation, body)`. A transaction that is more than one operation uses `recall` and `record`,
or `done` and `mark`, itself.

Owns `operations/{digest(uid, action, key)}`: {userId?, action, inputHash, result, at, expiresAt?}.
Money keys never expire; the others are swept by TTL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import BaseModel

from spaktok.core import clients, clock, ids, transaction, turns
from spaktok.core.refusal import KeyReused

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction, WriteBatch
    from pydantic import TypeAdapter

T = TypeVar("T")

KEPT_FOR: Final = timedelta(days=35)
"""How long an ordinary key is remembered: longer than any client retries, and than the 31 days that
Cloud Tasks may keep a task."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to be done once."""

    id: str
    action: str
    input_hash: str
    expires: bool = True
    user_id: str | None = None
    """Whose it is, so that erasing them finds it; None for an event."""


def operation(
    uid: str, action: str, key: str, request: BaseModel, *, expires: bool = True
) -> Operation:
    """The operation that `uid` names `key` when asking for `action` with `request`."""
    return Operation(
        id=ids.digest(uid, action, key),
        action=action,
        input_hash=input_hash(request),
        expires=expires,
        user_id=uid,
    )


def event(event_id: str, action: str) -> Operation:
    """The operation of an event or a task: its id alone decides, a redelivery has the same body."""
    return Operation(id=ids.digest("event", action, event_id), action=action, input_hash="")


def input_hash(request: BaseModel) -> str:
    """A hash of everything that was asked for, apart from the key itself."""
    asked = request.model_dump(mode="json", exclude={"idempotency_key"})
    return ids.digest(json.dumps(asked, sort_keys=True))


def perform(operation: Operation, result: type[T], body: Callable[[Transaction], T]) -> T:
    """Run `body` in a transaction, once for all time; what that one run returned.

    One read, one write and the body's own. Raises `KeyReused`, and all that `transaction.run` does.
    """

    def keyed(tx: Transaction) -> T:
        if (before := recall(tx, operation, result)) is not None:
            return before
        return record(tx, operation, body(tx))

    with _one_at_a_time(operation):
        return transaction.run(keyed)


def handle(operation: Operation, body: Callable[[Transaction], None]) -> bool:
    """Run `body` in a transaction, once for all deliveries of an event; whether it ran now.

    One read, one write and the body's own. Raises all that `transaction.run` does.
    """

    def keyed(tx: Transaction) -> bool:
        if done(tx, operation):
            return False
        body(tx)
        mark(tx, operation)
        return True

    with _one_at_a_time(operation):
        return transaction.run(keyed)


def recall(tx: Transaction, operation: Operation, result: type[T]) -> T | None:
    """What this operation returned when it was done, or None where it has not been done.

    `result` is a dataclass. Raises `KeyReused` where the key was used with another input. One read.
    """
    snapshot = _read(tx, operation)
    if not snapshot.exists:
        return None
    stored = cast("dict[str, Any]", snapshot.to_dict())
    if stored["inputHash"] != operation.input_hash:
        raise KeyReused
    return cast("T", _adapter(cast("Any", result)).validate_python(stored["result"]))


def record(tx: Transaction, operation: Operation, result: T) -> T:
    """Stage the operation's record beside its effect, and return `result`. One write."""
    _write(tx, operation, asdict(cast("Any", result)))
    return result


def done(tx: Transaction, operation: Operation) -> bool:
    """Whether this event was handled. One read."""
    return _read(tx, operation).exists


def was_done(operation: Operation) -> bool:
    """Whether this event was handled, asked outside its transaction. One read."""
    return bool(_document(operation).get().exists)


def were_done(operations: Sequence[Operation]) -> list[bool]:
    """The same of many, in their order. A read each, one RPC."""
    if not operations:
        return []
    refs = [_document(one) for one in operations]
    found = {one.reference.path: one.exists for one in clients.db().get_all(refs)}
    return [bool(found[ref.path]) for ref in refs]


def mark(batch: WriteBatch, operation: Operation) -> None:
    """Stage that this event was handled, beside its effect. One write.

    In a batch that reads nothing it is the guard: a commit of an event that was handled fails whole
    with `AlreadyExists`.
    """
    _write(batch, operation, None)


def _one_at_a_time(operation: Operation) -> AbstractContextManager[None]:
    """Let an instance's duplicates of one operation wait here rather than for each other's locks."""
    return turns.one_at_a_time(operation.id, give_up_s=transaction.GIVE_UP_S)


def _read(tx: Transaction, operation: Operation) -> DocumentSnapshot[Any]:
    return next(iter(tx.get_all([_document(operation)])))


def _write(batch: WriteBatch, operation: Operation, result: dict[str, Any] | None) -> None:
    at = clock.now()
    document: dict[str, Any] = {
        "action": operation.action,
        "inputHash": operation.input_hash,
        "result": result,
        "at": at,
    }
    if operation.user_id is not None:
        document["userId"] = operation.user_id
    if operation.expires:
        document["expiresAt"] = at + KEPT_FOR
    # create, not set: had another run recorded it since our read, this commit must fail.
    batch.create(_document(operation), document)


def _document(operation: Operation) -> DocumentReference:
    return clients.db().collection("operations").document(operation.id)


@cache
def _adapter(result: type) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(result)
