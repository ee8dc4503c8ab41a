"""Sending work on, after the commit and never before it.

A task's id is derived from the record that caused it, so sending it twice is harmless: the queue
drops the duplicate, and the handler would find its effect done. What must happen although the
instance dies between commit and sending is first staged in the outbox, inside the transaction
(`stage`), and released after it (`release`); a sweeper sends what was staged and never released.

A payload travels as JSON. Instants in it are ISO-8601 texts with every microsecond, since a handler
may compare them with what is stored; the job's request declares them with `Field(strict=False)`.

Owns `outbox/{task digest}`: {function, taskId, payload, runAt | null, at}.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, config, ids, log, transaction
from spaktok.core.encode import encode

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, WriteBatch

ABANDONED_AFTER: Final = timedelta(minutes=1)
"""An outbox entry this old belongs to an instance that died before it released it."""

LATER: Final = timedelta(minutes=5)
"""Handlers wait some seconds for a window's end (`clock.wait_until`), and look at the state anyway."""

SWEEP_PAGE: Final = 200
SWEEP_PAGES_MAX: Final = 50


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
    _check_outside(task)
    if _waits_here(task):
        _entry(task).set({**_staged(task), "at": task.run_at})
        return
    from firebase_admin.exceptions import AlreadyExistsError, ConflictError
    from firebase_admin.functions import TaskOptions

    options = TaskOptions(task_id=task.id, schedule_time=task.run_at)
    try:
        clients.queue(task.function).enqueue({"data": pack(task.payload)}, options)
    except (AlreadyExistsError, ConflictError):
        return
    except ValueError as error:
        # The emulator takes the task, and then the SDK fails to parse the name it answers with.
        if os.environ.get("CLOUD_TASKS_EMULATOR_HOST") and "resource name" in str(error):
            return
        raise


def stage(tx: WriteBatch, task: Task) -> Task:
    """Write the task beside its cause. One write."""
    tx.set(_entry(task), _staged(task))
    return task


def send_if_possible(task: Task) -> bool:
    """Send what a sweeper would find anyway; whether it went.

    Its cause is committed: a queue that can't be reached now is no failure of that.
    """
    _check_outside(task)
    try:
        send(task)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweeper tries again
        log.warning("task left behind", function=task.function, exception=type(error).__name__)
        return False
    return True


def release(task: Task) -> bool:
    """Send a staged task and forget it; False where that is left to the sweeper. One delete."""
    waits = _waits_here(task)
    if not send_if_possible(task):
        return False
    if waits:
        return True
    try:
        _entry(task).delete()
    except Exception as error:  # noqa: BLE001 - it was sent; sending it again is harmless
        log.warning("entry left behind", function=task.function, exception=type(error).__name__)
        return False
    return True


def release_all(tasks: Iterable[Task]) -> None:
    """The same of all that one commit staged. A delete each."""
    for task in tasks:
        release(task)


def sweep() -> int:
    """Release what was staged and never released, oldest first; how many there were.

    One read and one delete an entry. An entry that can't be sent stays, and holds up no other.
    """
    from google.cloud.firestore import FieldFilter

    abandoned = (
        clients.db()
        .collection("outbox")
        .where(filter=FieldFilter("at", "<", clock.now() - ABANDONED_AFTER))
        .order_by("at")
        .limit(SWEEP_PAGE)
    )
    count = 0
    for _ in range(SWEEP_PAGES_MAX):
        page = list(abandoned.stream())
        sent = [one.reference for one in page if send_if_possible(_task(one.to_dict() or {}))]
        _forget(sent)
        count += len(sent)
        if len(page) < SWEEP_PAGE:
            break
        abandoned = abandoned.start_after(page[-1])
    return count


def pack(value: Any) -> Any:
    """A payload as JSON values, instants to the microsecond: `2026-01-31T12:00:00.000001+00:00`."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("An instant without a zone is ambiguous")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return {str(key): pack(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [pack(item) for item in value]
    return encode(value)


def _forget(entries: list[DocumentReference]) -> None:
    batch = clients.db().batch()
    for entry in entries:
        batch.delete(entry)
    if entries:
        batch.commit()


def _staged(task: Task) -> dict[str, Any]:
    return {
        "function": task.function,
        "taskId": task.id,
        "payload": pack(task.payload),
        "runAt": task.run_at,
        "at": clock.now(),
    }


def _waits_here(task: Task) -> bool:
    """Whether a task for later stays in the outbox until then.

    Only in functions of the Emulator Suite, whose queue knows no delays and would deliver it at once.
    """
    if not (config.serving() and config.functions_emulated()):
        return False
    return task.run_at is not None and task.run_at - clock.now() > LATER


def _task(entry: dict[str, Any]) -> Task:
    return Task(
        function=entry["function"],
        id=entry["taskId"],
        payload=entry["payload"],
        run_at=entry["runAt"],
    )


def _check_outside(task: Task) -> None:
    if transaction.inside():
        raise RuntimeError(f"{task.function} would leave before its cause is committed")


def _entry(task: Task) -> DocumentReference:
    return clients.db().collection("outbox").document(ids.digest(task.function, task.id))


def window(at: datetime, seconds: int) -> tuple[int, datetime]:
    """The window of that many seconds that `at` lies in: its number, and the instant it ends.

    Tasks that may be merged carry the number in their id and run at the end, so that one task
    serves everything that happened in between.
    """
    number = int(at.timestamp()) // seconds
    return number, datetime.fromtimestamp((number + 1) * seconds, tz=at.tzinfo)
