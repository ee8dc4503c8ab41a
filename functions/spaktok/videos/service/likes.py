"""Liking and unliking."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.core import clients, clock, counters, transaction
from spaktok.core.ids import UserId
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.videos import store
from spaktok.videos.model import Video
from spaktok.videos.service.access import access_video


@dataclass(frozen=True, slots=True)
class Liked:
    """Whether the caller likes the video now."""

    liked: bool


def like(uid: UserId, video_id: str) -> Liked:
    """Like a video: one effect, however often and from wherever it is repeated.

    The like's document and the shard's increment are one commit whose create fails when the like is
    there, so the total equals the documents. Two reads, two writes, two RPCs.
    """
    from google.api_core.exceptions import AlreadyExists

    video = access_video(uid, video_id)
    batch = clients.db().batch()
    batch.create(
        store.like_ref(uid, video_id),
        {"userId": uid, "videoId": video_id, "timestamp": clock.now()},
    )
    counters.add(batch, store.ref(video_id), {"likes": 1}, shards=video.shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return Liked(True)
    _after(video, uid)
    return Liked(True)


def unlike(uid: UserId, video_id: str) -> Liked:
    """Take a like back, with the same guarantees. Two reads, one write and one delete, two RPCs."""
    from google.api_core.exceptions import NotFound as Missing

    video = access_video(uid, video_id)
    batch = clients.db().batch()
    batch.delete(store.like_ref(uid, video_id), option=clients.db().write_option(exists=True))
    counters.add(batch, store.ref(video_id), {"likes": -1}, shards=video.shards)
    try:
        transaction.commit(batch)
    except Missing:
        return Liked(False)
    counters.changed(store.ref(video_id), store.TOTALS)
    notifications.retract(_news(video, uid))
    return Liked(False)


def _after(video: Video, uid: UserId) -> None:
    counters.changed(store.ref(video.video_id), store.TOTALS)
    notifications.announce(_news(video, uid))


def _news(video: Video, uid: UserId) -> News:
    return News(
        recipient=video.user_id,
        type=NotificationType.VIDEO_LIKE,
        entity_type=EntityType.VIDEO,
        entity_id=video.video_id,
        actor=uid,
    )
