"""When work that begins by itself was last done: what has stopped fails nowhere.

Owns `schedules/{name}`: {finishedAt, watchedSince}.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

_FINISHED: Final = "finishedAt"
_WATCHED_SINCE: Final = "watchedSince"


def note(name: str) -> None:
    """Note that it was done now. One write."""
    _ref(name).set({_FINISHED: clock.now()})


def late(watched: Mapping[str, timedelta], at: datetime) -> dict[str, datetime]:
    """What was not done for longer than it may be, by name, and when it was last done.

    Of what never was, the time begins now. A read each, one RPC; a write for each that never was.
    """
    refs = [_ref(name) for name in watched]
    found = {one.id: one.to_dict() or {} for one in clients.db().get_all(refs)}
    late: dict[str, datetime] = {}
    for name, most in watched.items():
        fields = found[name]
        last: datetime | None = fields.get(_FINISHED, fields.get(_WATCHED_SINCE))
        if last is None:
            _ref(name).set({_WATCHED_SINCE: at}, merge=True)
        elif at - last > most:
            late[name] = last
    return late


def _ref(name: str) -> DocumentReference:
    return clients.db().collection("schedules").document(name)
