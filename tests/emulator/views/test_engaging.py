"""What people do with videos: once a person for the ranking, and for what they are interested in."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from spaktok.core import clients, fan_out, standing
from spaktok.core.ids import UserId
from spaktok.feed import pool, recipes, slating, sources, tuning
from spaktok.feed import store as feeds
from spaktok.trends import store as trends
from spaktok.trends.model import TrendKind
from spaktok.trends.service import computing
from spaktok.videos import store as videos
from spaktok.videos.engaging import CommentOnVideo, SaveVideo, ShareVideo
from spaktok.videos.service import comments, likes, saves, shares
from spaktok.views import store
from spaktok.views.interests import STRENGTH, Sign, author_key
from spaktok.views.service import engaging, follows, known, recounting, withholding
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.time import TestClock
from tests.support.watching import clip, count, crowd, drawn, watch

EVE = UserId("eve")


@pytest.fixture(autouse=True)
def fresh() -> None:
    known.forget()


def old(*people: UserId) -> None:
    """Their accounts have been there for a year."""
    for one in people:
        since = standing.clock.now().replace(year=2025)
        clients.db().document(f"security/{one}").update({"createdAt": since})


def rolled(time: TestClock) -> int:
    time.pass_(minutes=10)
    return engaging.roll_up()


def actors(video_id: str) -> dict[str, int]:
    return dict(store.decode_regard(store.analytics_ref(video_id).get()).actors)


def told(video_id: str) -> dict[str, Any]:
    """What the ranking is told of a video."""
    pool.refresh()
    (item,) = [one for one in feeds.pool_ref().get().get("items") if one["videoId"] == video_id]
    return dict(item)


def scored(video_id: str, time: TestClock) -> float:
    pool.refresh()
    sources.forget()
    items, _ = sources.pools([feeds.pool_ref().get(), trends.list_ref(TrendKind.VIDEOS).get()])
    recipe = recipes.recipe()
    gathered = sources.gather({}, {}, items, recipe)
    inputs = slating.Inputs(recipe.version, 1, time.at, (), tuple(gathered.candidates))
    return next(one.score for one in slating.assemble(inputs) if one.video_id == video_id)


def everything(who: UserId, video_id: str, times: int) -> None:
    for number in range(times):
        shares.share(who, ShareVideo(video_id=video_id))
        comments.comment(who, CommentOnVideo(video_id=video_id, text=f"Say {number}"))


def test_one_actor_moves_no_ranking_however_often_they_act(time: TestClock) -> None:
    """Negative control: with the totals in `regarded`, Carl's ten shares lead by far."""
    join(ANA, BEN, CARL, DINA, EVE)
    old(BEN, CARL)
    shown, pushed, own = clip(DINA), clip(EVE), clip(ANA)
    people = crowd(9)
    drawn(people, shown, pushed, own)
    watch(CARL, pushed)
    everything(BEN, shown, 1)
    everything(CARL, pushed, 10)
    everything(ANA, own, 10)
    likes.like(ANA, own)
    saves.save(ANA, SaveVideo(video_id=own, action="save"))
    count(time)
    assert rolled(time) == 2 + 20 + 20 + 2
    videos.ref(pushed).update({"shares": 10, "comments": 10})
    videos.ref(own).update({"shares": 10, "comments": 10, "likes": 1, "saves": 1})
    videos.ref(shown).update({"shares": 1, "comments": 1})
    assert (told(pushed)["shares"], told(pushed)["comments"]) == (1, 1)
    assert [told(own)[name] for name in ("likes", "comments", "shares", "saves")] == [0] * 4
    assert scored(pushed, time) <= scored(shown, time) * 1.1
    assert scored(own, time) < scored(shown, time)


