"""Commenting, and reading comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from spaktok.core import clients, clock, counters, ids, once, paging, transaction
from spaktok.core.ids import CommentId, UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users
from spaktok.videos import store
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.requests import CommentOnVideo
from spaktok.videos.service.access import access_video

SHOWN: Final = "active"
AWAY: Final = "away"
"""The `moderationStatus` of a comment that others see, and of one whose author is away."""


@dataclass(frozen=True, slots=True)
class Commented:
    """The comment that now stands."""

    comment_id: CommentId


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as a viewer sees it."""

    comment_id: str
    user_id: str
    text: str
    timestamp: datetime
    likes: int
    replies: int


@dataclass(frozen=True, slots=True)
class CommentPage:
    """A page of comments, newest first."""

    comments: list[Comment]
    next_cursor: str | None
    has_more: bool


def comment(uid: UserId, request: CommentOnVideo) -> Commented:
    """Write a comment. The same idempotency key writes it once and answers the same.

    The comment is its own operation record: its id is made of the key, and it keeps a hash of what
    was asked. Two reads, two writes, two RPCs.
    """
    from google.api_core.exceptions import AlreadyExists

    video = _commentable(uid, request.video_id)
    key = request.idempotency_key
    comment_id = CommentId(ids.digest(uid, "comment", key) if key else ids.random_id())
    reference = store.comment_ref(comment_id)
    asked = once.input_hash(request)
    at = clock.now()
    batch = clients.db().batch()
    batch.create(
        reference,
        {
            "videoId": request.video_id,
            "userId": uid,
            "text": request.text,
            "parentCommentId": None,
            "likes": 0,
            "replies": 0,
            "isEdited": False,
            "isPinned": False,
            "moderationStatus": SHOWN,
            "timestamp": at,
            "inputHash": asked,
        },
    )
    counters.add(batch, store.ref(request.video_id), {"comments": 1}, shards=video.shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        if reference.get().get("inputHash") != asked:
            raise KeyReused from None
        return Commented(comment_id)
    counters.changed(store.ref(request.video_id), store.TOTALS)
    notifications.announce(
        News(
            recipient=video.user_id,
            type=NotificationType.VIDEO_COMMENT,
            entity_type=EntityType.COMMENT,
            entity_id=comment_id,
            actor=uid,
            at=at,
        )
    )
    return Commented(comment_id)


def _commentable(uid: UserId, video_id: str) -> Video:
    video = access_video(uid, video_id)
    if video.status is not VideoStatus.ACTIVE:
        raise NotFound
    if not video.allow_comments and video.user_id != uid:
        raise CommentsClosed
    return video


def comments_of(uid: UserId, video_id: str, limit: int, cursor: str | None) -> CommentPage:
    """A page of a video's comments, without those of users with whom the caller is barred.

    Two reads for the way in, one a comment and one more, one a distinct author.
    """
    access_video(uid, video_id)
    page = paging.page(
        store.comments_of(video_id), limit=limit, cursor=cursor, scope=f"comments:{video_id}:{uid}"
    )
    authors = sorted({snapshot.get("userId") for snapshot in page.snapshots} - {uid})
    pairs = users.read([users.relation_ref(uid, author) for author in authors])
    barred = {
        author
        for author, pair in zip(authors, pairs, strict=True)
        if users.decode_relation(pair, uid, author).barred
    }
    shown = [
        s
        for s in page.snapshots
        if s.get("userId") not in barred and s.get("moderationStatus") == SHOWN
    ]
    return CommentPage(
        comments=[_decode(snapshot.id, snapshot.to_dict() or {}) for snapshot in shown],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def _decode(comment_id: str, fields: dict[str, Any]) -> Comment:
    return Comment(
        comment_id=comment_id,
        user_id=fields["userId"],
        text=fields["text"],
        timestamp=fields["timestamp"],
        likes=fields["likes"],
        replies=fields["replies"],
    )
