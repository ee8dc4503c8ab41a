"""Tasks that failed every attempt, kept for a person to look at and to replay (`scripts/replay.py`).

Owns `deadLetters/{digest(function, task, body)}`: {function, taskId, body, exception, at}. The body
is the task's own JSON; tasks carry ids, not content.
"""

from __future__ import annotations

from typing import Final

from spaktok.core import clients, clock, ids

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
