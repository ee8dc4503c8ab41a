"""A banned account's engagement is taken back, and given back with the ban."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from spaktok.core import clients, counters, standing
from spaktok.core.ids import UserId
from spaktok.videos import engaged
from spaktok.videos import store as videos
from spaktok.videos.engaging import CommentOnVideo, SaveVideo, ShareVideo
from spaktok.videos.service import comment_likes, comments, likes, saves, shares
from spaktok.views import store
from spaktok.views.requests import Play, RecordVideoViews
from spaktok.views.service import engaging, known, recording, recounting, rolling, withholding
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.time import TestClock
from tests.support.watching import clip


@pytest.fixture(autouse=True)
def fresh() -> None:
    known.forget()


def ban(uid: UserId, *, until: datetime | None = None) -> None:
    clients.db().document(f"security/{uid}").update({"banned": True, "bannedUntil": until})
    standing.forget()


def unban(uid: UserId) -> None:
    clients.db().document(f"security/{uid}").update({"banned": False})
    standing.forget()


def engage(who: UserId, shown: str, first: str) -> str:
    """Everything one can do with a video; the comment."""
    likes.like(who, shown)
    shares.share(who, ShareVideo(video_id=shown))
    saves.save(who, SaveVideo(video_id=shown, action="save"))
    comment_likes.like(who, first)
    asked = CommentOnVideo(video_id=shown, text="Hi", parent_comment_id=first)
    written = comments.comment(who, asked).comment_id
    recording.record(who, RecordVideoViews(plays=[Play(video_id=shown, watch_time=30)]))
    return written


def totals(shown: str, first: str) -> dict[str, int]:
    counters.roll_up(videos.ref(shown).path, videos.TOTALS)
    counters.roll_up(engaged.comment_ref(first).path, engaged.COMMENT_TOTALS)
    fields = videos.ref(shown).get().to_dict() or {}
    comment = engaged.comment_ref(first).get().to_dict() or {}
    hours = [one.to_dict() or {} for one in clients.db().collection("viewHours").stream()]
    actors = store.decode_regard(store.analytics_ref(shown).get()).actors
    return {
        **{f"actors of {deed}": count for deed, count in actors.items()},
        "drawn by the video": sum(one.get("videos", {}).get(shown, 0) for one in hours),
        "drawn by its tag": sum(one.get("hashtags", {}).get("sun", 0) for one in hours),
        **{name: fields[name] for name in (*videos.TOTALS, "views")},
        **{f"comment's {name}": comment[name] for name in engaged.COMMENT_TOTALS},
    }


@pytest.fixture
def scene(time: TestClock) -> tuple[str, str]:
    """Ana's video, and her comment under it, with which Ben and Carl have done all they can."""
    join(ANA, BEN, CARL)
    for one in (BEN, CARL):
        since = time.at - timedelta(days=2)
        clients.db().document(f"security/{one}").update({"createdAt": since})
    shown = clip(ANA)
    first = comments.comment(ANA, CommentOnVideo(video_id=shown, text="First")).comment_id
    engage(CARL, shown, first)
    count(time)
    return shown, first


def count(time: TestClock) -> None:
    time.pass_(minutes=10)
    rolling.roll_up(0)
    engaging.roll_up()


def test_a_ban_takes_everything_back_and_its_end_gives_it_back(
    scene: tuple[str, str], time: TestClock, queue: Queue
) -> None:
    """Also from what ranks and trends. Twice, since what a run did is known by its name.

    Negative controls: without the epoch in the run's name a second ban takes no view back; without
    `regard.move_hours`, or `move_actors`, who is banned goes on moving trends.
    """
    without = totals(*scene)
    engage(BEN, *scene)
    count(time)
    whole = totals(*scene)
    assert all(whole[name] == without[name] + 1 for name in whole)
    for _ in range(2):
        ban(BEN)
        time.pass_(minutes=5)
        for _ in range(2):
            assert withholding.settle(BEN).withheld
        assert totals(*scene) == without
        assert recounting.recount(scene[0]).drift == 0
        unban(BEN)
        for _ in range(2):
            assert not withholding.settle(BEN).withheld
        assert totals(*scene) == whole
        assert recounting.recount(scene[0]).drift == 0
    queue.drain()


def test_what_was_reported_just_before_a_ban_is_taken_back_too(
    scene: tuple[str, str], time: TestClock
) -> None:
    without = totals(*scene)
    engage(BEN, *scene)
    ban(BEN)
    time.pass_(minutes=3)
    withholding.settle(BEN)
    assert totals(*scene) == without
    count(time)
    assert totals(*scene) == without


def test_a_ban_with_an_end_is_over_by_itself(
    scene: tuple[str, str], time: TestClock, queue: Queue
) -> None:
    engage(BEN, *scene)
    count(time)
    whole = totals(*scene)
    ban(BEN, until=time.at + timedelta(days=3))
    assert withholding.settle(BEN).withheld
    assert totals(*scene) != whole
    queue.drain()
    assert totals(*scene) == whole


def test_what_one_did_again_before_it_was_given_back_wins(
    scene: tuple[str, str], time: TestClock
) -> None:
    engage(BEN, *scene)
    ban(BEN)
    time.pass_(minutes=5)
    withholding.settle(BEN)
    unban(BEN)
    likes.like(BEN, scene[0])
    withholding.settle(BEN)
    likes_there = len(list(clients.db().collection("videoLikes").stream()))
    assert totals(*scene)["likes"] == likes_there == 2


def test_a_change_that_is_no_ban_does_nothing(queue: Queue, time: TestClock) -> None:
    withholding.changed(BEN, {"hasProfile": True}, {"hasProfile": True, "roles": []}, time.at)
    assert queue.names() == []
    adult, child = {"band": "adult"}, {"band": "under_minimum"}
    withholding.changed(BEN, {"band": "16-17"}, adult, time.at)
    assert queue.names() == []
    withholding.changed(BEN, {}, {"banned": True}, time.at)
    withholding.changed(BEN, adult, child, time.at + timedelta(seconds=1))
    assert queue.names() == ["movePresence", "settleStanding"] * 2


def test_a_settling_that_comes_after_an_erasure_keeps_nothing() -> None:
    """Its standing outlives the profile, and a task may be late. Negative control: without the look at
    the card a document is left that names the account."""
    clients.db().document("security/gone").set({"disabled": True})
    withholding.settle("gone")
    assert list(clients.db().collection("withholdings").stream()) == []
