"""Forgetting the interests that came to nothing, so that a summary stays worth reading."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from spaktok.core import clock, ids, transaction
from spaktok.core.dispatch import Task, send_if_possible, window
from spaktok.users import store as users
from spaktok.views import interests, store

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


WINDOW_S: Final = 3600


def ask(uid: str, at: datetime) -> None:
    """Have a user's summary looked at: once an hour, however often it is asked for."""
    number, _ = window(at, WINDOW_S)
    task_id = ids.digest("trim-interests", uid, str(number))
    send_if_possible(Task("trimInterests", task_id, {"uid": uid}))


def trim(uid: str) -> bool:
    """Keep the strongest interests of a summary that holds too many; whether it did. Repeatable.

    One read, at most one write.
    """
    at = clock.now()

    def body(tx: Transaction) -> bool:
        fields = users.read([store.interests_ref(uid)], tx)[0].to_dict() or {}
        if not interests.overgrown(fields):
            return False
        store.replace_interests(tx, uid, interests.trimmed(fields), at)
        return True

    return transaction.run(body)
