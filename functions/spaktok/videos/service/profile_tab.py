"""The videos of one user, as their profile lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, paging
from spaktok.core.ids import UserId
from spaktok.users import lookup as users
from spaktok.users.relation import Visibility, can_view
from spaktok.videos import store
from spaktok.videos.model import PROCESSED, THUMBNAIL, VISIBILITIES, Sort, VideoStatus, folder
from spaktok.videos.service import listing

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query


@dataclass(frozen=True, slots=True)
class ProfileVideo:
    """A video in the grid of a profile."""

    video_id: str
    caption: str
    visibility: Visibility
    duration_ms: int
    width: int
    height: int
    views: int
    likes: int
    comments: int
    published_at: datetime | None
    video_path: str
    thumbnail_path: str


@dataclass(frozen=True, slots=True)
class ProfileVideos:
    """A page of a user's videos."""

    videos: list[ProfileVideo]
    next_cursor: str | None
    has_more: bool


_ORDERS: Final = {
    Sort.RECENT: ("publishedAt", "DESCENDING"),
    Sort.OLDEST: ("publishedAt", "ASCENDING"),
    Sort.POPULAR: ("views", "DESCENDING"),
}


def videos_of(
    viewer: UserId, user_id: UserId, *, sort: Sort, limit: int, cursor: str | None
) -> ProfileVideos:
    """A page of the published videos of `user_id` that `viewer` may see.

    The query itself asks for no other visibility, so what is not for the viewer is neither listed nor
    counted nor felt in the cursor; of a private account only followers get any. What is being
    processed or hidden is its owner's to see elsewhere, and what is not for the viewer's age is left
    out of its page. Two reads for the way in, then one a video and
    one more. Raises `NotFound` as a profile does.
    """
    card, relation = users.load(viewer, user_id)
    seen = sorted(
        visibility
        for visibility in VISIBILITIES
        if can_view(relation, visibility, owner_private=card.is_private)
    )
    if not seen:
        return ProfileVideos([], None, has_more=False)
    page = paging.page(
        _query(user_id, seen, sort),
        limit=limit,
        cursor=cursor,
        # A cursor of someone who saw more must not go on for someone who sees less.
        scope=f"profile:{user_id}:{viewer}:{sort}:{','.join(seen)}",
    )
    return ProfileVideos(
        videos=[video for one in page.snapshots if (video := _shown(viewer, one)) is not None],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def _query(user_id: str, seen: list[Visibility], sort: Sort) -> Query:
    from google.cloud.firestore import FieldFilter

    field, direction = _ORDERS[sort]
    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("userId", "==", user_id))
        .where(filter=FieldFilter("status", "==", VideoStatus.ACTIVE))
        .where(filter=FieldFilter("visibility", "in", seen))
        .order_by(field, direction=direction)
        .order_by("__name__", direction=direction)
    )


def _shown(viewer: UserId, snapshot: DocumentSnapshot[Any]) -> ProfileVideo | None:
    video = store.decode(snapshot)
    if video is None or not listing.for_age(viewer, video):
        return None
    place = folder(video.user_id, video.video_id)
    return ProfileVideo(
        video_id=video.video_id,
        caption=video.caption,
        visibility=video.visibility,
        duration_ms=video.duration_ms,
        width=video.width,
        height=video.height,
        views=snapshot.get("views"),
        likes=video.likes,
        comments=video.comments,
        published_at=video.published_at,
        video_path=f"{place}/{PROCESSED}",
        thumbnail_path=f"{place}/{THUMBNAIL}",
    )
