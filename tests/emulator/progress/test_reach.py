"""Visits of profiles, and what their owner alone learns of its reach."""

from __future__ import annotations

import json

import pytest

import main
from spaktok.core import clients, clock, meter, standing
from spaktok.core.encode import encode
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.graph import service as graph
from spaktok.progress import store
from spaktok.progress.model import Source
from spaktok.progress.service import reading, visits
from spaktok.users import store as users
from tests.emulator.progress.conftest import Wire
from tests.support.edge import Sender, emulate
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock


def total(uid: UserId = ANA, days: int = 30) -> reading.Reach:
    return reading.analytics(uid, None, days).total


def test_a_visitor_counts_once_a_day(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN, CARL)
    visits.record(BEN, ANA, Source.SEARCH)
    visits.record(BEN, ANA, Source.FEED)
    visits.record(CARL, ANA, Source.FEED)
    time.pass_(days=1)
    visits.record(BEN, ANA, Source.DIRECT)
    queue.drain()
    seen = reading.analytics(ANA, None, 2)
    assert [(one.date, one.unique_viewers) for one in seen.days] == [
        ("2026-03-14", 2),
        ("2026-03-15", 1),
    ]
    assert seen.total.by_source == {"search": 1, "feed": 1, "video": 0, "direct": 1}


def test_the_day_ends_at_midnight_of_utc(queue: Queue, time: TestClock) -> None:
    join(ANA, BEN)
    time.pass_(hours=11, minutes=59, seconds=59.999)
    visits.record(BEN, ANA, Source.FEED)
    time.pass_(milliseconds=1)
    visits.record(BEN, ANA, Source.FEED)
    queue.drain()
    assert [one.reach.views for one in reading.analytics(ANA, None, 2).days] == [1, 1]


def test_many_visits_at_the_same_moment_are_one(queue: Queue) -> None:
    join(ANA, BEN)
    results = together(some(64, short=8), lambda _: visits.record(BEN, ANA, Source.FEED))
    assert all(result is None or "TryAgain" in repr(result) for result in results)
    queue.drain()
    assert total().views == 1


def test_looking_at_oneself_is_no_visit(queue: Queue) -> None:
    """Tried: without `relation.is_self` in `record` it is one."""
    join(ANA)
    visits.record(ANA, ANA, Source.DIRECT)
    queue.drain()
    assert total().views == 0
    assert list(clients.db().collection("profileViews").stream()) == []


def test_a_visit_costs_two_reads_and_two_writes_and_a_second_one_no_more() -> None:
    join(ANA, BEN)
    for _ in range(2):
        with meter.counting() as tally:
            visits.record(BEN, ANA, Source.FEED)
        assert tally.reads == 2
        assert tally.writes <= 2


@pytest.mark.parametrize("blocker", [ANA, BEN])
def test_a_blocked_a_deactivated_and_an_unknown_profile_are_one_not_found_at_one_cost(
    blocker: UserId,
) -> None:
    join(ANA, BEN, DINA)
    graph.block(*((ANA, BEN) if blocker == ANA else (BEN, ANA)), None)
    users.card_ref(DINA).update({"deactivated": True})
    costs = set()
    for profile in (ANA, DINA, UserId("nobody")):
        with meter.counting() as tally, pytest.raises(NotFound) as refused:
            visits.record(BEN, profile, Source.SEARCH)
        costs.add((tally.reads, tally.writes, tally.rpcs, json.dumps(refused.value.details())))
    assert len(costs) == 1
    assert list(clients.db().collection("profileViews").stream()) == []


def test_a_visit_is_forgotten_after_35_days() -> None:
    join(ANA, BEN)
    visits.record(BEN, ANA, Source.FEED)
    visit = store.view_ref(ANA, BEN, "2026-03-14").get()
    assert (visit.get("expiresAt") - clock.now()).days == 35


