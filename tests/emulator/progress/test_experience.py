"""Experience, levels and achievements follow what happened, once, however its events arrive."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from spaktok.core import clients, clock, counters, dispatch, ids, meter
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import NotFound
from spaktok.graph import service as graph
from spaktok.notifications import inbox
from spaktok.progress import model, store
from spaktok.progress.model import Deed, Metric, Summary
from spaktok.progress.service import displaying, reading, standing
from spaktok.users import service as profiles
from spaktok.users import store as users
from tests.emulator.progress.conftest import Wire
from tests.support import worlds
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock

PLAIN = VideoId(ids.owned_id(ANA))
"""A video of Ana's: its id says so, and that is all an event needs."""


def summary(uid: str) -> Summary:
    return store.decode_summary(store.summary_ref(uid).get())


def day(uid: str, date: str = "2026-03-14") -> dict[str, Any]:
    return store.day_ref(uid, date).get().to_dict() or {}


def told(uid: UserId) -> list[tuple[str, str]]:
    return [(one.type, one.detail) for one in inbox.inbox(uid, 50, None).notifications]


def run(wire: Wire, queue: Queue) -> None:
    wire.deliver()
    queue.drain()


def test_a_published_video_gives_its_owner_experience_and_taking_it_down_takes_it_back(
    wire: Wire, queue: Queue
) -> None:
    join(ANA)
    video_id = worlds.video(ANA)
    place = f"videos/{video_id}"
    active = clients.db().document(place).get().to_dict() or {}
    clients.db().document(place).delete()
    wire.write(place, {**active, "status": "processing", "publishedAt": None})
    wire.write(place, active)
    wire.write(place, {**active, "likes": 7})
    run(wire, queue)
    assert summary(ANA).earned == 10
    wire.write(place, {**active, "status": "removed"})
    run(wire, queue)
    assert summary(ANA).earned == 0


def test_likes_by_others_give_experience_and_ones_own_do_not(wire: Wire, queue: Queue) -> None:
    join(ANA, BEN)
    wire.like(BEN, PLAIN)
    wire.like(ANA, PLAIN)
    run(wire, queue)
    assert (summary(ANA).earned, summary(BEN).earned) == (1, 0)
    assert day(ANA)["likes"] == 1


def test_everyones_first_share_of_a_video_gives_its_owner_five(wire: Wire, queue: Queue) -> None:
    """Negative control: without the claim in `share`, three shares of Ben's give fifteen."""
    join(ANA, BEN, CARL)
    for number in range(3):
        wire.share(f"bens{number}", BEN, PLAIN)
    wire.share("carls", CARL, PLAIN)
    wire.share("own", ANA, PLAIN)
    random.Random(3).shuffle(wire.sent)
    wire.deliver()
    run(wire, queue)
    assert (summary(ANA).earned, summary(BEN).earned) == (10, 0)


def test_the_card_shows_likes_views_and_badges_whatever_is_delivered_twice_or_out_of_order(
    wire: Wire, queue: Queue
) -> None:
    """Negative control: without `_shown` in `standing`, the card says none of it."""
    join(ANA, BEN, CARL)
    place = f"videos/{worlds.video(ANA)}"
    fields = clients.db().document(place).get().to_dict() or {}
    for views in (3, 10, 7, 40):
        wire.write(place, {**fields, "views": views})
    for fan in (BEN, CARL):
        wire.like(fan, PLAIN)
    wire.write(f"users/{ANA}/giftStats/summary", {"gifts": 2})
    events = wire.sent * 5
    random.Random(5).shuffle(events)
    wire.deliver(events)
    queue.drain(times=2)
    card = clients.db().document(f"users/{ANA}").get().to_dict() or {}
    assert (card["likeCount"], card["viewCount"], card["badges"]) == (2, 40, ["first-gift"])
    assert summary(ANA).totals[Metric.GIFTS] == 2


def test_a_badge_is_hidden_and_shown_by_whoever_has_it(wire: Wire, queue: Queue) -> None:
    join(ANA, BEN)
    wire.write(f"users/{ANA}/giftStats/summary", {"gifts": 1})
    run(wire, queue)
    for shown in (False, False, True):
        displaying.display(ANA, "first-gift", shown=shown)
        assert profiles.get_profile(BEN, ANA).badges == (("first-gift",) if shown else ())
        assert store.award_ref(ANA, "first-gift").get().get("isDisplayed") is shown
    with pytest.raises(NotFound):
        displaying.display(ANA, "hundred-videos", shown=True)


