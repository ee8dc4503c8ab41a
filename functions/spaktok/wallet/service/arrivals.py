"""Telling a creator, once a day is over, that its gifts have earned something: never how much.

Not at once, since a gift can be taken back and each is told by `gifts`; and not when it matures, at
which nothing is written. The task is staged by the sweep that brings the first income of the day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from spaktok.core import ids
from spaktok.core.dispatch import Task
from spaktok.wallet.service import reading

AFTER: Final = timedelta(minutes=10)
"""How long after the day's end: the last gifts are shared and taken back by then."""


def due(day: str) -> datetime:
    """When a day's earnings are told."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1) + AFTER


def task(uid: str, day: str) -> Task:
    """The task that tells: one a receiver and day."""
    run_at = due(day)
    payload = {"uid": uid, "day": day, "runAt": run_at}
    return Task("tellEarnings", ids.digest("earnings", uid, day), payload, run_at)


def tell(uid: str, day: str) -> bool:
    """Tell of what stands of a day's earnings; False where nothing does. Repeatable. One read."""
    if reading.load(uid).pending.get(day, 0) <= 0:
        return False
    from spaktok.notifications import outgoing
    from spaktok.notifications.model import EntityType, News, NotificationType

    outgoing.announce(
        News(
            recipient=uid,
            type=NotificationType.GIFT_EARNINGS,
            entity_type=EntityType.GIFT,
            entity_id=day,
            at=due(day),
        )
    )
    return True
