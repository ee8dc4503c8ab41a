"""Doing a thing once, however often it is asked for.

An operation is a key, scoped to its user and action, with a hash of the input and the result. It is
read and written in the transaction that has the effect, so that effect and record exist together or
not at all. The same key with another input is a conflict, never a replay.

Owns `operations/{digest(uid, action, key)}`: {action, inputHash, result, at, expiresAt?}. Money keys
never expire; the others are swept by TTL.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import BaseModel

from spaktok.core import clients, clock, ids
from spaktok.core.refusal import KeyReused

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction
    from pydantic import TypeAdapter

T = TypeVar("T")

KEPT_FOR: Final = timedelta(days=30)
"""How long an ordinary key is remembered: longer than any client retries, or a task is redelivered."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to be done once."""

    id: str
    action: str
    input_hash: str
    expires: bool = True


def operation(
    uid: str, action: str, key: str, request: BaseModel, *, expires: bool = True
) -> Operation:
    """The operation that `uid` names `key` when asking for `action` with `request`."""
    return Operation(
        id=ids.digest(uid, action, key),
        action=action,
        input_hash=input_hash(request),
        expires=expires,
    )


def event(event_id: str, action: str) -> Operation:
    """The operation of an event or a task: its id alone decides, a redelivery has the same body."""
    return Operation(id=ids.digest("event", action, event_id), action=action, input_hash="")


def input_hash(request: BaseModel) -> str:
    """A hash of everything that was asked for, apart from the key itself."""
    asked = request.model_dump(mode="json", exclude={"idempotency_key"})
    return ids.digest(json.dumps(asked, sort_keys=True))


def recall(tx: Transaction, operation: Operation, result: type[T]) -> T | None:
    """What this operation returned when it was done, or None where it has not been done.

    Raises `KeyReused` where its key was used with another input. One read.
    """
    snapshot = next(iter(tx.get_all([_document(operation)])))
    if not snapshot.exists:
        return None
    stored = cast("dict[str, Any]", snapshot.to_dict())
    if stored["inputHash"] != operation.input_hash:
        raise KeyReused
    return cast("T", _adapter(cast("Any", result)).validate_python(stored["result"]))


def record(tx: Transaction, operation: Operation, result: T) -> T:
    """Stage the operation's record beside its effect, and return `result`. One write."""
    at = clock.now()
    document: dict[str, Any] = {
        "action": operation.action,
        "inputHash": operation.input_hash,
        "result": asdict(cast("Any", result)) if result is not None else None,
        "at": at,
    }
    if operation.expires:
        document["expiresAt"] = at + KEPT_FOR
    # create, not set: had another run recorded it since our read, this commit must fail.
    tx.create(_document(operation), document)
    return result


def _document(operation: Operation) -> DocumentReference:
    return clients.db().collection("operations").document(operation.id)


@cache
def _adapter(result: type) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(result)
