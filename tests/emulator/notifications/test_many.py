"""One thing told to very many: each once in a window, whatever dies on the way."""

from __future__ import annotations

import os
import random

import pytest

from spaktok.core import clients, clock, ids, meter
from spaktok.core.ids import UserId
from spaktok.graph import service as graph
from spaktok.notifications import choices, inbox, many, outgoing, service, store
from spaktok.notifications.model import EntityType, ManyNews, NotificationType
from spaktok.notifications.requests import UpdateNotificationSettings
from tests.emulator.notifications.conftest import Pushes
from tests.support.faults import Crash, Fault, injected, seeded
from tests.support.news import PACKED, adults, crowd, documents, entries, news
from tests.support.people import ANA, BEN, CARL, DINA
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.time import TestClock

T = NotificationType
TOLD = int(os.environ.get("SPAKTOK_TOLD_USERS", "400"))
"""Two tasks of them."""
ASKED_MAX = 10_000
"""The emulator has no indexes: a query for thirty among very many reads all of them, for each anew."""


def live(stream: str = "stream1") -> ManyNews:
    return ManyNews(ANA, T.LIVE_STARTED, EntityType.STREAM, stream, clock.now())


def battle(entity: str = "battle1") -> ManyNews:
    """A type that all followers hear, with or without the bell."""
    return ManyNews(ANA, T.PK_STARTED, EntityType.BATTLE, entity, clock.now())


def ring(follower: str, followed: str = ANA) -> None:
    clients.db().collection("followers").document(ids.edge(follower, followed)).update(
        {"notificationsEnabled": True}
    )


def inboxes() -> dict[str, int]:
    """How many entries each has."""
    found: dict[str, int] = {}
    for one in clients.db().collection("notifications").stream():
        if one.get("userId"):
            found[one.get("userId")] = found.get(one.get("userId"), 0) + 1
    return found


def test_only_who_turned_the_bell_on_hears_of_a_stream(queue: Queue, pushes: Pushes) -> None:
    adults(ANA, BEN, CARL)
    graph.follow(BEN, ANA)
    graph.follow(CARL, ANA)
    queue.drain()
    ring(BEN)
    outgoing.announce_many(live())
    queue.drain(times=5)
    assert [one.type for one in entries(BEN)] == ["live_stream_started"]
    assert entries(CARL) == []
    assert pushes.types(BEN) == ["live_stream_started"]


def test_five_streams_in_an_hour_are_told_once(
    queue: Queue, pushes: Pushes, time: TestClock
) -> None:
    adults(ANA, BEN)
    graph.follow(BEN, ANA)
    ring(BEN)
    for number in range(5):
        outgoing.announce_many(live(f"stream{number}"))
        queue.drain()
        time.pass_(minutes=5)
    assert len(entries(BEN)) == 1
    assert pushes.types(BEN) == ["live_stream_started"]
    time.pass_(hours=1)
    outgoing.announce_many(live("later"))
    queue.drain()
    [entry] = entries(BEN)
    assert entry.entity_id == "later"
    assert len(pushes.to(BEN)) == 2


def test_who_turns_up_in_two_tasks_is_told_once(pushes: Pushes, time: TestClock) -> None:
    """As when the followers were divided anew in between. Negative control: without
    `_same_window`, Ben's read entry is unread again.
    """
    adults(ANA, BEN, CARL, DINA)
    many.tell(live(), [BEN, CARL])
    inbox.mark_all(BEN, None)
    time.pass_(minutes=1)
    assert many.tell(live("another"), [BEN, DINA]) == 1
    assert entries(BEN)[0].is_read
    assert inboxes() == {BEN: 1, CARL: 1, DINA: 1}
    assert len(pushes.to(BEN)) == 1


