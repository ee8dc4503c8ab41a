"""Paths, decoding and staged writes of videos.

`likes` and `comments` on the video are kept fresh by roll-ups of its shards (`core.counters`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import MediaState
from spaktok.users.model import Card
from spaktok.users.privacy import Contact
from spaktok.users.relation import Visibility
from spaktok.videos.commenting import CommentRules
from spaktok.videos.model import ORIGINAL, Video, VideoStatus, folder

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, Transaction

TOTALS: Final = ("comments", "likes", "saves", "shares", "views")
"""The fields of a video that are sums of its shards."""


def ref(video_id: str) -> DocumentReference:
    """`videos/{id}`."""
    return clients.db().collection("videos").document(video_id)


def media_ref(video_id: str) -> DocumentReference:
    """`videos/{id}/private/media`: {originalPath, generation, leaseUntil, failure, probe, sizes}."""
    return ref(video_id).collection("private").document("media")


def like_ref(uid: str, video_id: str) -> DocumentReference:
    """`videoLikes/{uid_videoId}`: a like is there or it is not."""
    return clients.db().collection("videoLikes").document(ids.edge(uid, video_id))


def waiting_since(before: datetime) -> Query:
    """The videos issued before an instant whose file has not been announced."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("media.state", "==", MediaState.CREATED))
        .where(filter=FieldFilter("createdAt", "<", before))
    )


def create(  # noqa: PLR0913 - a document's fields
    tx: Transaction,
    video_id: VideoId,
    owner: Card,
    *,
    caption: str,
    hashtags: list[str],
    visibility: Visibility,
    allow_comments: bool,
    at: datetime,
) -> None:
    """Stage a video that waits for its file. Two writes."""
    tx.create(
        ref(video_id),
        {
            "videoId": video_id,
            "userId": owner.user_id,
            "username": owner.username,
            "userProfileImage": owner.profile_image,
            "caption": caption,
            "hashtags": hashtags,
            "visibility": visibility,
            "ownerPrivate": owner.is_private,
            "status": VideoStatus.PROCESSING,
            "media": {"state": MediaState.CREATED, "durationMs": 0, "width": 0, "height": 0},
            **dict.fromkeys(TOTALS, 0),
            "allowComments": allow_comments,
            "allowDuet": True,
            "allowStitch": True,
            "ageRestriction": 0,
            "shards": 1,
            "createdAt": at,
            "publishedAt": None,
            "lastModified": at,
        },
    )
    tx.create(
        media_ref(video_id),
        {
            "userId": owner.user_id,
            "originalPath": f"{folder(owner.user_id, video_id)}/{ORIGINAL}",
            "createdAt": at,
        },
    )


def decode(snapshot: DocumentSnapshot[Any]) -> Video | None:
    """The video, or None where there is none."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return None
    media = fields["media"]
    return Video(
        video_id=VideoId(snapshot.id),
        user_id=UserId(fields["userId"]),
        username=fields["username"],
        user_profile_image=fields["userProfileImage"],
        caption=fields["caption"],
        hashtags=tuple(fields["hashtags"]),
        visibility=Visibility(fields["visibility"]),
        status=VideoStatus(fields["status"]),
        media_state=MediaState(media["state"]),
        duration_ms=media["durationMs"],
        width=media["width"],
        height=media["height"],
        likes=fields["likes"],
        comments=fields["comments"],
        allow_comments=fields["allowComments"],
        age_restriction=fields["ageRestriction"],
        created_at=fields["createdAt"],
        published_at=fields["publishedAt"],
        shards=fields["shards"],
        owner_private=fields["ownerPrivate"],
        pinned_comment_id=fields.get("pinnedCommentId"),
        comment_rules=_rules(fields.get("commentRules")),
    )


def _rules(fields: dict[str, Any] | None) -> CommentRules | None:
    if fields is None:
        return None
    return CommentRules(Contact(fields["who"]), fields["filtered"])
