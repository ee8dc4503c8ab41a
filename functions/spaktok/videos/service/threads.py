"""Reading comments: those under a video, the answers to one, and what waits for the owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import paging
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.videos import engaged
from spaktok.videos.commenting import Comment, CommentStatus
from spaktok.videos.model import Video
from spaktok.videos.service.access import access_video

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as a viewer sees it. Only its author and the video's owner see one that is held."""

    comment_id: str
    video_id: str
    user_id: str
    username: str
    user_profile_image: str | None
    user_is_verified: bool
    parent_comment_id: str | None
    text: str
    timestamp: datetime
    likes: int
    replies: int
    is_edited: bool
    is_pinned: bool
    moderation_status: CommentStatus


@dataclass(frozen=True, slots=True)
class CommentPage:
    """A page of comments."""

    comments: list[ShownComment]
    next_cursor: str | None
    has_more: bool


def comments_of(uid: UserId, video_id: str, limit: int, cursor: str | None) -> CommentPage:
    """A page of a video's comments, the pinned one before the newest.

    Without those of whoever the caller hides, is hidden from, or muted. Two reads for the way in, one
    a comment and one more, two a distinct author; one for a pinned comment, on the first page.
    """
    video = access_video(uid, video_id)
    page = paging.page(
        engaged.comments_of(video_id, None),
        limit=limit,
        cursor=cursor,
        scope=f"comments:{video_id}:{uid}",
    )
    found = _decoded(page.snapshots)
    if video.pinned_comment_id is not None:
        found = [one for one in found if one.comment_id != video.pinned_comment_id]
        if cursor is None:
            found = [*_decoded([engaged.comment_ref(video.pinned_comment_id).get()]), *found]
    return _page(uid, video, found, page.next_cursor)


def replies_of(uid: UserId, comment_id: str, limit: int, cursor: str | None) -> CommentPage:
    """A page of the answers to a comment, oldest first. A read more than comments cost.

    Raises `NotFound` where the comment, or its video, is not there for the caller.
    """
    comment, video = reach(uid, comment_id)
    page = paging.page(
        engaged.comments_of(comment.video_id, comment_id, newest_first=False),
        limit=limit,
        cursor=cursor,
        scope=f"replies:{comment_id}:{uid}",
    )
    return _page(uid, video, _decoded(page.snapshots), page.next_cursor)


def held_for(owner: UserId, limit: int, cursor: str | None) -> CommentPage:
    """A page of what waits for the owner, oldest first, without whoever is not there for them.

    A read a comment and one more, two a distinct author.
    """
    page = paging.page(engaged.held_of(owner), limit=limit, cursor=cursor, scope=f"held:{owner}")
    waiting = [one for one in _decoded(page.snapshots) if one.status is CommentStatus.HELD]
    authors = _authors(owner, {one.user_id for one in waiting})
    return CommentPage(
        comments=[
            _shown(one, authors[one.user_id], None) for one in waiting if one.user_id in authors
        ],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def reach(uid: UserId, comment_id: str) -> tuple[Comment, Video]:
    """A comment that stands for the caller, and its video: four reads, three RPCs.

    Raises `NotFound` for every reason alike: none there, gone, held, under a video that is not there
    for the caller, or by somebody with whom the caller is barred.
    """
    comment = engaged.decode_comment(engaged.comment_ref(comment_id).get())
    if comment is None:
        raise NotFound
    video = access_video(uid, comment.video_id)
    if not _visible(uid, video, comment):
        raise NotFound
    if comment.user_id != uid:
        (pair,) = users.read([users.relation_ref(uid, comment.user_id)])
        if users.decode_relation(pair, uid, comment.user_id).barred:
            raise NotFound
    return comment, video


def _visible(uid: UserId, video: Video, comment: Comment) -> bool:
    if comment.status is CommentStatus.HELD:
        return uid in (comment.user_id, video.user_id)
    return comment.status is CommentStatus.ACTIVE


def _page(uid: UserId, video: Video, found: list[Comment], next_cursor: str | None) -> CommentPage:
    authors = _authors(uid, {one.user_id for one in found})
    return CommentPage(
        comments=[
            _shown(one, authors[one.user_id], video.pinned_comment_id)
            for one in found
            if one.user_id in authors and _visible(uid, video, one)
        ],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


def _authors(uid: UserId, authors: set[str]) -> dict[str, Card]:
    """Those whose comments the caller is shown, by id: there, neither barred nor muted.

    Two reads each, and one for the caller; one RPC.
    """
    wanted = sorted(authors)
    found = users.read(
        [
            *(users.card_ref(author) for author in wanted),
            *(users.relation_ref(uid, author) for author in wanted if author != uid),
        ]
    )
    cards, pairs = found[: len(wanted)], iter(found[len(wanted) :])
    shown: dict[str, Card] = {}
    for author, card in zip(wanted, map(users.decode_card, cards), strict=True):
        if author != uid:
            relation = users.decode_relation(next(pairs), uid, author)
            if relation.barred or relation.mutes:
                continue
        if card is not None and not card.deactivated:
            shown[author] = card
    return shown


def _decoded(snapshots: Iterable[DocumentSnapshot[Any]]) -> list[Comment]:
    return [one for one in map(engaged.decode_comment, snapshots) if one is not None]


def _shown(comment: Comment, author: Card, pinned: str | None) -> ShownComment:
    return ShownComment(
        comment_id=comment.comment_id,
        video_id=comment.video_id,
        user_id=comment.user_id,
        username=author.username,
        user_profile_image=author.profile_image,
        user_is_verified=author.is_verified,
        parent_comment_id=comment.parent_id,
        text=comment.text,
        timestamp=comment.timestamp,
        likes=comment.likes,
        replies=comment.replies,
        is_edited=comment.is_edited,
        is_pinned=comment.comment_id == pinned,
        moderation_status=comment.status,
    )
