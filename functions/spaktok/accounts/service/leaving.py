"""Asking to leave for good: from the commit on, no token of the account counts and nobody sees it.

What is erased, and when, is `erasing`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.accounts import store
from spaktok.accounts.model import GRACE, Phase
from spaktok.accounts.service import presence, sessions
from spaktok.core import clock, dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.standing import ProfileRequired
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Deletion:
    """The account is leaving."""

    erases_at: datetime
    """When it begins; until then, returning stops it. It is under way where that is now."""


def request(uid: UserId) -> Deletion:
    """Close the account, and have it erased. Repeated, it changes nothing.

    Without a grace it is final. Two reads and four writes, and one of each a video that is public.
    """
    at = clock.now()
    erasure_id = ids.random_id()

    def body(tx: Transaction) -> tuple[str, datetime]:
        card, security = users.read([users.card_ref(uid), store.security_ref(uid)], tx)
        if not card.exists:
            raise ProfileRequired
        if (under_way := (security.to_dict() or {}).get("erasure")) is not None:
            (found,) = users.read([store.erasure_ref(under_way)], tx)
            return under_way, found.get("erasesAt")
        due = at + GRACE
        stage(tx, uid, erasure_id, at, due)
        return erasure_id, due

    staged, due = transaction.run(body)
    dispatch.release(task(staged, 0))
    return Deletion(due)


def stage(
    tx: Transaction, uid: UserId, erasure_id: str, at: datetime, due: datetime, **besides: Any
) -> None:
    """Stage that an account with a card closes, and what erases it from `due` on.

    Reads the videos that are public; four writes and one a video. `besides` is written to its standing.
    The caller releases `task(erasure_id, 0)`.
    """
    presence.stage(tx, uid, presence.shown(tx, uid), away=True)
    closed = {"erasure": erasure_id, "disabled": due <= at, "deactivated": True}
    sessions.close(tx, uid, at, **closed, **besides)
    tx.create(
        store.erasure_ref(erasure_id),
        {
            "subject": uid,
            "phase": Phase.SCHEDULED,
            "round": 0,
            "requestedAt": at,
            "erasesAt": due,
            "dueAt": due,
        },
    )
    dispatch.stage(tx, task(erasure_id, 0))


def task(erasure_id: str, number: int, why: str = "") -> Task:
    """One run of an erasure; sent twice under one number and reason, it runs once."""
    return Task(
        function="eraseAccount",
        id=ids.digest("erase", erasure_id, str(number), why),
        payload={"erasureId": erasure_id},
    )