def test_nobody_who_did_not_watch_or_is_new_or_banned_moves_a_ranking(time: TestClock) -> None:
    """Negative controls: with `trusts` letting everybody through, the puppets count; without
    `regard.move_actors` Carl does, who was banned before anybody counted.
    """
    join(ANA, BEN, CARL)
    puppets = [UserId(f"puppet{number}") for number in range(3)]
    join(*puppets)
    shown = clip(ANA)
    for one in (*puppets, BEN, CARL):
        likes.like(one, shown)
    old(BEN, CARL)
    clients.db().document(f"security/{CARL}").update({"banned": True})
    rolled(time)
    withholding.settle(CARL)
    assert actors(shown) == {"likes": 1}
    videos.ref(shown).update({"likes": 5})
    assert told(shown)["likes"] == 0  # nobody watched it
    videos.ref(shown).update({"views": 9})
    assert told(shown)["likes"] == 1
    videos.ref(shown).update({"likes": 0})
    assert told(shown)["likes"] == 0  # they took it back


def test_one_actor_moves_no_trend(time: TestClock) -> None:
    """Negative control: with the total of shares in `_video` Carl's shares are eight people."""
    join(ANA, BEN, CARL)
    old(CARL)
    clients.db().document("settings/trends").set({"waitMinutes": 0})
    liked, pushed = clip(ANA), clip(ANA)
    people = crowd(8)
    drawn(people, liked, pushed)
    for one in people[:3]:
        likes.like(one, liked)
    everything(CARL, pushed, 8)
    count(time)
    rolled(time)
    videos.ref(pushed).update({"shares": 8, "comments": 8})
    videos.ref(liked).update({"likes": 3})
    computing.compute(time.at)
    items = trends.decode_videos(trends.list_ref(TrendKind.VIDEOS).get()).items
    assert [one.video_id for one in items] == [liked, pushed]
    assert [(one.likes, one.comments, one.shares) for one in items] == [(3, 0, 0), (0, 1, 1)]


def test_what_one_does_is_what_one_is_interested_in(time: TestClock) -> None:
    join(ANA, BEN, CARL)
    old(BEN, CARL)
    shown = clip(ANA, hashtags=["chess"], soundId="song", language="de")
    likes.like(BEN, shown)
    saves.save(BEN, SaveVideo(video_id=shown, action="save"))
    shares.share(BEN, ShareVideo(video_id=shown))
    shares.share(BEN, ShareVideo(video_id=shown))
    comments.comment(BEN, CommentOnVideo(video_id=shown, text="Well said"))
    likes.like(ANA, shown)
    at = time.at
    rolled(time)
    wanted = sum(STRENGTH[sign] for sign in (Sign.LIKED, Sign.SAVED, Sign.SHARED, Sign.COMMENTED))
    found = store.decode_interests(store.interests_ref(BEN).get(), at)
    assert found.hashtags["chess"] == pytest.approx(wanted)
    assert found.sounds["song"] == pytest.approx(wanted)
    assert found.languages["de"] == pytest.approx(wanted)
    assert found.authors[author_key(ANA)] == pytest.approx(wanted)
    assert not store.interests_ref(ANA).get().exists
    assert rolled(time) == 0


def test_what_nobody_wants_sinks_and_one_refusal_is_one(time: TestClock) -> None:
    """Negative control: without the mark in `tuning.unwanted` nothing sinks."""
    join(ANA, BEN, CARL)
    people = crowd(8)
    shown, other = clip(ANA), clip(BEN)
    drawn(people, shown, other)
    count(time)
    assert scored(shown, time) == pytest.approx(scored(other, time))
    for one in people[:4]:
        tuning.unwanted(one, shown, active=True)
    for _ in range(3):
        tuning.unwanted(people[5], other, active=False)
        tuning.unwanted(people[5], other, active=True)
    rolled(time)
    assert told(shown)["unwanted"] == 4
    assert told(other)["unwanted"] == 1
    assert scored(shown, time) < scored(other, time)
    tuning.unwanted(people[0], shown, active=False)
    assert not store.unwanted_ref(people[0], shown).get().exists


