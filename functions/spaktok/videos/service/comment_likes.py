"""Liking comments."""

from __future__ import annotations

from dataclasses import dataclass

from spaktok.core import clients, clock, counters, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.videos import engaged
from spaktok.videos.commenting import Comment, CommentStatus
from spaktok.videos.service.threads import reach


@dataclass(frozen=True, slots=True)
class CommentLiked:
    """Whether the caller likes the comment now."""

    liked: bool


def like(uid: UserId, comment_id: str) -> CommentLiked:
    """Like a comment: one effect, however often it is repeated. Four reads, two writes.

    Raises `NotFound` as reading the comment does.
    """
    from google.api_core.exceptions import AlreadyExists

    comment, _ = reach(uid, comment_id)
    if comment.status is not CommentStatus.ACTIVE:
        raise NotFound
    at = clock.now()
    batch = clients.db().batch()
    batch.create(
        engaged.comment_like_ref(uid, comment_id),
        {"userId": uid, "commentId": comment_id, "videoId": comment.video_id, "timestamp": at},
    )
    counters.add(batch, engaged.comment_ref(comment_id), {"likes": 1}, shards=1)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return CommentLiked(True)
    counters.changed(engaged.comment_ref(comment_id), engaged.COMMENT_TOTALS)
    notifications.announce(_news(comment, uid))
    return CommentLiked(True)


def unlike(uid: UserId, comment_id: str) -> CommentLiked:
    """Take a like back, with the same guarantees. Four reads, one write and one delete."""
    from google.api_core.exceptions import NotFound as Missing

    comment, _ = reach(uid, comment_id)
    batch = clients.db().batch()
    gone = clients.db().write_option(exists=True)
    batch.delete(engaged.comment_like_ref(uid, comment_id), option=gone)
    counters.add(batch, engaged.comment_ref(comment_id), {"likes": -1}, shards=1)
    try:
        transaction.commit(batch)
    except Missing:
        return CommentLiked(False)
    counters.changed(engaged.comment_ref(comment_id), engaged.COMMENT_TOTALS)
    notifications.retract(_news(comment, uid))
    return CommentLiked(False)


def _news(comment: Comment, uid: UserId) -> News:
    return News(
        recipient=comment.user_id,
        type=NotificationType.COMMENT_LIKE,
        entity_type=EntityType.COMMENT,
        entity_id=comment.comment_id,
        actor=uid,
    )
