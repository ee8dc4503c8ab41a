"""Finding videos, and keeping their index.

The index holds what is public, and is a little late; so every video it finds is looked at as it is
now before it is shown: what went private, is hidden or was deleted since is in no answer. The words
come from the caption, the hashtags and the owner's handle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from spaktok.core import clock, ids, paging
from spaktok.core.dispatch import Task, send
from spaktok.core.ids import UserId
from spaktok.core.refusal import TryAgain
from spaktok.feed import store as feed
from spaktok.feed.model import Mask
from spaktok.search.model import Clip, Kind, known_as
from spaktok.search.requests import SearchVideos, Uploaded
from spaktok.search.service import engine, finding, indexing, topics
from spaktok.users import store as users
from spaktok.videos import store as videos
from spaktok.videos.model import Video
from spaktok.videos.service import listing
from spaktok.videos.service.listing import VideoCard, VideoPage

Fields = dict[str, Any] | None

ATTEMPTS_MAX: Final = 8
PAGE: Final = 100
WITHIN: Final = {
    Uploaded.DAY: timedelta(days=1),
    Uploaded.WEEK: timedelta(days=7),
    Uploaded.MONTH: timedelta(days=30),
    Uploaded.YEAR: timedelta(days=365),
}
_SHOWN: Final = (
    *("status", "visibility", "ownerPrivate", "username", "caption", "hashtags"),
    *("ageRestriction", "publishedAt"),
)


def search(viewer: UserId, request: SearchVideos) -> VideoPage:
    """Find public videos by caption, hashtag or owner, the most viewed first among equals.

    At most two reads a result and one for the viewer's mask; one for each hit that is hidden or
    filtered out. Filters look at what the index holds, so a page may hold fewer than there are.
    """
    audience = finding.audience_of(viewer)
    index = engine.chosen(Kind.VIDEOS)
    asked = request.model_dump_json(exclude={"cursor", "limit"})
    scope = f"search-videos:{type(index).__name__}:{audience}:{viewer}:{asked}"
    after = paging.unseal(request.cursor, scope) if request.cursor is not None else None
    mask = feed.mask(feed.mask_ref(viewer).get())
    hits = index.search(
        request.query,
        audience,
        after=after,
        limit=request.limit,
        shows=_shows(viewer, mask, request, clock.now()),
    )
    return VideoPage(
        videos=_as_they_are(viewer, [one.video_id for one in hits.entries]),
        next_cursor=paging.seal(hits.place, scope) if hits.place is not None else None,
        has_more=hits.place is not None,
    )


def refresh(video_id: str) -> None:
    """Make the index say of a video what is true. Four reads, one write. Repeatable.

    Whoever writes looks again afterwards, as for users (`indexing`).
    """
    entry = _truth(video_id)
    for _ in range(ATTEMPTS_MAX):
        if entry is None:
            engine.chosen(Kind.VIDEOS).remove(video_id)
        else:
            engine.chosen(Kind.VIDEOS).index(entry)
        written, entry = entry, _truth(video_id)
        if entry == written:
            return
    raise TryAgain


def changed(video_id: str, before: Fields, after: Fields) -> None:
    """A video was written: no read, unless it changed in what the index holds."""
    if _shown(before) != _shown(after):
        refresh(video_id)


def reindex(owner: str, after: str | None) -> None:
    """Refresh the next 100 videos of a user and their sounds; send the task for those behind them."""
    query = videos.of_owner(owner).limit(PAGE)
    if after is not None:
        query = query.start_after({"__name__": videos.ref(after)})
    found = [snapshot.id for snapshot in query.select([]).stream()]
    for video_id in found:
        refresh(video_id)
        topics.refresh_sound(video_id)
    if len(found) == PAGE:
        send(reindex_task(owner, found[-1], found[-1]))


def reindex_task(owner: str, after: str | None, why: str) -> Task:
    """The task that refreshes a user's videos: one a cause."""
    return Task(
        "reindexVideos",
        ids.digest("reindex-videos", owner, after or "", why),
        {"uid": owner, "after": after},
    )


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What the filters let through."""

    since: datetime | None
    least_ms: int
    most_ms: int | None

    def hold(self, clip: Clip) -> bool:
        """Whether a clip is within them."""
        return (
            (self.since is None or clip.published_at >= self.since)
            and clip.duration_ms >= self.least_ms
            and (self.most_ms is None or clip.duration_ms <= self.most_ms)
        )


def _shows(
    viewer: UserId, mask: Mask, request: SearchVideos, at: datetime
) -> Callable[[Clip], bool]:
    bounds = _Bounds(
        since=at - WITHIN[request.uploaded] if request.uploaded is not None else None,
        least_ms=(request.duration_min or 0) * 1000,
        most_ms=request.duration_max * 1000 if request.duration_max is not None else None,
    )

    def shows(clip: Clip) -> bool:
        return (
            clip.user_id not in mask.users | mask.muted
            and clip.video_id not in mask.videos
            and listing.old_enough(viewer, clip.user_id, clip.age_restriction)
            and bounds.hold(clip)
        )

    return shows


def _as_they_are(viewer: UserId, video_ids: list[str]) -> list[VideoCard]:
    found = (videos.decode(one) for one in users.read([videos.ref(name) for name in video_ids]))
    return [
        listing.card_of(video)
        for video in found
        if video is not None and video.is_public and listing.for_age(viewer, video)
    ]


def _truth(video_id: str) -> Clip | None:
    """The entry as it must be; None for what is not public, or by whom nobody is to find."""
    owner = ids.owner_of(video_id)
    if owner is None:
        return None
    found, security = users.read([videos.ref(video_id), users.security_ref(owner)])
    video = videos.decode(found)
    shut, for_adults = indexing.audience(security.to_dict())
    if video is None or shut or not video.is_public or video.published_at is None:
        return None
    return _clip(video, video.published_at, for_adults=for_adults)


def _clip(video: Video, published_at: datetime, *, for_adults: bool) -> Clip:
    return Clip(
        video_id=video.video_id,
        user_id=video.user_id,
        username=video.username,
        caption=video.caption,
        hashtags=video.hashtags,
        duration_ms=video.duration_ms,
        age_restriction=video.age_restriction,
        published_at=published_at,
        view_count=known_as(video.views),
        for_adults=for_adults,
    )


def _shown(fields: Fields) -> tuple[Any, ...] | None:
    if fields is None:
        return None
    return (*(fields.get(name) for name in _SHOWN), known_as(fields.get("views", 0)))
