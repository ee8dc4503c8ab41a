"""Writing comments and answers, and changing one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import clients, clock, counters, ids, once, transaction
from spaktok.core.ids import CommentId, UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users
from spaktok.videos import engaged, store
from spaktok.videos.commenting import Comment, CommentStatus, may_comment
from spaktok.videos.engaging import CommentOnVideo
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.service import comment_rules
from spaktok.videos.service.access import Reached, access

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Commented:
    """The comment that now stands, or waits for the owner of the video (`held`)."""

    comment_id: CommentId
    moderation_status: CommentStatus


@dataclass(frozen=True, slots=True)
class _Draft:
    """A comment that may be written."""

    comment_id: CommentId
    uid: UserId
    request: CommentOnVideo
    video: Video
    held: bool
    asked: str
    at: datetime

    @property
    def done(self) -> Commented:
        """What is answered once it is written."""
        return Commented(self.comment_id, CommentStatus.HELD if self.held else CommentStatus.ACTIVE)

    def document(self) -> dict[str, object]:
        """The document to be made."""
        return engaged.new_comment(
            self.uid,
            self.request.video_id,
            self.request.text,
            parent_id=self.request.parent_comment_id,
            held_for=self.video.user_id if self.held else None,
            input_hash=self.asked,
            at=self.at,
        )


def comment(uid: UserId, request: CommentOnVideo) -> Commented:
    """Write a comment, or an answer. The same idempotency key writes it once and answers the same.

    The comment is its own operation record: its id is made of the key, and it keeps a hash of what
    was asked. Two reads, two writes, two RPCs; a read more where the owner has filters; an answer is
    five reads and three writes. Raises `CommentsClosed` where the owner lets the caller not comment.
    """
    reached = _commentable(uid, request.video_id)
    rules = comment_rules.of(reached.video)
    if not may_comment(reached.relation, rules.who):
        raise CommentsClosed
    held = (
        rules.filtered
        and not reached.relation.is_self
        and comment_rules.filters_of(reached.video.user_id).holds(request.text, reached.relation)
    )
    key = request.idempotency_key
    draft = _Draft(
        comment_id=CommentId(ids.digest(uid, "comment", key) if key else ids.random_id()),
        uid=uid,
        request=request,
        video=reached.video,
        held=held,
        asked=once.input_hash(request),
        at=clock.now(),
    )
    return _write(draft) if request.parent_comment_id is None else _answer(draft)


def edit(uid: UserId, comment_id: str, text: str) -> Commented:
    """Change the text of one's own comment; the owner's filters look at it anew.

    What was shown and is held now leaves the totals until the owner lets it back. Raises `NotFound`
    for what is not the caller's, is gone, or stands under a video that is not there for them.
    """
    found = engaged.decode_comment(engaged.comment_ref(comment_id).get())
    if found is None or found.user_id != uid:
        raise NotFound
    reached = _commentable(uid, found.video_id)
    rules = comment_rules.of(reached.video)
    held = (
        rules.filtered
        and not reached.relation.is_self
        and comment_rules.filters_of(reached.video.user_id).holds(text, reached.relation)
    )
    at = clock.now()

    def body(tx: Transaction) -> tuple[CommentStatus, int]:
        now = engaged.decode_comment(users.read([engaged.comment_ref(comment_id)], tx)[0])
        if now is None or now.status not in (CommentStatus.ACTIVE, CommentStatus.HELD):
            raise NotFound
        status = CommentStatus.HELD if held else now.status
        changes = {"text": text, "isEdited": True, "editedAt": at, "moderationStatus": status}
        if held:
            changes["heldFor"] = reached.video.user_id
        tx.update(engaged.comment_ref(comment_id), changes)
        leaving = now.counted and held
        if leaving:
            count(tx, now, reached.video.shards, -1)
        return status, -1 if leaving else 0

    status, moved = transaction.run(body)
    if moved:
        counted(found)
    if status is CommentStatus.ACTIVE:
        owner = reached.video.user_id
        _mention(comment_id, text, uid, told=(owner,) if found.parent_id is None else ())
    return Commented(CommentId(comment_id), status)


def count(tx: Transaction, comment: Comment, shards: int, amount: int) -> None:
    """Stage that so many comments more stand where this one does. One write; two for an answer."""
    counters.add(tx, store.ref(comment.video_id), {"comments": amount}, shards=shards)
    if comment.parent_id is not None:
        counters.add(tx, engaged.comment_ref(comment.parent_id), {"replies": amount}, shards=1)


def counted(comment: Comment) -> None:
    """Ask, after the commit, for the totals that `count` changed."""
    counters.changed(store.ref(comment.video_id), store.TOTALS)
    if comment.parent_id is not None:
        counters.changed(engaged.comment_ref(comment.parent_id), engaged.COMMENT_TOTALS)


def tell(comment: Comment, to: UserId, at: datetime) -> None:
    """Tell who is to know that a comment stands now: the video's owner, or whom it answers.

    And whomever it mentions.
    """
    notifications.announce(news(comment, to, at))
    _mention(comment.comment_id, comment.text, UserId(comment.user_id), told=(to,))


def news(comment: Comment, to: UserId, at: datetime) -> News:
    """The news of a comment; `at` is when it came to stand, or ceased to."""
    kind = (
        NotificationType.VIDEO_COMMENT
        if comment.parent_id is None
        else NotificationType.COMMENT_REPLY
    )
    return News(
        recipient=to,
        type=kind,
        entity_type=EntityType.COMMENT,
        entity_id=comment.comment_id,
        actor=comment.user_id,
        at=at,
    )


def _mention(comment_id: str, text: str, uid: UserId, *, told: tuple[str, ...]) -> None:
    if "@" in text:
        from spaktok.videos.service import mentions  # few comments mention anybody

        mentions.announce(text, EntityType.COMMENT, comment_id, uid, told=told)


def _commentable(uid: UserId, video_id: str) -> Reached:
    reached = access(uid, video_id)
    if reached.video.status is not VideoStatus.ACTIVE:
        raise NotFound
    if not reached.video.allow_comments and not reached.relation.is_self:
        raise CommentsClosed
    return reached


def _write(draft: _Draft) -> Commented:
    from google.api_core.exceptions import AlreadyExists

    reference = engaged.comment_ref(draft.comment_id)
    video = store.ref(draft.request.video_id)
    batch = clients.db().batch()
    batch.create(reference, draft.document())
    if not draft.held:
        counters.add(batch, video, {"comments": 1}, shards=draft.video.shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return _before(reference.get().to_dict(), draft)
    if not draft.held:
        counters.changed(video, store.TOTALS)
        tell(_written(draft), draft.video.user_id, draft.at)
    return draft.done


def _answer(draft: _Draft) -> Commented:
    """Write an answer: in a transaction, for what it answers may be deleted meanwhile."""
    parent_id = draft.request.parent_comment_id or ""
    written = _written(draft)

    def body(tx: Transaction) -> Commented | Comment:
        mine, parents = users.read(
            [engaged.comment_ref(draft.comment_id), engaged.comment_ref(parent_id)], tx
        )
        if mine.exists:
            return _before(mine.to_dict(), draft)
        parent = engaged.decode_comment(parents)
        if (
            parent is None
            or parent.video_id != draft.request.video_id
            or parent.parent_id is not None
            or parent.status is not CommentStatus.ACTIVE
        ):
            raise NotFound
        if parent.user_id != draft.uid:
            (pair,) = users.read([users.relation_ref(draft.uid, parent.user_id)], tx)
            if users.decode_relation(pair, draft.uid, parent.user_id).barred:
                raise NotFound
        tx.create(engaged.comment_ref(draft.comment_id), draft.document())
        if not draft.held:
            count(tx, written, draft.video.shards, 1)
        return parent

    outcome = transaction.run(body)
    if isinstance(outcome, Commented):
        return outcome
    if not draft.held:
        counted(written)
        tell(written, UserId(outcome.user_id), draft.at)
    return draft.done


def _before(fields: dict[str, object] | None, draft: _Draft) -> Commented:
    """What an earlier call with the same key was answered. Raises `KeyReused`."""
    if fields is None or fields.get("inputHash") != draft.asked:
        raise KeyReused
    return Commented(draft.comment_id, CommentStatus(str(fields["moderationStatus"])))


def _written(draft: _Draft) -> Comment:
    return Comment(
        comment_id=draft.comment_id,
        video_id=draft.request.video_id,
        user_id=draft.uid,
        parent_id=draft.request.parent_comment_id,
        text=draft.request.text,
        status=draft.done.moderation_status,
        likes=0,
        replies=0,
        is_edited=False,
        timestamp=draft.at,
    )
