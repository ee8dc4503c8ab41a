"""How every feature tells: after the commit, with one call."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from spaktok.core import clock, ids
from spaktok.core.dispatch import Task, send, window
from spaktok.notifications import groups, many, store
from spaktok.notifications.kinds import KINDS, entry_of
from spaktok.notifications.model import ManyNews, News

WINDOW_S: Final = 10
"""News of a group with records that come within one window are one task and one write."""
GRACE: Final = timedelta(seconds=2)
"""How much later than its window a task runs: instances' clocks differ."""
PARTED_MAX: Final = 200


def task(news: News, *, retracted: bool = False) -> Task:
    """The task that tells this news: one a window, or one an event where there are no records."""
    if KINDS[news.type].source is None:
        payload = {**asdict(news), "at": news.at or clock.now(), "retracted": retracted}
        when = [str(store.micros(news.at))] if news.at else []
        what = (news.entity_type, news.entity_id, news.actor or "", str(retracted))
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


def retract(news: News) -> None:
    """Take it back, after the commit that undid it: the actor leaves the entry, the last one with it.

    Where there are no records, `at` of the news is when it was undone.
    """
    if news.actor != news.recipient:
        send(task(news, retracted=True))


def announce_many(news: ManyNews) -> None:
    """Tell all who follow the actor, each at most once in the type's window."""
    send(many.task(news))


def deliver(news: News, *, retracted: bool = False) -> bool:
    """Bring the entry of this news up to date; whether it stands in the inbox now. Repeatable."""
    return groups.settle(news, retracted=retracted) is not None


def part(one: str, other: str) -> int:
    """Take two users who are hidden from each other now out of each other's entries; how many.

    Names leave the inbox with this, not only the list: the owner may read entries directly.
    """
    count = 0
    for owner, actor in ((one, other), (other, one)):
        for snapshot in store.naming(owner, actor).limit(PARTED_MAX).stream():
            entry = store.decode(snapshot)
            if entry is not None and entry.owner is not None:
                groups.settle(_news(entry, actor), changed=False)
                count += 1
    return count


def _news(entry: store.Entry, actor: str) -> News:
    """News that goes into this entry."""
    return News(entry.owner or "", entry.type, entry.entity_type, entry.entity_id, actor)
