"""A creator hears, when a day is over, that its gifts have earned something: once, never how much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spaktok.core import clients, dispatch
from spaktok.gifts.service import undoing
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.service import arrivals, income, reading
from tests.support.gifts import stream
from tests.support.giving import give, rich, settle
from tests.support.money import ledger
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock

TELL = "tellEarnings"


@pytest.fixture(autouse=True)
def _world() -> None:
    rich(ANA, CARL)
    join(BEN)


def told() -> list[dict[str, Any]]:
    """What is in inboxes of earnings."""
    found = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    return [one for one in found if one["type"] == "gift_earnings"]


def until_the_evening(queue: Queue, time: TestClock) -> list[tuple[str, str, dict[str, Any]]]:
    """Let all happen but what waits for the day's end (the test's queue keeps no time); that."""
    kept = []
    time.at += timedelta(seconds=2)
    while queue.waiting:
        function, task_id, body = queue.waiting.popleft()
        if function == TELL:
            kept.append((function, task_id, body))
        else:
            assert queue.deliver(function, task_id, body) == 200
    return kept


def test_the_gifts_of_a_day_are_told_once_when_it_is_over(queue: Queue, time: TestClock) -> None:
    """Staged by the first sweep alone: the queue would know the others' task, the outbox pays for it.

    Control tried: without the wallet's note every sweep stages it.
    """
    place = stream(BEN)
    waiting = []
    for sender in (ANA, CARL, ANA):
        give(sender, gift_id="star", context="live_stream", contextId=place)
        waiting += until_the_evening(queue, time)
    (day,) = reading.load(BEN).pending
    swept = [entry.facts.get("firstOf", []) for entry in ledger() if entry.kind is Kind.SWEEP]
    assert swept == [[day], [], []]
    assert told() == []
    ((function, task_id, body),) = waiting
    end = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
    assert datetime.fromisoformat(body["data"]["runAt"]) == end + arrivals.AFTER
    for _ in range(2):
        assert queue.deliver(function, task_id, body) == 200
        queue.drain()
    (news,) = told()
    assert (news["userId"], news["entityId"], news["actorIds"]) == (BEN, day, [])
    earned = str(sum(reading.load(BEN).pending.values()))
    assert earned not in str(sorted(news.items()))


def test_a_day_of_which_every_gift_was_taken_back_is_not_told(
    queue: Queue, time: TestClock
) -> None:
    """Control tried: told whatever stands, the creator hears of what there is not."""
    gift = give(gift_id="star", context="live_stream", contextId=stream(BEN))
    waiting = until_the_evening(queue, time)
    undoing.undo(ANA, gift.transaction_id)
    waiting += until_the_evening(queue, time)
    assert len(waiting) == 1
    queue.waiting.extend(waiting)
    queue.drain()
    assert told() == []


def test_a_day_is_told_though_the_queue_was_away(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15, I17: the task is committed with the income, and the sweeper sends it.

    Control tried: sent after the commit and not staged, nobody ever hears of it.
    """
    give(gift_id="star")
    time.at += timedelta(seconds=2)
    function, task_id, body = queue.waiting.popleft()
    assert queue.deliver(function, task_id, body) == 200

    def away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(clients, "queue", away)
        assert income.sweep(BEN) is not None
    assert TELL not in queue.names()
    time.pass_(minutes=2)
    dispatch.sweep()
    settle(queue, time)
    assert len(told()) == 1
