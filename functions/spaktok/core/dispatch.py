"""Sending work on, after the commit and never before it.

A task's id is derived from the record that caused it, so sending it twice is harmless: the queue
drops the duplicate, and the handler would find its effect done. What must happen although the
instance dies between commit and sending is first staged in the outbox, inside the transaction
(`stage`), and released after it (`release`); a sweeper sends what was staged and never released.

Owns `outbox/{task digest}`: {function, taskId, payload, runAt | null, at}.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, transaction
from spaktok.core.encode import encode

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

ABANDONED_AFTER: Final = timedelta(minutes=1)
"""An outbox entry this old belongs to an instance that died before it released it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A call of a `@job` function: `payload` has the shape of the job's request."""

    function: str
    id: str
    """Letters, digits and hyphens; the same for the same cause."""
    payload: dict[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None


def send(task: Task) -> None:
    """Put the task into its queue. A task with an id that the queue knows is already there.

    Raises where called inside a transaction: the body may run again, or never commit.
    """
    if transaction.inside():
        raise RuntimeError(f"{task.function} would leave before its cause is committed")
    from firebase_admin.exceptions import AlreadyExistsError, ConflictError
    from firebase_admin.functions import TaskOptions

    options = TaskOptions(task_id=task.id, schedule_time=task.run_at)
    try:
        clients.queue(task.function).enqueue({"data": encode(task.payload)}, options)
    except (AlreadyExistsError, ConflictError):
        return
    except ValueError as error:
        # The emulator takes the task, and then the SDK fails to parse the name it answers with.
        if os.environ.get("CLOUD_TASKS_EMULATOR_HOST") and "resource name" in str(error):
            return
        raise


def stage(tx: Transaction, task: Task) -> Task:
    """Write the task beside its cause. One write."""
    tx.set(
        _entry(task),
        {
            "function": task.function,
            "taskId": task.id,
            "payload": encode(task.payload),
            "runAt": task.run_at,
            "at": clock.now(),
        },
    )
    return task


def release(task: Task) -> None:
    """Send a staged task and forget it. One delete."""
    send(task)
    _entry(task).delete()


def sweep(limit: int = 200) -> int:
    """Release what was staged and never released; how many there were."""
    from google.cloud.firestore import FieldFilter

    abandoned = (
        clients.db()
        .collection("outbox")
        .where(filter=FieldFilter("at", "<", clock.now() - ABANDONED_AFTER))
        .limit(limit)
    )
    count = 0
    for snapshot in abandoned.stream():
        fields: dict[str, Any] = snapshot.to_dict() or {}
        release(
            Task(
                function=fields["function"],
                id=fields["taskId"],
                payload=fields["payload"],
                run_at=fields["runAt"],
            )
        )
        count += 1
    return count


def _entry(task: Task) -> DocumentReference:
    return clients.db().collection("outbox").document(ids.digest(task.function, task.id))


def window(at: datetime, seconds: int) -> tuple[int, datetime]:
    """The window of that many seconds that `at` lies in: its number, and the instant it ends.

    Tasks that may be merged carry the number in their id and run at the end, so that one task
    serves everything that happened in between.
    """
    number = int(at.timestamp()) // seconds
    return number, datetime.fromtimestamp((number + 1) * seconds, tz=at.tzinfo)
