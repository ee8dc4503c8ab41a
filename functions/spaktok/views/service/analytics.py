"""What the owner of a video is told of how it is watched, and of nobody who watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spaktok.core import ids
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.videos import store as videos
from spaktok.videos.model import VideoStatus
from spaktok.views import store
from spaktok.views.model import CROWD_MIN, STEPS, Source, Tally


@dataclass(frozen=True, slots=True)
class Day:
    """Engaged views of one day of UTC."""

    date: str
    engaged_views: int


@dataclass(frozen=True, slots=True)
class SourceShare:
    """How many plays came by one way. `other` holds the ways that too few people took."""

    source: Source
    plays: int


@dataclass(frozen=True, slots=True)
class VideoAnalytics:
    """How a video is watched. Totals are at most a few minutes old."""

    video_id: str
    plays: int
    engaged_views: int
    completed: int
    watch_time_ms: int
    average_watch_ms: int
    retention: list[int]
    """Of a thousand plays, how many reached each tenth of the video: 11 points, from its beginning to
    its end. Empty while too few have played it."""
    sources: list[SourceShare]
    days: list[Day]
    likes: int
    comments: int
    shares: int
    saves: int
    followers_gained: int


def of(uid: UserId, video_id: str) -> VideoAnalytics:
    """The analytics of a video of one's own: two reads, one RPC. Raises `NotFound` for any other's."""
    if ids.owner_of(video_id) != uid:
        raise NotFound
    found, sums = users.read([videos.ref(video_id), store.analytics_ref(video_id)])
    video = videos.decode(found)
    if video is None or video.status is VideoStatus.REMOVED:
        raise NotFound
    tally = store.decode_tally(sums)
    counted = sums.to_dict() or {}
    return VideoAnalytics(
        video_id=video_id,
        plays=tally.plays,
        engaged_views=tally.engaged,
        completed=tally.completed,
        watch_time_ms=tally.watched_ms,
        average_watch_ms=tally.watched_ms // tally.plays if tally.plays else 0,
        retention=retention(tally),
        sources=shares(tally.sources),
        days=[Day(date, count) for date, count in sorted(tally.days.items())],
        likes=video.likes,
        comments=video.comments,
        shares=video.shares,
        saves=found.get("saves"),
        followers_gained=counted.get("followers", 0),
    )


def retention(tally: Tally) -> list[int]:
    """The retention curve in thousandths, or nothing where a crowd is too small to hide in."""
    if tally.plays < CROWD_MIN:
        return []
    return [1000 * tally.retention[step] // tally.plays for step in range(STEPS + 1)]


def shares(sources: Mapping[str, int]) -> list[SourceShare]:
    """The ways by which plays came, most first; those of a few together, or not told at all."""
    told = {Source(name): count for name, count in sources.items() if count >= CROWD_MIN}
    rest = sum(count for count in sources.values() if 0 < count < CROWD_MIN)
    if rest >= CROWD_MIN:
        told[Source.OTHER] = told.get(Source.OTHER, 0) + rest
    ordered = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    return [SourceShare(source, plays) for source, plays in ordered]
