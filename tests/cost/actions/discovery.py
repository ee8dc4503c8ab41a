"""Actions of views, trends, discovery and search."""

from __future__ import annotations

from dataclasses import replace

from spaktok.core import clock, standing
from spaktok.core.ids import UserId
from spaktok.discovery import service as discovery
from spaktok.discovery.requests import Order
from spaktok.search.requests import SearchVideos
from spaktok.search.service import clips, topics
from spaktok.trends import store as trends
from spaktok.trends.model import Drawn, HoldState, TrendingTopic, TrendKind
from spaktok.trends.service import computing, holding
from spaktok.videos import store as videos
from spaktok.videos.engaging import SaveVideo
from spaktok.videos.service import bans, likes, saves
from spaktok.views.model import Regard
from spaktok.views.requests import Play, RecordVideoViews
from spaktok.views.service import analytics, engaging, known, recording, rolling, stretches
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, join
from tests.support.watching import clip, watch
from tests.support.worlds import ready, video


@action("report 50 plays")
def _() -> Action:
    join(ANA, BEN)
    plays = [Play(video_id=f"{number:020}-ben", watch_time=12.5) for number in range(50)]
    request = RecordVideoViews(plays=plays, idempotency_key="key-12345678")
    standing.load(ANA, fresh=False)  # as the edge does, before any call
    return lambda: recording.record(ANA, request)


@action("count 3 reports of 2 videos")
def _() -> Action:
    viewers = [UserId(f"viewer{number}") for number in range(3)]
    join(ANA, *viewers)
    known.forget()
    shown = [clip(ANA), clip(ANA)]
    for one in viewers:
        watch(one, *shown)
    return lambda: _later(lambda: rolling.roll_up(0))


@action("count 6 likes and 3 saves of 2 videos by 3 people")
def _() -> Action:
    people = [UserId(f"viewer{number}") for number in range(3)]
    join(ANA, *people)
    known.forget()
    shown = [clip(ANA), clip(ANA)]
    for one in people:
        for name in shown:
            likes.like(one, name)
        saves.save(one, SaveVideo(video_id=shown[0], action="save"))
    return lambda: _later(engaging.roll_up)


@action("read the analytics of a video")
def _() -> Action:
    join(ANA)
    video_id = video(ANA)
    return lambda: analytics.of(ANA, video_id)


def _later(work: Action) -> object:
    """Do it once nothing can arrive any more behind where it ends."""
    at = clock.now() + stretches.LAG
    with clock.set_to(lambda: at):
        return work()


def trending(count: int) -> None:
    """So many videos of Ben's on the list of what trends."""
    items = []
    for _ in range(count):
        shown = videos.decode(videos.ref(clip(BEN)).get())
        if shown is not None:
            items.append(
                replace(computing._video(shown, 0, Regard(), Drawn(9, 9.0)), for_adults=True)
            )
    trends.list_ref(TrendKind.VIDEOS).set(trends.encode_list(items, clock.now()))


@action("read a page of 20 that trend")
def _() -> Action:
    join(ANA, BEN)
    trending(25)
    standing.load(ANA, fresh=False)
    return lambda: discovery.trending_videos(ANA, 20, None)


@action("read the hashtags that trend")
def _() -> Action:
    join(ANA)
    return lambda: discovery.trending_hashtags(20)


@action("read 20 sounds that trend")
def _() -> Action:
    join(ANA, BEN)
    topics_of = [TrendingTopic(ready(BEN), 1.0, 9) for _ in range(20)]
    trends.list_ref(TrendKind.SOUNDS).set(trends.encode_list(topics_of, clock.now()))
    standing.load(ANA, fresh=False)
    return lambda: discovery.trending_sounds(ANA, 20)


@action("ban a hashtag")
def _() -> Action:
    join(ANA)
    return lambda: bans.decide(ANA, "sun", "harm", banned=True)


@action("read a page of 20 of a hashtag")
def _() -> Action:
    join(ANA, BEN)
    for _ in range(21):
        clip(BEN)
    standing.load(ANA, fresh=False)
    return lambda: discovery.by_hashtag(ANA, "sun", Order.RECENT, 20, None)


@action("hold what trends")
def _() -> Action:
    join(ANA, BEN)
    trending(1)
    return lambda: holding.decide(ANA, TrendKind.HASHTAGS, "sun", HoldState.HELD, "why")


@action("search videos, a page of 20")
def _() -> Action:
    join(ANA, BEN)
    for _ in range(25):
        clips.refresh(clip(BEN))
    standing.load(ANA, fresh=False)  # as the edge does, before any call
    return lambda: clips.search(ANA, SearchVideos(query="morning"))


@action("search hashtags, a page of 20")
def _() -> Action:
    for number in range(25):
        topics.hashtag_changed(f"sun{number}", None, {"usageCount": 5})
    return lambda: topics.hashtags(ANA, "sun", 20, None)


@action("index a video")
def _() -> Action:
    join(ANA)
    shown = clip(ANA)
    return lambda: clips.refresh(shown)