def test_what_is_watched_to_the_end_stands_before_what_is_left_early(time: TestClock) -> None:
    """Negative control: without `watched` in `regarded` both score alike."""
    join(ANA, BEN)
    people = crowd(6)
    whole, part = clip(ANA), clip(BEN)
    for one in people:
        watch(one, whole)
        watch(one, part, seconds=15)
    for _ in range(9):
        watch(people[0], part)
    count(time)
    assert told(whole)["watched"] == pytest.approx(6)
    assert told(part)["watched"] <= 3.5
    assert scored(whole, time) > scored(part, time)


def test_a_run_that_is_killed_anywhere_counts_nobody_twice_and_loses_nobody(
    time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(ANA)
    people = crowd(6)
    clips = [clip(ANA) for _ in range(3)]
    monkeypatch.setattr(fan_out, "WRITES_MAX", 3)
    monkeypatch.setattr(engaging, "MARKS_MAX", 5)
    for one in people:
        for name in clips:
            likes.like(one, name)
        shares.share(one, ShareVideo(video_id=clips[0]))
    rolls, real = Random(5), fan_out._commit
    time.pass_(minutes=10)
    for chance in (0.4, 0.6, 1.0):

        def dies(*args: Any, at: float = chance) -> Any:
            if rolls.random() > at:
                raise KeyboardInterrupt
            return real(*args)

        monkeypatch.setattr(fan_out, "_commit", dies)
        try:
            engaging.roll_up()
        except KeyboardInterrupt:
            known.forget()
    assert actors(clips[0]) == {"likes": 6, "shares": 6}
    assert [actors(name) for name in clips[1:]] == [{"likes": 6}] * 2
    strengths = {
        round(sum(store.decode_interests(store.interests_ref(one).get(), time.at).authors.values()))
        for one in people
    }
    assert strengths == {3 * 3 + 5}


@pytest.mark.parametrize("late", ["likes", "plays", "a follow", "a recount", "a ban"])
def test_nothing_is_counted_for_a_video_that_was_deleted_while_it_is_remembered(
    late: str, time: TestClock
) -> None:
    """And what else is counted with it is. Negative control: with `set` for `update` in `add_tally`,
    `add_actors`, `attribute` or `correct`, its sums are there again."""
    join(ANA, BEN)
    old(BEN)
    gone, kept = clip(ANA), clip(ANA)
    watch(BEN, gone)
    if late in ("a recount", "a ban"):
        likes.like(BEN, gone)
        count(time)
        rolled(time)
        videos.ref(gone).update({"views": 7})
        store.analytics_ref(gone).update({"plays": 7})
    known.facts([gone, kept])
    delete(gone)
    match late:
        case "likes":
            for one in (gone, kept):
                videos.like_ref(BEN, one).set(liked(BEN, one, time))
            rolled(time)
            assert actors(kept) == {"likes": 1}
        case "plays":
            watch(BEN, kept)
            count(time)
            assert store.decode_tally(store.analytics_ref(kept).get()).engaged == 1
        case "a follow":
            follows.attribute(BEN, ANA, time.at)
        case "a recount":
            recounting.correct(gone)
        case _:
            clients.db().document(f"security/{BEN}").update({"banned": True})
            withholding.settle(BEN)
    assert not store.analytics_ref(gone).get().exists


def delete(video_id: str) -> None:
    """As `removal.delete` and `removal.purge` leave it; likes under way were written meanwhile."""
    videos.ref(video_id).update({"status": "removed"})
    store.analytics_ref(video_id).delete()


def liked(who: UserId, video_id: str, time: TestClock) -> dict[str, Any]:
    return {"userId": who, "videoId": video_id, "timestamp": time.at}


def test_a_video_of_a_version_that_made_no_sums_is_counted_and_holds_up_nobody(
    time: TestClock,
) -> None:
    """Negative control: without `_begin` the run fails for ever, and everybody's views with it."""
    join(ANA, BEN)
    before, kept = clip(ANA), clip(ANA)
    store.analytics_ref(before).delete()
    watch(BEN, before, kept)
    likes.like(BEN, before)
    count(time)
    rolled(time)
    for one in (before, kept):
        assert store.decode_tally(store.analytics_ref(one).get()).engaged == 1
