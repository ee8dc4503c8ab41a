"""Tasks that failed every attempt, kept for a person to look at and to replay.

Owns `deadLetters/{digest(function, task, body)}`: {function, taskId, body, exception, at}. The body
is the task's own JSON; tasks carry ids, not content.
"""

from __future__ import annotations

import json
from typing import Final

from spaktok.core import clients, clock, ids
from spaktok.core.dispatch import Task, send
from spaktok.core.refusal import NotFound

_BODY_BYTES_MAX: Final = 256 * 1024
"""More than any task of ours: a letter that was cut could not be replayed."""


def bury(function: str, task_id: str, body: bytes, error: BaseException) -> None:
    """Keep a task that will not be tried again. One write; the same task twice is one letter."""
    text = body[:_BODY_BYTES_MAX].decode("utf-8", "replace")
    letter = clients.db().collection("deadLetters").document(ids.digest(function, task_id, text))
    letter.set(
        {
            "function": function,
            "taskId": task_id,
            "body": text,
            "exception": type(error).__name__,
            "at": clock.now(),
        }
    )


def replay(letter_id: str) -> Task:
    """Send a buried task anew and forget the letter; the task that was sent. A read and a delete.

    It gets another id, since the queue remembers the old one; the handler's own keys make a repeat
    harmless. A run that dies in between leaves the letter, and replaying it again sends nothing new.
    Raises `NotFound`, and `ValueError` for a body that is no task's.
    """
    letter = clients.db().collection("deadLetters").document(letter_id)
    fields = letter.get().to_dict()
    if fields is None:
        raise NotFound
    body = json.loads(fields["body"])
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise ValueError("The letter holds no task's body")  # noqa: TRY004 - the text is wrong
    task = Task(fields["function"], ids.digest("replay", letter_id), body["data"])
    send(task)
    letter.delete()
    return task
