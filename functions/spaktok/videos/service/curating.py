"""What becomes of comments: deleted, taken down, pinned, let through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clock, counters, dispatch, ids, transaction
from spaktok.core.audit import Act
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users
from spaktok.videos import engaged, store
from spaktok.videos.commenting import ENDED, GONE_FOR, Comment, CommentStatus
from spaktok.videos.model import Video
from spaktok.videos.service import comments

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

PAGE: Final = 100
"""Answers that are deleted in one commit."""


@dataclass(frozen=True, slots=True)
class Curated:
    """How the comment stands now."""

    comment_id: str
    moderation_status: CommentStatus


@dataclass(frozen=True, slots=True)
class Pinned:
    """Whether the comment is the pinned one now."""

    comment_id: str
    pinned: bool


def delete(uid: UserId, comment_id: str) -> Curated:
    """Delete one's own comment, or one under one's own video. Repeated, it changes nothing.

    The text goes at once; so do the comment from the totals, the pin from the video, and, by a task,
    the answers. Two reads, up to five writes. Raises `NotFound` for what is not the caller's to delete.
    """

    def allowed(comment: Comment) -> bool:
        return uid in (comment.user_id, ids.owner_of(comment.video_id))

    return _end(comment_id, CommentStatus.DELETED, allowed=allowed)


def remove(actor: UserId, comment_id: str, reason: str) -> Curated:
    """Take a comment down as one of the staff; recorded with the reason in the same commit."""
    return _end(comment_id, CommentStatus.REMOVED, act=(actor, reason))


def review(owner: UserId, comment_id: str, *, approve: bool) -> Curated:
    """Let a held comment stand, or refuse it; decided once. Two reads, up to three writes.

    Raises `NotFound` where it does not wait for this owner. Deciding the same again answers the same.
    """
    at = clock.now()
    status = CommentStatus.ACTIVE if approve else CommentStatus.REMOVED

    def body(tx: Transaction) -> tuple[Comment, UserId | None] | None:
        comment, video = _load(tx, comment_id)
        if comment is None or video is None or video.user_id != owner:
            raise NotFound
        if comment.status is status:
            return None
        if comment.status is not CommentStatus.HELD:
            raise NotFound
        answered: UserId | None = None
        if approve and comment.parent_id is not None:
            parent = engaged.decode_comment(
                users.read([engaged.comment_ref(comment.parent_id)], tx)[0]
            )
            if parent is None or parent.status in ENDED:
                raise NotFound
            answered = UserId(parent.user_id)
        tx.update(engaged.comment_ref(comment_id), {"moderationStatus": status, "heldFor": None})
        if approve:
            comments.count(tx, comment, video.shards, 1)
        return comment, answered

    decided = transaction.run(body)
    if decided is not None and approve:
        comment, answered = decided
        comments.counted(comment)
        comments.tell(comment, answered or owner, at)
    return Curated(comment_id, status)


def pin(owner: UserId, comment_id: str) -> Pinned:
    """Pin a comment under one's own video, in the place of any other. Two reads, one write.

    Raises `NotFound` for what is no comment that stands by itself under a video of the caller's.
    """

    def body(tx: Transaction) -> None:
        comment, video = _load(tx, comment_id)
        if comment is None or video is None or video.user_id != owner:
            raise NotFound
        if comment.parent_id is not None or comment.status is not CommentStatus.ACTIVE:
            raise NotFound
        if video.pinned_comment_id != comment_id:
            tx.update(store.ref(video.video_id), {"pinnedCommentId": comment_id})

    transaction.run(body)
    return Pinned(comment_id, True)


def unpin(owner: UserId, comment_id: str) -> Pinned:
    """Let a pinned comment go; nothing where another is pinned, or none. Two reads, one write."""

    def body(tx: Transaction) -> None:
        comment, video = _load(tx, comment_id)
        if comment is None or video is None or video.user_id != owner or comment.status in ENDED:
            raise NotFound
        if video.pinned_comment_id == comment_id:
            tx.update(store.ref(video.video_id), {"pinnedCommentId": None})

    transaction.run(body)
    return Pinned(comment_id, False)


def drop_replies(comment_id: str) -> int:
    """Delete the answers to a comment that is gone; how many. Repeatable: what is left is to do.

    What was told of them and of the comment goes with them. A read and up to two writes each, in pages
    of 100.
    """
    from spaktok.notifications import service as inboxes  # only for the worker

    living = [one for one in CommentStatus if one not in ENDED]
    at = clock.now()

    def body(tx: Transaction) -> list[Comment]:
        parent, video = _load(tx, comment_id)
        if parent is None or parent.status not in ENDED:
            return []
        found = list(tx.get(engaged.thread(comment_id, living).limit(PAGE)))
        answers = [one for one in map(engaged.decode_comment, found) if one is not None]
        for answer in answers:
            tx.update(engaged.comment_ref(answer.comment_id), _gone(CommentStatus.DELETED, at))
        leaving = sum(one.counted for one in answers)
        if video is not None and leaving:
            place = store.ref(video.video_id)
            counters.add(tx, place, {"comments": -leaving}, shards=video.shards)
        return answers

    count = 0
    inboxes.forget_things([comment_id])
    while answers := transaction.run(body):
        inboxes.forget_things([one.comment_id for one in answers])
        count += len(answers)
        counters.changed(store.ref(answers[0].video_id), store.TOTALS)
    return count


def _end(
    comment_id: str,
    status: CommentStatus,
    *,
    allowed: Any = lambda _: True,
    act: tuple[UserId, str] | None = None,
) -> Curated:
    at = clock.now()
    task = Task("dropReplies", ids.digest("drop-replies", comment_id), {"commentId": comment_id})

    def body(tx: Transaction) -> tuple[Comment, bool]:
        chain = audit.load(tx, act[0]) if act is not None else None
        comment, video = _load(tx, comment_id)
        if comment is None or not allowed(comment):
            raise NotFound
        if comment.status in ENDED:
            return comment, False
        tx.update(engaged.comment_ref(comment_id), _gone(status, at))
        if video is not None:
            _uncount(tx, comment, video)
        if comment.parent_id is None:
            dispatch.stage(tx, task)
        if chain is not None and act is not None:
            actor, reason = act
            before = {"moderationStatus": comment.status}
            audit.append(tx, chain, Act(actor, "removeComment", comment_id, reason, before=before))
        return comment, True

    comment, ended = transaction.run(body)
    if not ended:
        return Curated(comment_id, comment.status)
    if comment.parent_id is None:
        dispatch.release(task)
    elif "@" in comment.text:
        dispatch.send_if_possible(task)  # no answers, and perhaps news of a mention
    _after(comment, at)
    return Curated(comment_id, status)


def _uncount(tx: Transaction, comment: Comment, video: Video) -> None:
    if comment.counted:
        comments.count(tx, comment, video.shards, -1)
    if video.pinned_comment_id == comment.comment_id:
        tx.update(store.ref(video.video_id), {"pinnedCommentId": None})


def _after(comment: Comment, at: datetime) -> None:
    if not comment.counted:
        return
    comments.counted(comment)
    if comment.parent_id is None:
        owner = ids.owner_of(comment.video_id)
    else:
        parent = engaged.decode_comment(engaged.comment_ref(comment.parent_id).get())
        owner = parent.user_id if parent is not None else None
    if owner is not None:
        notifications.retract(comments.news(comment, UserId(owner), at))
    if comment.parent_id is not None:  # of another, `drop_replies` takes back who liked it
        notifications.retract(
            News(
                recipient=comment.user_id,
                type=NotificationType.COMMENT_LIKE,
                entity_type=EntityType.COMMENT,
                entity_id=comment.comment_id,
            )
        )


def _gone(status: CommentStatus, at: datetime) -> dict[str, Any]:
    """What is left of a comment: enough to know it by, and no text."""
    return {
        "moderationStatus": status,
        "text": "",
        "heldFor": None,
        "expiresAt": at + GONE_FOR,
    }


def _load(tx: Transaction, comment_id: str) -> tuple[Comment | None, Video | None]:
    """The comment and its video. Two reads."""
    comment = engaged.decode_comment(users.read([engaged.comment_ref(comment_id)], tx)[0])
    if comment is None:
        return None, None
    return comment, store.decode(users.read([store.ref(comment.video_id)], tx)[0])
