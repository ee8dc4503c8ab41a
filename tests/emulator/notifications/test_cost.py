"""What telling costs."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from spaktok.core import clock, meter
from spaktok.core.ids import UserId
from spaktok.notifications import inbox, outgoing, service
from spaktok.notifications.model import NotificationType
from spaktok.videos.service import likes
from tests.support.news import adults, crowd, entries, like, liked, news
from tests.support.people import ANA, BEN
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock
from tests.support.worlds import video

T = NotificationType


def test_a_storm_of_a_hundred_likes_a_minute_writes_a_tenth_of_an_entry_a_like(
    queue: Queue, time: TestClock
) -> None:
    """For minutes; and what is told at the end is exact."""
    adults(ANA)
    clip = video(ANA)
    fans = crowd(ANA, some(500, short=100))
    rolls = random.Random(7)
    reads = writes = entry_writes = 0
    began = clock.now()
    for number, fan in enumerate(fans):
        time.reach(began + timedelta(seconds=number * 0.6 + rolls.random() * 0.1))
        with meter.counting() as tally:
            _run_due(queue)
        reads += tally.reads
        writes += tally.writes
        entry_writes += sum(
            count for name, count in tally.documents.items() if "/notifications/" in name
        )
        like(fan, clip)
        outgoing.announce(replace(liked(clip), actor=fan))
    queue.drain()
    [entry] = entries(ANA)
    assert entry.actor_count == len(fans)
    assert entry.actor_ids[0] == fans[-1]
    assert entry_writes <= 0.1 * len(fans)
    assert writes == entry_writes
    assert reads <= 4 * len(fans)


def test_what_one_event_costs(queue: Queue) -> None:
    adults(ANA, BEN)
    clip = video(ANA)
    like(BEN, clip)
    with meter.counting() as tally:
        service.deliver(liked(clip))
    assert (tally.writes, tally.reads) == (1, 11)
    one = news(ANA, T.STORY_REPLY, "s", BEN)
    with meter.counting() as tally:
        service.deliver(one)
    assert tally.writes == 1
    assert tally.reads <= 9
    with meter.counting() as tally:
        service.deliver(one)
    assert tally.writes == 0


def test_a_like_that_joins_a_window_costs_the_notification_nothing(queue: Queue) -> None:
    adults(ANA, BEN, "carl", "dina")
    clip = video(ANA)
    likes.like(BEN, clip)
    for uid in ("carl", "dina"):
        with meter.counting() as tally:
            likes.like(UserId(uid), clip)
        assert (tally.reads, tally.writes) == (2, 2)
    assert queue.names().count("settleNotification") == 1


def test_a_page_of_the_inbox_costs_a_read_an_entry_and_a_few(time: TestClock) -> None:
    adults(ANA, BEN)
    for number in range(20):
        service.deliver(news(ANA, T.STORY_REPLY, f"s{number}", BEN))
        time.pass_(seconds=1)
    with meter.counting() as tally:
        inbox.inbox(ANA, 20, None)
    assert tally.reads <= 20 + 4
    assert tally.writes == 0


def _run_due(queue: Queue) -> None:
    """Deliver what is due by now, as the queue would."""
    due = [
        task
        for task in queue.waiting
        if task[2]["data"].get("runAt", "") <= clock.now().isoformat(timespec="microseconds")
    ]
    for task in due:
        queue.waiting.remove(task)
        assert queue.deliver(*task) == 200