def test_followers_won_and_lost_count_on_their_days(
    wire: Wire, queue: Queue, time: TestClock
) -> None:
    join(ANA)
    for fan in ("f1", "f2", "f3"):
        wire.follow(fan, ANA)
    wire.write("followers/f1_ana", None)
    time.pass_(days=1)
    wire.write("followers/f2_ana", None)
    wire.deliver()
    queue.drain()
    first, second = (one.reach for one in reading.analytics(ANA, None, 2).days)
    assert (first.followers_gained, first.followers_lost) == (2, 0)
    assert (second.followers_gained, second.followers_lost) == (0, 1)


def test_what_was_published_counts_on_its_day_and_on_average() -> None:
    join(ANA)
    assert reading.analytics(ANA, None, 1).content == reading.Content(0, 0, 0, 0.0)
    totals = {"videos": 3, "likes": 10, "videoViews": 100}
    store.day_ref(ANA, "2026-03-14").set(totals)
    store.summary_ref(ANA).set({"earned": 0, "totals": totals, "awarded": {}, "topLevel": 1})
    told = reading.analytics(ANA, None, 2)
    assert [(one.reach.videos, one.reach.video_views) for one in told.days] == [(0, 0), (3, 100)]
    assert told.content == reading.Content(3, 10, 100, 3.33)


@pytest.mark.parametrize("days", [1, 7, 30])
def test_reach_costs_a_read_a_day_and_one_and_one_rpc(days: int) -> None:
    join(ANA)
    with meter.counting() as tally:
        assert len(reading.analytics(ANA, None, days).days) == days
    assert (tally.reads, tally.rpcs) == (days + 1, 1)


def test_nobody_elses_reach_is_there_and_not_even_whether_they_are() -> None:
    """Tried: without the comparison in `analytics` Ben is given his own for hers."""
    join(ANA, BEN)
    for target in (ANA, "nobody"):
        with meter.counting() as tally, pytest.raises(NotFound):
            reading.analytics(BEN, target, 30)
        assert tally.rpcs == 0
    assert reading.analytics(ANA, ANA, 1).total.views == 0


def test_the_owner_never_learns_who_came(queue: Queue) -> None:
    """The canary is the visitor's uid and name: no answer and no roll-up holds them."""
    canary = UserId("canary")
    join(ANA, canary)
    visits.record(canary, ANA, Source.VIDEO)
    queue.drain()
    answers = json.dumps(encode(reading.analytics(ANA, None, 30)))
    answers += json.dumps(encode(reading.achievements(ANA, ANA)))
    stored = [
        one.to_dict()
        for name in ("analytics", "progress", "achievements")
        for one in users.card_ref(ANA).collection(name).stream()
    ]
    assert total().views == 1
    assert "canary" not in answers + json.dumps(stored, default=str)


def test_the_calls_answer_over_the_wire(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    emulate(monkeypatch)
    join(ANA, BEN)
    standing.forget()
    ana, ben = Sender(ANA), Sender(BEN)
    ben.call(main.recordProfileView, {"userId": "ana", "source": "search"})
    queue.drain()
    reach = ana.call(main.getProfileAnalytics, {"days": 1}).data
    assert reach["total"]["views"] == reach["total"]["bySource"]["search"] == 1
    assert ben.call(main.getProfileAnalytics, {"targetUserId": "ana"}).refused == "not-found"
    assert ana.call(main.getUserAchievements, {}).data["level"] == 1
    for days in (0, 31, True, "7"):
        assert ana.call(main.getProfileAnalytics, {"days": days}).refused == "invalid-request"
    wrong = {"userId": "ana", "source": "elsewhere"}
    assert ben.call(main.recordProfileView, wrong).refused == "invalid-request"
    assert ben.call(main.searchUsers, {"query": "", "limit": 20}).refused == "invalid-request"
    assert ben.call(main.searchUsers, {"query": "ana"}).data["users"] == []