def test_an_event_delivered_many_times_at_once_counts_once(wire: Wire, queue: Queue) -> None:
    """Tried: without `once.mark` in `_count` the day says how often."""
    join(ANA, BEN)
    wire.like(BEN, PLAIN)
    results = together(some(64, short=8), lambda _: wire.deliver())
    assert all(result is None or "TryAgain" in repr(result) for result in results)
    run(wire, queue)
    assert (day(ANA)["likes"], summary(ANA).earned) == (1, 1)


def test_a_like_that_is_taken_back_gives_nothing_whichever_event_comes_first(
    wire: Wire, queue: Queue
) -> None:
    join(ANA, BEN)
    wire.like(BEN, PLAIN)
    wire.unlike(BEN, PLAIN)
    for event in reversed(wire.sent):
        wire.deliver([event])
        queue.drain()
    assert (summary(ANA).earned, summary(ANA).totals[Metric.LIKES]) == (0, 0)


def test_the_daily_cap_counts_on_the_day_it_happened_and_not_on_the_day_it_is_heard_of(
    wire: Wire, queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cap = 20
    monkeypatch.setattr(model, "DAILY_CAP", cap)
    join(ANA)
    yesterday, today = clock.now() - timedelta(days=1), clock.now()
    for number in range(cap + 5):
        fields = {"userId": f"fan{number}", "videoId": PLAIN, "timestamp": yesterday}
        wire.write(f"videoLikes/fan{number}_{PLAIN}", fields)
    wire.like("late", PLAIN, today)
    time.pass_(days=9)
    run(wire, queue)
    assert summary(ANA).earned == cap + 1
    assert day(ANA, "2026-03-13")["points"] == cap + 5
    wire.unlike("fan0", PLAIN)
    run(wire, queue)
    assert summary(ANA).earned == cap + 1


def test_only_the_first_comment_on_a_video_gives_experience_to_both(
    wire: Wire, queue: Queue
) -> None:
    join(ANA, BEN)
    for number in range(4):
        wire.comment(f"c{number}", BEN, PLAIN, clock.now() + timedelta(seconds=number))
    wire.comment("own", ANA, PLAIN)
    run(wire, queue)
    assert (summary(ANA).earned, summary(BEN).earned) == (2, 2)
    assert (day(ANA)["comments"], day(BEN)["commentsMade"]) == (4, 4)
    wire.write("videoComments/c3", None)
    run(wire, queue)
    assert (summary(ANA).earned, day(ANA)["comments"]) == (2, 3)
    wire.write("videoComments/c0", None)
    run(wire, queue)
    assert (summary(ANA).earned, summary(BEN).earned, day(ANA)["comments"]) == (0, 0, 2)


@pytest.mark.parametrize("seed", range(some(6, short=1)))
def test_duplicates_and_any_order_come_to_the_same(
    wire: Wire, queue: Queue, seed: int, time: TestClock
) -> None:
    """A history over three days, each event several times, shuffled, rolled up in between."""
    join(ANA, BEN)
    chance = random.Random(seed)
    history(wire, chance)
    events = wire.sent * some(5, short=3)
    chance.shuffle(events)
    for event in events:
        wire.deliver([event])
        if chance.random() < 0.1:
            queue.drain()
    queue.drain(times=2)
    time.pass_(minutes=1)
    assert outcome() == expected()


def history(wire: Wire, chance: random.Random) -> None:
    noon = clock.now()
    fans = ["ben", *(f"fan{n}" for n in range(5))]
    for _ in range(some(60, short=24)):
        fan, at = chance.choice(fans), noon + timedelta(hours=chance.randrange(72))
        match chance.randrange(4):
            case 0:
                liked = wire.fields(f"videoLikes/{fan}_{PLAIN}")
                wire.unlike(fan, PLAIN) if liked else wire.like(fan, PLAIN, at)
            case 1:
                wire.comment(f"c{chance.randrange(1000)}", fan, PLAIN, at)
            case 2:
                standing_ones = list(clients.db().collection("videoComments").limit(3).stream())
                for one in standing_ones[:1]:
                    wire.write(f"videoComments/{one.id}", None)
            case _:
                if (edge := wire.fields(f"followers/{fan}_ana")) is not None:
                    gone = max(at, edge["timestamp"])
                    wire.write(f"followers/{fan}_ana", None, gone)
                else:
                    wire.follow(fan, "ana", at)


def expected() -> dict[str, int]:
    """What the documents themselves say, without any event."""
    likes = [one.to_dict() or {} for one in clients.db().collection("videoLikes").stream()]
    comments = list(clients.db().collection("videoComments").stream())
    edges = list(clients.db().collection("followers").stream())
    return {"likes": len(likes), "comments": len(comments), "followers": len(edges)}


def outcome() -> dict[str, int]:
    totals = summary(ANA).totals
    return {
        "likes": totals.get(Metric.LIKES, 0),
        "comments": totals.get(Metric.COMMENTS, 0),
        "followers": totals.get(Metric.FOLLOWERS_GAINED, 0) - totals.get(Metric.FOLLOWERS_LOST, 0),
    }


def test_every_order_of_a_history_gives_the_same_experience(wire: Wire, queue: Queue) -> None:
    join(ANA, BEN)
    history(wire, random.Random(99))
    wire.deliver()
    queue.drain()
    in_order = (summary(ANA).earned, summary(BEN).earned)
    days = {one.id: one.to_dict() for one in users.card_ref(ANA).collection("analytics").stream()}
    for collection in ("operations", "progressEvents"):
        for one in clients.db().collection(collection).stream():
            one.reference.delete()
    for uid in (ANA, BEN):
        for name in ("analytics", "progress", "achievements"):
            clients.db().recursive_delete(users.card_ref(uid).collection(name))
    queue.known.clear()
    counters.forget()
    again = list(wire.sent)
    random.Random(5).shuffle(again)
    wire.deliver(again)
    queue.drain()
    assert (summary(ANA).earned, summary(BEN).earned) == in_order
    assert days == {
        one.id: one.to_dict() for one in users.card_ref(ANA).collection("analytics").stream()
    }


def test_a_level_is_on_the_card_and_told_once(
    wire: Wire, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(model.EXPERIENCE, Deed.LIKE_RECEIVED, 25)
    join(ANA)
    fans = [f"fan{number}" for number in range(5)]
    for fan in fans:
        wire.like(fan, PLAIN)
    run(wire, queue)
    assert summary(ANA).experience == 125
    assert users.card_ref(ANA).get().get("level") == 2
    assert told(ANA).count(("level_up", "2")) == 1
    wire.sent.clear()
    for fan in fans:
        wire.unlike(fan, PLAIN)
    wire.deliver()
    queue.drain()
    assert users.card_ref(ANA).get().get("level") == 1
    for fan in fans:
        wire.like(fan, PLAIN)
    wire.deliver()
    queue.drain()
    assert users.card_ref(ANA).get().get("level") == 2
    assert told(ANA).count(("level_up", "2")) == 1


def test_an_achievement_is_awarded_once_told_once_and_kept(wire: Wire, queue: Queue) -> None:
    join(ANA, BEN)
    wire.comment("c1", BEN, PLAIN)
    run(wire, queue)
    award = store.award_ref(BEN, "first-comment").get().to_dict() or {}
    assert award["achievementId"] == "first-comment"
    wire.write("videoComments/c1", None)
    wire.comment("c2", BEN, PLAIN)
    run(wire, queue)
    assert store.award_ref(BEN, "first-comment").get().to_dict() == award
    assert told(BEN) == [("achievement", "Say something")]


def test_roll_ups_at_the_same_moment_settle_a_day_once(wire: Wire, queue: Queue) -> None:
    join(ANA)
    for number in range(20):
        wire.like(f"fan{number}", PLAIN)
    wire.deliver()
    path = store.day_ref(ANA, "2026-03-14").path
    results = together(some(8, short=4), lambda _: standing.roll_up(path, store.METRICS))
    assert all(result is None or "TryAgain" in repr(result) for result in results)
    queue.drain()
    assert (summary(ANA).earned, summary(ANA).totals[Metric.LIKES]) == (20, 20)


def test_a_lost_roll_up_is_made_up_for_by_the_sweepers_task(wire: Wire, queue: Queue) -> None:
    """The sweeper names the fields that it saw in the shards, and no others."""
    join(ANA, BEN)
    wire.like(BEN, PLAIN)
    wire.deliver()
    queue.waiting.clear()
    queue.known.clear()
    path = store.day_ref(ANA, "2026-03-14").path
    dispatch.send(counters.roll_up_task(path, ("likes", "points"), clock.now()))
    queue.drain()
    assert (summary(ANA).earned, summary(ANA).totals[Metric.LIKES]) == (1, 1)


def test_what_happens_to_somebody_who_is_gone_leaves_nothing(wire: Wire, queue: Queue) -> None:
    join(BEN)
    wire.like(BEN, PLAIN)
    wire.comment("c1", BEN, PLAIN)
    run(wire, queue)
    found = [one.reference.path for one in clients.db().collection_group("shards").stream()]
    assert not any("/ana/" in path for path in found)
    assert list(clients.db().collection("progressEvents").stream()) == []
    assert not day(ANA)


def test_a_star_has_no_hot_document(wire: Wire) -> None:
    """With 64 shards no document takes more than a few of as many likes."""
    join(ANA)
    users.card_ref(ANA).update({"shards": 64})
    for number in range(64):
        wire.like(f"fan{number}", PLAIN)
    with meter.counting() as tally:
        wire.deliver()
    assert tally.hottest <= 8


def test_counting_a_like_costs_a_read_and_two_writes(wire: Wire) -> None:
    join(ANA)
    wire.like(BEN, PLAIN)
    with meter.counting() as tally:
        wire.deliver()
    assert (tally.reads, tally.writes, tally.rpcs) == (1, 2, 2)


def test_counting_a_comment_costs_four_reads_and_four_writes(wire: Wire) -> None:
    join(ANA, BEN)
    wire.comment("c1", BEN, PLAIN)
    with meter.counting() as tally:
        wire.deliver()
    assert (tally.reads, tally.writes, tally.hottest) == (4, 4, 1)


def test_rolling_a_day_up_costs_five_reads_and_one_a_shard(wire: Wire, queue: Queue) -> None:
    join(ANA)
    wire.like("fan", PLAIN)
    run(wire, queue)
    wire.like("other", PLAIN)
    wire.deliver()
    with meter.counting() as tally:
        standing.roll_up(store.day_ref(ANA, "2026-03-14").path, store.METRICS)
    assert (tally.reads, tally.writes) == (6, 4)


def test_an_update_that_changes_no_count_costs_nothing(wire: Wire) -> None:
    join(ANA)
    video_id = worlds.video(ANA)
    place = f"videos/{video_id}"
    active = clients.db().document(place).get().to_dict() or {}
    wire.write(place, {**active, "likes": 12})
    with meter.counting() as tally:
        wire.deliver()
    assert tally.rpcs == 0


def test_the_owner_sees_how_far_everything_is_and_no_secret(wire: Wire, queue: Queue) -> None:
    join(ANA, BEN)
    for number in range(25):
        wire.like(f"fan{number}", PLAIN)
    run(wire, queue)
    with meter.counting() as tally:
        mine = reading.achievements(ANA, ANA)
    assert tally.reads == 1
    shown = {one.achievement_id: one.progress for one in mine.achievements}
    assert shown["hundred-likes"] == 25
    assert "thousand-visits" not in shown
    assert (mine.experience, mine.level, mine.next_level_at) == (25, 1, 125)


def test_others_see_what_was_reached_and_nothing_else(wire: Wire, queue: Queue) -> None:
    join(ANA, BEN, CARL)
    wire.comment("c1", BEN, PLAIN)
    run(wire, queue)
    with meter.counting() as tally:
        seen = reading.achievements(ANA, BEN)
    assert tally.reads == 3
    assert [one.achievement_id for one in seen.achievements] == ["first-comment"]
    assert (seen.experience, seen.next_level_at) == (None, None)
    users.card_ref(BEN).update({"isPrivate": True})
    assert reading.achievements(CARL, BEN).achievements == []
    graph.block(BEN, ANA, None)
    for somebody in (BEN, UserId("nobody")):
        with pytest.raises(NotFound):
            reading.achievements(ANA, somebody)
