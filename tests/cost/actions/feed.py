"""Actions of feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from spaktok.core import clock, standing
from spaktok.core.ids import UserId
from spaktok.feed import fan_out, personal, pool, sources, topics, tuning, withdrawal
from spaktok.feed import service as feed
from spaktok.feed import store as inboxes
from spaktok.feed.model import Mode
from spaktok.users import store as users
from spaktok.views import store as views
from spaktok.views.interests import growth
from spaktok.views.requests import Play, RecordVideoViews
from spaktok.views.service import recording
from tests.cost.actions.scene import Action, action, cards, write_all
from tests.support.people import ANA, BEN, join
from tests.support.worlds import video


def _world(count: int) -> None:
    """Ana, whose standing the edge has read; and so many new videos of as many creators."""
    join(ANA)
    at = clock.now()
    items = []
    for number in range(count):
        (video_id, card), *_ = cards(f"creator{number}", 1).items()
        counts = dict.fromkeys(("likes", "comments", "shares", "saves", "views", "reports"), 0)
        more = {"soundId": None, "ageRestriction": 0, "videoId": video_id, "followers": 10}
        more["forAdults"] = True
        items.append({**card, **counts, **more})
    inboxes.pool_ref().set({"at": at, "items": items})
    standing.load(ANA, fresh=True)


def _page(number: int, limit: int = 20) -> Callable[[], Any]:
    """What reads the page of that number (from 1) of a session of 100 cards."""
    _world(120)
    cursor = None
    for _ in range(number - 1):
        cursor = personal.page(ANA, limit, cursor, Mode.FOR_YOU).next_cursor
    return lambda: personal.page(ANA, limit, cursor, Mode.FOR_YOU)


@action("open the feed: make a slate of 100, read 20")
def _() -> Action:
    return _page(1)


@action("open the feed, the pools at hand")
def _() -> Action:
    _world(120)
    personal.page(BEN, 20, None, Mode.CHRONOLOGICAL)
    return lambda: personal.page(ANA, 20, None, None)


@action("read the feed's second page of 20")
def _() -> Action:
    return _page(2)


@action("begin the feed anew without a cursor, three reports of views since")
def _() -> Action:
    _page(3)
    for number in range(3):
        plays = [Play(video_id=f"v{number}", watch_time=1)]
        recording.record(ANA, RecordVideoViews(plays=plays))
    return lambda: personal.page(ANA, 20, None, Mode.FOR_YOU)


@action("read the feed's third page of 20")
def _() -> Action:
    return _page(3)


@action("read the feed's fifth page of 20")
def _() -> Action:
    return _page(5)


@action("read 50 cards of the feed, the last of a slate of 100")
def _() -> Action:
    _world(120)
    first = personal.page(ANA, 20, None, Mode.FOR_YOU)
    second = personal.page(ANA, 30, first.next_cursor, Mode.FOR_YOU)
    return lambda: personal.page(ANA, 50, second.next_cursor, Mode.FOR_YOU)


@action("read a page of 20 of 200 followed")
def _() -> Action:
    return _following(looked_at=clock.now())


@action("read what is followed for the first time in a day")
def _() -> Action:
    return _following(looked_at=clock.now() - timedelta(days=1))


@action("read what is followed after a month")
def _() -> Action:
    work = _following(looked_at=clock.now() - timedelta(days=31))
    inboxes.slate_ref(ANA).set({"idle": True})
    return work


def _following(looked_at: datetime) -> Action:
    join(ANA)
    inboxes.inbox_ref(ANA).set({"cards": cards(BEN, 200), "lookedAt": looked_at})
    inboxes.mask_ref(ANA).set({"users": {"carl": True}})
    return lambda: feed.page(ANA, 20, None)


@action("open the feed, three interests' pools not at hand")
def _() -> Action:
    _world(120)
    weights = {"one": 9.0, "two": 9.0, "three": 9.0}
    sums = {"hashtags": {name: weight * growth(clock.now()) for name, weight in weights.items()}}
    views.interests_ref(ANA).set({**sums, "updatedAt": clock.now()})
    for name in weights:
        inboxes.topic_ref(f"#{name}").set({"at": clock.now(), "items": []})
    sources.pools(users.read(sources.pool_refs()))
    topics.forget()
    return lambda: personal.page(ANA, 20, None, Mode.FOR_YOU)


def _followed(count: int) -> str:
    """Ben's video, and so many who follow him."""
    join(BEN)
    parts = users.card_ref(BEN).collection("shards")
    write_all(
        {
            parts.document("0"): {
                "followerIds": [f"u{n}" for n in range(count)],
                "followerCount": count,
            }
        }
    )
    return video(BEN)


@action("publish to 1,000 followers")
def _() -> Action:
    video_id = _followed(1_000)
    return lambda: fan_out.carry(BEN, video_id)


@action("publish to 1,000 followers of whom 400 are active")
def _() -> Action:
    video_id = _followed(1_000)
    shard = users.card_ref(BEN).collection("shards").document("0")
    shard.update({"idleIds": [f"u{n}" for n in range(600)]})
    return lambda: fan_out.carry(BEN, video_id)


@action("publish to 10,000 followers")
def _() -> Action:
    video_id = _followed(10_000)
    return lambda: fan_out.carry(BEN, video_id)


@action("publish as someone too famous to push")
def _() -> Action:
    video_id = _followed(1_000)
    fan_out.point(BEN)
    return lambda: fan_out.carry(BEN, video_id)


@action("publish what was carried already")
def _() -> Action:
    video_id = _followed(10)
    fan_out.carry(BEN, video_id)
    return lambda: fan_out.carry(BEN, video_id)


@action("take a video back from 20 feeds")
def _() -> Action:
    video_id = _followed(20)
    fan_out.carry(BEN, video_id)
    return lambda: withdrawal.take_back(BEN, video_id)


@action("trim an inbox")
def _() -> Action:
    join(ANA)
    inboxes.inbox_ref(ANA).set({"cards": cards(BEN, 260)})
    return lambda: feed.trim(ANA)


@action("make the pool of 10 new videos")
def _() -> Action:
    for number in range(10):
        owner = UserId(f"creator{number}")
        join(owner)
        video(owner)
    return pool.refresh


@action("mark a video as not interesting")
def _() -> Action:
    join(ANA)
    return lambda: tuning.unwanted(ANA, "0123456789abcdefghij-ben", active=True)


@action("want less of a hashtag")
def _() -> Action:
    join(ANA)
    return lambda: tuning.less(ANA, "hashtags", "noise", active=True)


@action("reset the feed")
def _() -> Action:
    join(ANA)
    return lambda: tuning.reset(ANA)
