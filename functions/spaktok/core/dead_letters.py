"""Tasks that failed every attempt, kept for a person to look at and to replay (`scripts/replay.py`).

Of what moves money somebody is told: such a letter is `unseen` until an alarm was raised for it
(`wallet.service.lost_work`).

Owns `deadLetters/{digest(function, task, body)}`: {function, taskId, body, exception, unseen, at}. The
body is the task's own JSON; tasks carry ids, not content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.cloud.firestore import CollectionReference, Query

_BODY_BYTES_MAX: Final = 256 * 1024
"""More than any task of ours: a letter that was cut could not be replayed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A task that will not be tried again."""

    function: str
    task_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Unseen:
    """A letter that nobody was told of."""

    id: str
    function: str
    exception: str


def bury(letter: Letter, error: BaseException, *, alarms: bool = False) -> None:
    """Keep it, and say whether somebody must be told. One write; the same task twice is one letter."""
    from google.api_core.exceptions import AlreadyExists

    text = letter.body[:_BODY_BYTES_MAX].decode("utf-8", "replace")
    name = ids.digest(letter.function, letter.task_id, text)
    fields = {
        "function": letter.function,
        "taskId": letter.task_id,
        "body": text,
        "exception": type(error).__name__,
        "unseen": alarms,
        "at": clock.now(),
    }
    try:
        _letters().document(name).create(fields)
    except AlreadyExists:
        return  # told of once, however often it comes


def unseen(limit: int) -> list[Unseen]:
    """Letters that nobody was told of yet. A read each."""
    found = [(one.id, one.to_dict() or {}) for one in of_money().limit(limit).stream()]
    return [Unseen(name, one["function"], one["exception"]) for name, one in found]


def seen(letters: Iterable[Unseen]) -> None:
    """Note that somebody was told. A write each."""
    from google.api_core.exceptions import NotFound

    for one in letters:
        try:
            _letters().document(one.id).update({"unseen": False})
        except NotFound:
            continue  # replayed or erased meanwhile


def of_money() -> Query:
    """The letters that are unseen."""
    from google.cloud.firestore import FieldFilter

    return _letters().where(filter=FieldFilter("unseen", "==", True))


def _letters() -> CollectionReference:
    return clients.db().collection("deadLetters")
