"""Telling: what features call after their commit, and all of notifications that they need to load."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from spaktok.core import clock, ids
from spaktok.core.dispatch import Task, release, send, window
from spaktok.core.dispatch import stage as stage_task
from spaktok.notifications.model import ManyNews, News

if TYPE_CHECKING:
    from google.cloud.firestore import WriteBatch

WINDOW_S: Final = 10
"""News of a group with records that come within one window are one task and one write."""
GRACE: Final = timedelta(seconds=2)
"""How much later than its window a task runs: instances' clocks differ."""
MANY_WINDOW_S: Final = 3600
"""A user who goes live five times in this time is told of once."""


def task(news: News, *, retracted: bool = False) -> Task:
    """The task that tells this news: one a window, or one an event where there are no records."""
    from spaktok.notifications.kinds import KINDS, entry_of  # not before there is something to tell

    if KINDS[news.type].source is None:
        payload = {**asdict(news), "at": news.at or clock.now(), "retracted": retracted}
        when = [news.at.isoformat()] if news.at else []
        # The detail too: approved and paid are two events of one payout, and a task's id is used once.
        said = [news.detail] if news.detail else []
        what = (news.entity_type, news.entity_id, news.actor or "", str(retracted), *said)
        return Task("deliverNotification", ids.digest(entry_of(news), *what, *when), payload)
    number, end = window(clock.now(), WINDOW_S)
    return Task(
        function="settleNotification",
        id=ids.digest("settle", entry_of(news), str(number)),
        payload={
            "recipient": news.recipient,
            "type": news.type,
            "entityType": news.entity_type,
            "entityId": news.entity_id,
            "runAt": end + GRACE,
        },
        run_at=end + GRACE,
    )


def announce(news: News) -> None:
    """Tell it, after the commit that caused it. Nobody is told what they did themselves."""
    if news.actor != news.recipient:
        send(task(news))


def stage(tx: WriteBatch, news: News) -> None:
    """Write it beside its cause, for news that must not be lost; `told` sends it. One write.

    Of types without records, whose task is the same whenever it is asked for.
    """
    if news.actor != news.recipient:
        stage_task(tx, task(news))


def told(news: News) -> None:
    """Send what was staged, after the commit; a queue that can't be reached is left to the sweeper."""
    if news.actor != news.recipient:
        release(task(news))


def retract(news: News) -> None:
    """Take it back, after the commit that undid it: the actor leaves the entry, the last one with it.

    Where there are no records, `at` of the news is when it was undone.
    """
    if news.actor != news.recipient:
        send(task(news, retracted=True))


def announce_many(news: ManyNews) -> None:
    """Tell all who follow the actor, each at most once in the type's window."""
    name = ids.digest("announce", name_of(news), news.entity_id)
    send(Task("announceToMany", name, asdict(news)))


def name_of(news: ManyNews) -> str:
    """What is told at most once: this actor's news of this type in this window.

    Each thing that the operator says is its own.
    """
    if news.actor is None:
        return ids.digest("many", news.entity_id, news.type)
    number, _ = window(news.at, MANY_WINDOW_S)
    return ids.digest("many", news.actor, news.type, str(number))
