"""Paths and decoding of trends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.trends.model import TrendingTopic, TrendingVideo, TrendKind, Trends

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot


def list_ref(kind: TrendKind) -> DocumentReference:
    """`trends/{kind}`: {computedAt, items: [item]}, best first, at most 100: one read.

    An item has the fields of `TrendingVideo`, or of `TrendingTopic`, in camelCase. The list is made
    anew by a schedule, from roll-ups, and is only ever replaced as a whole.
    """
    return clients.db().collection("trends").document(kind)


def decode_videos(snapshot: DocumentSnapshot[Any]) -> Trends[TrendingVideo]:
    """The videos that trend; none where no list was made yet."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    items = tuple(
        TrendingVideo(
            video_id=one["videoId"],
            score=one["score"],
            viewers=one["viewers"],
            user_id=one["userId"],
            username=one["username"],
            user_profile_image=one["userProfileImage"],
            caption=one["caption"],
            hashtags=tuple(one["hashtags"]),
            sound_id=one["soundId"],
            language=one["language"],
            duration_ms=one["durationMs"],
            width=one["width"],
            height=one["height"],
            age_restriction=one["ageRestriction"],
            published_at=one["publishedAt"],
            likes=one["likes"],
            comments=one["comments"],
            shares=one["shares"],
            views=one["views"],
        )
        for one in fields.get("items", ())
    )
    return Trends(items, fields.get("computedAt"))


def decode_topics(snapshot: DocumentSnapshot[Any]) -> Trends[TrendingTopic]:
    """The hashtags or sounds that trend; none where no list was made yet."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    items = tuple(
        TrendingTopic(one["name"], one["score"], one["viewers"]) for one in fields.get("items", ())
    )
    return Trends(items, fields.get("computedAt"))
