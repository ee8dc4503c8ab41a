"""Videos in lists of many owners': each is looked at with the viewer's eyes, whatever the list said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from spaktok.core.ids import UserId
from spaktok.safety.service import filters
from spaktok.users import store as users
from spaktok.users.relation import SELF
from spaktok.videos import store
from spaktok.videos.model import PROCESSED, THUMBNAIL, Video, folder
from spaktok.videos.service.access import shown_to


@dataclass(frozen=True, slots=True)
class VideoCard:
    """A video in a list. The media paths are read with the Storage SDK, under its rules."""

    video_id: str
    user_id: str
    username: str
    user_profile_image: str | None
    user_is_verified: bool
    caption: str
    hashtags: list[str]
    duration_ms: int
    width: int
    height: int
    views: int
    likes: int
    comments: int
    shares: int
    published_at: datetime | None
    video_path: str
    thumbnail_path: str


@dataclass(frozen=True, slots=True)
class VideoPage:
    """A page of videos. It may hold fewer than were asked for, and there be more all the same."""

    videos: list[VideoCard]
    next_cursor: str | None
    has_more: bool


def load(viewer: UserId, video_ids: Sequence[str]) -> list[VideoCard]:
    """Those of these videos that are there for the viewer, in this order, by age too.

    A read a video, and one a distinct owner: two RPCs.
    """
    found = [store.decode(one) for one in users.read([store.ref(name) for name in video_ids])]
    return seen_by(viewer, [video for video in found if video is not None])


def seen_by(viewer: UserId, videos: Sequence[Video]) -> list[VideoCard]:
    """Those of these videos that are there for the viewer. A read a distinct owner, one RPC."""
    owners = sorted({video.user_id for video in videos} - {viewer})
    pairs = users.read([users.relation_ref(viewer, owner) for owner in owners])
    relations = {
        owner: users.decode_relation(pair, viewer, owner)
        for owner, pair in zip(owners, pairs, strict=True)
    }
    return [
        card_of(video)
        for video in videos
        if shown_to(relations.get(video.user_id, SELF), video) and for_age(viewer, video)
    ]


def for_age(viewer: UserId, video: Video) -> bool:
    """Whether the video is for the viewer's age. No read: the call has loaded the standing."""
    return old_enough(viewer, video.user_id, video.age_restriction)


def old_enough(viewer: UserId, owner: str, restriction: int) -> bool:
    """Whether something of `owner`'s from that age on is for the viewer. No read."""
    return not restriction or owner == viewer or filters.may_view(viewer, restriction)


def card_of(video: Video) -> VideoCard:
    """The video as lists show it."""
    place = folder(video.user_id, video.video_id)
    return VideoCard(
        video_id=video.video_id,
        user_id=video.user_id,
        username=video.username,
        user_profile_image=video.user_profile_image,
        user_is_verified=video.user_is_verified,
        caption=video.caption,
        hashtags=list(video.hashtags),
        duration_ms=video.duration_ms,
        width=video.width,
        height=video.height,
        views=video.views,
        likes=video.likes,
        comments=video.comments,
        shares=video.shares,
        published_at=video.published_at,
        video_path=f"{place}/{PROCESSED}",
        thumbnail_path=f"{place}/{THUMBNAIL}",
    )
