"""Reaching a video: every way in passes here, so that all of them agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spaktok.core import ids
from spaktok.core.ids import UserId, VideoId
from spaktok.core.refusal import NotFound, Refusal
from spaktok.media.model import MediaState
from spaktok.users import store as users
from spaktok.users.relation import SELF, Relation, Visibility, can_view
from spaktok.videos import store
from spaktok.videos.model import (
    PROCESSED,
    THUMBNAIL,
    Kinship,
    ModerationStatus,
    Video,
    VideoStatus,
    folder,
)


@dataclass(frozen=True, slots=True)
class RenditionView:
    """One encoding of a video."""

    path: str
    codec: str
    width: int
    height: int
    bitrate: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class VideoView:
    """A video as a viewer sees it. The media paths are read with the Storage SDK, under its rules."""

    video_id: VideoId
    user_id: UserId
    username: str
    user_profile_image: str | None
    user_is_verified: bool
    caption: str
    hashtags: tuple[str, ...]
    visibility: Visibility
    status: VideoStatus
    media_state: MediaState
    duration_ms: int
    width: int
    height: int
    likes: int
    comments: int
    shares: int
    saves: int
    views: int
    """Distinct people who watched."""
    allow_comments: bool
    published_at: datetime | None
    video_path: str
    thumbnail_path: str
    language: str
    allow_duet: bool
    allow_stitch: bool
    is_age_restricted: bool
    moderation_status: ModerationStatus
    sound_id: str | None
    muted: bool
    challenge_id: str | None
    parent_id: str | None
    kinship: Kinship | None
    renditions: list[RenditionView]
    """All encodings, smallest first; `videoPath` is the one that every player can play."""
    created_at: datetime
    last_modified: datetime | None
    publish_at: datetime | None
    """Of a scheduled one, when it goes out."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A video that is there for a viewer, and how the viewer stands to its owner."""

    video: Video
    relation: Relation


def access_video(viewer: UserId, video_id: str) -> Video:
    """The video, for a viewer for whom it is, by age too: two reads, one RPC.

    Raises as `reach_video` does, and `NotForYourAge`. The age is in the standing, which the call
    has read.
    """
    return access(viewer, video_id).video


def access(viewer: UserId, video_id: str) -> Reached:
    """The video and what its owner is to the viewer: as `access_video`, at the same cost."""
    reached = _reach(viewer, video_id)
    if reached.video.age_restriction and not reached.relation.is_self:
        from spaktok.safety.service import filters  # few videos are restricted

        filters.require_view(viewer, reached.video.age_restriction)
    return reached


def reach_video(viewer: UserId, video_id: str) -> Video:
    """The video, for a viewer for whom it is there: two reads, one RPC.

    Raises `NotFound` for every reason alike. The id names the owner (`ids.owned_id`), so the video
    and the relation to its owner come in one batch.
    """
    return _reach(viewer, video_id).video


def _reach(viewer: UserId, video_id: str) -> Reached:
    owner = ids.owner_of(video_id)
    if owner is None:
        raise NotFound
    if owner == viewer:
        return Reached(_existing(store.decode(store.ref(video_id).get())), SELF)
    found, pair = users.read([store.ref(video_id), users.relation_ref(viewer, owner)])
    video = _existing(store.decode(found))
    relation = users.decode_relation(pair, viewer, owner)
    if not shown_to(relation, video):
        raise NotFound
    return Reached(video, relation)


def shown_to(relation: Relation, video: Video) -> bool:
    """Whether the video is there for somebody of this relation to its owner, whatever their age."""
    if relation.is_self:
        return video.status is not VideoStatus.REMOVED
    return video.status is VideoStatus.ACTIVE and can_view(
        relation, video.visibility, owner_private=video.owner_private
    )


def get_video(viewer: UserId, video_id: str) -> VideoView:
    """One video with its totals: two reads, one RPC; of a duet or stitch four and two.

    What it was made from is named where that is there for the viewer: its id names its owner.
    """
    video = access_video(viewer, video_id)
    place = folder(video.user_id, video.video_id)
    return VideoView(
        video_id=video.video_id,
        user_id=video.user_id,
        username=video.username,
        user_profile_image=video.user_profile_image,
        user_is_verified=video.user_is_verified,
        caption=video.caption,
        hashtags=video.hashtags,
        visibility=video.visibility,
        status=video.status,
        media_state=video.media_state,
        duration_ms=video.duration_ms,
        width=video.width,
        height=video.height,
        likes=video.likes,
        comments=video.comments,
        shares=video.shares,
        saves=video.saves,
        views=video.views,
        allow_comments=video.allow_comments,
        published_at=video.published_at,
        video_path=f"{place}/{PROCESSED}",
        thumbnail_path=f"{place}/{THUMBNAIL}",
        language=video.language,
        allow_duet=video.allow_duet,
        allow_stitch=video.allow_stitch,
        is_age_restricted=video.age_restriction > 0,
        moderation_status=video.moderation,
        sound_id=video.sound_id,
        muted=video.muted,
        challenge_id=video.challenge_id,
        parent_id=video.parent_id if _parent_shown(viewer, video) else None,
        kinship=video.kinship,
        renditions=[
            RenditionView(
                path=f"{place}/{one.name}",
                codec=one.codec,
                width=one.width,
                height=one.height,
                bitrate=one.bitrate,
                size_bytes=one.size_bytes,
            )
            for one in video.renditions
        ],
        created_at=video.created_at,
        last_modified=video.last_modified,
        publish_at=video.publish_at,
    )


def _parent_shown(viewer: UserId, video: Video) -> bool:
    if video.parent_id is None:
        return False
    try:
        access_video(viewer, video.parent_id)
    except Refusal:
        return False
    return True


def _existing(video: Video | None) -> Video:
    if video is None or video.status is VideoStatus.REMOVED:
        raise NotFound
    return video
