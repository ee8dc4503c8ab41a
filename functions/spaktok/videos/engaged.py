"""Paths, decoding and queries of what people do with videos: likes lie in `store`, the rest here.

`likes` and `replies` of a comment are sums of its shards (`core.counters`), as a video's totals are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids
from spaktok.users import store as users
from spaktok.videos.commenting import LISTED, Comment, CommentStatus, Filters, Hold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

COMMENT_TOTALS: Final = ("likes", "replies")


def comment_ref(comment_id: str) -> DocumentReference:
    """`videoComments/{id}`.

    {videoId, userId, parentCommentId, text, likes, replies, isEdited, moderationStatus, heldFor,
    timestamp, inputHash, editedAt?, expiresAt?}.
    """
    return clients.db().collection("videoComments").document(comment_id)


def comment_like_ref(uid: str, comment_id: str) -> DocumentReference:
    """`commentLikes/{uid_commentId}`: {userId, commentId, videoId, timestamp}."""
    return clients.db().collection("commentLikes").document(ids.edge(uid, comment_id))


def filters_ref(uid: str) -> DocumentReference:
    """`users/{uid}/private/comments`: {words, hold, updatedAt}."""
    return users.card_ref(uid).collection("private").document("comments")


def share_ref(share_id: str) -> DocumentReference:
    """`videoShares/{id}`: {userId, videoId, shareMethod, token, timestamp, inputHash}."""
    return clients.db().collection("videoShares").document(share_id)


def save_ref(uid: str, video_id: str) -> DocumentReference:
    """`videoSaves/{uid_videoId}`: {userId, videoId, collectionId | null, timestamp}."""
    return clients.db().collection("videoSaves").document(ids.edge(uid, video_id))


def folder_ref(uid: str, collection_id: str) -> DocumentReference:
    """`users/{uid}/savedCollections/{id}`: {name, createdAt, updatedAt}."""
    return users.card_ref(uid).collection("savedCollections").document(collection_id)


def comments_of(video_id: str, parent_id: str | None, *, newest_first: bool = True) -> Query:
    """A video's comments, or the answers to one of them, without what is gone."""
    from google.cloud.firestore import FieldFilter, Query

    direction = Query.DESCENDING if newest_first else Query.ASCENDING
    return (
        clients.db()
        .collection("videoComments")
        .where(filter=FieldFilter("videoId", "==", video_id))
        .where(filter=FieldFilter("parentCommentId", "==", parent_id))
        .where(filter=FieldFilter("moderationStatus", "in", list(LISTED)))
        .order_by("timestamp", direction=direction)
        .order_by("__name__", direction=direction)
    )


def held_of(owner: str) -> Query:
    """What waits for the owner of the videos, oldest first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videoComments")
        .where(filter=FieldFilter("heldFor", "==", owner))
        .order_by("timestamp")
        .order_by("__name__")
    )


def thread(parent_id: str, statuses: Sequence[CommentStatus]) -> Query:
    """The answers to a comment in these states, in no order."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videoComments")
        .where(filter=FieldFilter("parentCommentId", "==", parent_id))
        .where(filter=FieldFilter("moderationStatus", "in", list(statuses)))
    )


def share_with(token: str) -> Query:
    """The share that a link's token names."""
    from google.cloud.firestore import FieldFilter

    return clients.db().collection("videoShares").where(filter=FieldFilter("token", "==", token))


def saves_of(uid: str, collection_id: str | None) -> Query:
    """What a user saved, or put into one of the collections, the latest first."""
    from google.cloud.firestore import FieldFilter, Query

    found = clients.db().collection("videoSaves").where(filter=FieldFilter("userId", "==", uid))
    if collection_id is not None:
        found = found.where(filter=FieldFilter("collectionId", "==", collection_id))
    return found.order_by("timestamp", direction=Query.DESCENDING).order_by(
        "__name__", direction=Query.DESCENDING
    )


def new_comment(  # noqa: PLR0913 - a document's fields
    uid: str,
    video_id: str,
    text: str,
    *,
    parent_id: str | None,
    held_for: str | None,
    input_hash: str,
    at: datetime,
) -> dict[str, Any]:
    """The document of a comment; `held_for` is the owner it waits for, None where it waits for none."""
    return {
        "videoId": video_id,
        "userId": uid,
        "text": text,
        "parentCommentId": parent_id,
        "likes": 0,
        "replies": 0,
        "isEdited": False,
        "moderationStatus": CommentStatus.ACTIVE if held_for is None else CommentStatus.HELD,
        "heldFor": held_for,
        "timestamp": at,
        "inputHash": input_hash,
    }


def decode_comment(snapshot: DocumentSnapshot[Any]) -> Comment | None:
    """The comment, or None where there is none."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return None
    return Comment(
        comment_id=snapshot.id,
        video_id=fields["videoId"],
        user_id=fields["userId"],
        parent_id=fields["parentCommentId"],
        text=fields["text"],
        status=CommentStatus(fields["moderationStatus"]),
        likes=fields["likes"],
        replies=fields["replies"],
        is_edited=fields["isEdited"],
        timestamp=fields["timestamp"],
    )


def decode_filters(snapshot: DocumentSnapshot[Any]) -> Filters:
    """The owner's filters; none where there is no document."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Filters(tuple(fields.get("words", ())), Hold(fields.get("hold", Hold.NONE)))