def test_blocks_mutes_settings_and_quiet_hours_count_for_each(
    queue: Queue, pushes: Pushes, time: TestClock
) -> None:
    """Negative control: without `_hears` in `_choose`, Carl and Dina are told."""
    adults(ANA, BEN, CARL, DINA, "emil", "fia")
    for uid in (BEN, CARL, DINA, "emil", "fia"):
        graph.follow(UserId(uid), ANA)
        ring(uid)
    queue.drain()
    pushes.sent.clear()
    # A block whose task has not run yet: the edge is still there.
    clients.db().collection("users").document(CARL).collection("feed").document("mask").set(
        {"users": {ANA: True}}, merge=True
    )
    choices.update(
        DINA,
        UpdateNotificationSettings.model_validate({"settings": {"live": {"inApp": False}}}),
    )
    choices.update(
        UserId("emil"),
        UpdateNotificationSettings.model_validate(
            {"quietHours": {"start": "11:00", "end": "15:00", "zone": "UTC"}}
        ),
    )
    choices.update(
        UserId("fia"),
        UpdateNotificationSettings.model_validate({"settings": {"live": {"push": False}}}),
    )
    outgoing.announce_many(live())
    queue.drain()
    assert set(inboxes()) - {ANA} == {BEN, "emil", "fia"}
    assert pushes.types(BEN) == ["live_stream_started"]
    assert pushes.to("fia") == []
    assert clock.now().hour == 15
    assert pushes.types("emil") == ["live_stream_started"]


def test_a_banned_creator_announces_nothing(queue: Queue) -> None:
    adults(ANA, BEN)
    graph.follow(BEN, ANA)
    ring(BEN)
    queue.drain()
    clients.db().collection("security").document(ANA).update({"banned": True})
    assert many.begin(live()) == 0


@pytest.mark.parametrize("seed", range(some(4, short=1)))
def test_kills_at_random_points_repeat_nothing_and_lose_nothing(
    seed: int, queue: Queue, pushes: Pushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "CHUNK", 40)
    adults(ANA)
    fans = crowd(ANA, 120)
    outgoing.announce_many(battle())
    kills = {Fault.CRASH: 0.12, Fault.CRASH_AFTER: 0.12, Fault.UNAVAILABLE: 0.05}
    rolls = random.Random(seed)
    with injected(seeded(seed, kills)) as faults:
        while queue.waiting:
            rolls.shuffle(queue.waiting)
            function, task, body = queue.waiting[0]
            try:
                status = queue.deliver(function, task, body)
            except Crash:
                faults.revive()
                continue
            if status == 200:
                queue.waiting.remove((function, task, body))
    assert faults.injected
    assert inboxes() == dict.fromkeys(fans, 1)
    assert {uid: len(pushes.to(uid)) for uid in fans} == dict.fromkeys(fans, 1)


def test_a_fan_out_is_capped_like_everything_else(
    queue: Queue, pushes: Pushes, time: TestClock
) -> None:
    """Carl's hour is full. Negative control: without `pushed` in `many._entry` he is pushed."""
    adults(ANA, BEN, CARL)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    service.deliver(news(CARL, T.PK_STARTED, "before", BEN))
    [held] = documents(CARL)
    assert (held["pushHour"], held["pushes"]) == (hour, 1)
    clients.db().collection("notifications").document(entries(CARL)[0].notification_id).update(
        {"pushes": 20}
    )
    pushes.sent.clear()
    many.tell(battle(), [BEN, CARL])
    assert {uid: len(pushes.to(uid)) for uid in (BEN, CARL)} == {BEN: 1, CARL: 0}
    assert len(entries(CARL)) == 2


def test_what_telling_many_costs_for_each(
    queue: Queue, pushes: Pushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget: one write and five reads each, and nothing where it is told already.

    Told to 100,000 with `SPAKTOK_TOLD_USERS=100000`. Then what these were pushed this hour, which is
    nothing, is asked of a collection that has nothing: the same answers at the same cost.
    """
    adults(ANA)
    count = TOLD
    if count > ASKED_MAX:
        nothing = clients.db().collection("nothing").limit(1)
        monkeypatch.setattr(store, "pushed_in", lambda *_: nothing)
    crowd(ANA, count)
    outgoing.announce_many(battle())
    with meter.counting() as tally:
        queue.drain()
    assert tally.writes <= 1.02 * count
    assert tally.reads <= 5.06 * count  # one for every 30 for the cap
    assert tally.rpcs <= count // many.CHUNK * 12 + 20
    assert tally.hottest == 1
    assert len(inboxes()) == count
    outgoing.announce_many(battle("battle2"))
    with meter.counting() as tally:
        queue.drain()
    assert tally.writes == 0
    assert tally.reads <= 3 + count / PACKED
    assert len(pushes.sent) == count
