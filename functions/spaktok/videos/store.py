"""Paths, decoding and staged writes of videos.

`likes` and `comments` on the video are kept fresh by roll-ups of its shards (`core.counters`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import MediaState, VideoLimits
from spaktok.users.model import Card
from spaktok.users.relation import Visibility
from spaktok.videos.commenting import CommentRules
from spaktok.videos.model import (
    ORIGINAL,
    Intent,
    Kinship,
    ModerationStatus,
    Rendition,
    Video,
    VideoStatus,
    folder,
)
from spaktok.videos.rule_seals import seal

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, WriteBatch

TOTALS: Final = ("comments", "likes", "saves", "shares")
"""The fields of a video that are sums of its shards. `views` is not: it comes from the batches of
`views`, many at once, and is never contended."""


def ref(video_id: str) -> DocumentReference:
    """`videos/{id}`."""
    return clients.db().collection("videos").document(video_id)


def media_ref(video_id: str) -> DocumentReference:
    """`videos/{id}/private/media`: {originalPath, generation, leaseUntil, failure, probe, sizes}."""
    return ref(video_id).collection("private").document("media")


def analytics_ref(video_id: str) -> DocumentReference:
    """`videos/{id}/private/analytics`: what `views` counts.

    Made with the video, and changed only where it is: nothing counted late outlives a deleted video.
    """
    return ref(video_id).collection("private").document("analytics")


def like_ref(uid: str, video_id: str) -> DocumentReference:
    """`videoLikes/{uid_videoId}`: a like is there or it is not."""
    return clients.db().collection("videoLikes").document(ids.edge(uid, video_id))


def case_ref(video_id: str) -> DocumentReference:
    """`moderationCases/{videoId}`: see `service.gate`."""
    return clients.db().collection("moderationCases").document(video_id)


def frames_ref(entry_id: str) -> DocumentReference:
    """`frameHashes/{videoId | known-…}`: see `service.duplicates`."""
    return clients.db().collection("frameHashes").document(entry_id)


def of_owner(uid: str) -> Query:
    """All of a user's videos, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("userId", "==", uid))
        .order_by("__name__")
    )


def waiting_since(before: datetime) -> Query:
    """The videos issued before an instant whose file has not been announced."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("media.state", "==", MediaState.CREATED))
        .where(filter=FieldFilter("createdAt", "<", before))
    )


def due(at: datetime, status: VideoStatus) -> Query:
    """The videos of this status whose hour has come, the earliest first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("status", "==", status))
        .where(filter=FieldFilter("publishAt", "<=", at))
        .order_by("publishAt")
    )


@dataclass(frozen=True, slots=True)
class NewVideo:
    """What an owner says of a video before its file is there."""

    caption: str = ""
    hashtags: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    language: str = "und"
    allow_comments: bool = True
    allow_duet: bool = True
    allow_stitch: bool = True
    intent: Intent = Intent.PUBLISH
    publish_at: datetime | None = None
    sound_id: str | None = None
    challenge_id: str | None = None
    parent_id: str | None = None
    kinship: Kinship | None = None
    comment_rules: CommentRules | None = None
    """The owner's, read in the transaction that makes the video."""
    duration_ms_max: int = VideoLimits().duration_ms_max
    thumbnail_at_ms: int | None = None
    """Where its owner wants the thumbnail from; None leaves that to us."""


def create(tx: WriteBatch, video_id: VideoId, owner: Card, new: NewVideo, at: datetime) -> None:
    """Stage a video that waits for its file. Three writes."""
    tx.create(
        ref(video_id),
        {
            "videoId": video_id,
            "userId": owner.user_id,
            "username": owner.username,
            "userProfileImage": owner.profile_image,
            "userIsVerified": owner.is_verified,
            "caption": new.caption,
            "hashtags": list(new.hashtags),
            "language": new.language,
            "visibility": new.visibility,
            # Anywhere, so that it tells no viewer how often the audience was changed.
            "audienceEpoch": secrets.randbelow(2**40),
            "ownerPrivate": owner.is_private,
            "status": VideoStatus.PROCESSING,
            "moderationStatus": ModerationStatus.PENDING,
            "intent": new.intent,
            "publishAt": new.publish_at,
            "recommendable": False,
            "media": {
                "state": MediaState.CREATED,
                "durationMs": 0,
                "width": 0,
                "height": 0,
                "muted": False,
                "renditions": [],
            },
            **dict.fromkeys(TOTALS, 0),
            "views": 0,
            "allowComments": new.allow_comments,
            "allowDuet": new.allow_duet,
            "allowStitch": new.allow_stitch,
            "soundId": new.sound_id,
            "challengeId": new.challenge_id,
            "parentId": new.parent_id,
            "kinship": new.kinship,
            "commentSeal": seal(video_id, new.comment_rules) if new.comment_rules else None,
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
            "durationMsMax": new.duration_ms_max,
            "thumbnailAtMs": new.thumbnail_at_ms,
            "createdAt": at,
        },
    )
    tx.create(analytics_ref(video_id), {"userId": owner.user_id})


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
        user_is_verified=fields.get("userIsVerified", False),
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
        # What came later has a default, so that a video of an earlier version stays readable.
        moderation=ModerationStatus(fields.get("moderationStatus", ModerationStatus.APPROVED)),
        intent=Intent(fields.get("intent", Intent.PUBLISH)),
        publish_at=fields.get("publishAt"),
        recommendable=fields.get("recommendable", False),
        audience_epoch=fields.get("audienceEpoch", 0),
        language=fields.get("language", "und"),
        allow_duet=fields.get("allowDuet", True),
        allow_stitch=fields.get("allowStitch", True),
        sound_id=fields.get("soundId"),
        muted=media.get("muted", False),
        challenge_id=fields.get("challengeId"),
        parent_id=fields.get("parentId"),
        kinship=Kinship(fields["kinship"]) if fields.get("kinship") else None,
        renditions=tuple(_rendition(one) for one in media.get("renditions", ())),
        last_modified=fields.get("lastModified"),
        views=fields.get("views", 0),
        shares=fields.get("shares", 0),
        saves=fields.get("saves", 0),
        reused=fields.get("reused", False),
        pinned_comment_id=fields.get("pinnedCommentId"),
        comment_seal=fields.get("commentSeal"),
    )


def _rendition(fields: dict[str, Any]) -> Rendition:
    return Rendition(
        name=fields["name"],
        codec=fields["codec"],
        width=fields["width"],
        height=fields["height"],
        bitrate=fields["bitrate"],
        size_bytes=fields["sizeBytes"],
    )
