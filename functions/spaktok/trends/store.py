"""Paths and decoding of trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, ids
from spaktok.core.encode import camel
from spaktok.trends.model import (
    Hold,
    HoldState,
    Policy,
    TrendingTopic,
    TrendingVideo,
    TrendKind,
    Trends,
)

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query


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
            user_is_verified=one.get("userIsVerified", False),
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
            saves=one.get("saves", 0),
            unwanted=one.get("unwanted", 0),
            watched=one.get("watched"),
            for_adults=one.get("forAdults", False),
        )
        for one in fields.get("items", ())
    )
    return Trends(items, fields.get("computedAt"))


def decode_topics(snapshot: DocumentSnapshot[Any]) -> Trends[TrendingTopic]:
    """The hashtags or sounds that trend; none where no list was made yet."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    items = tuple(
        TrendingTopic(one["name"], one["score"], one["viewers"], one.get("forAdults", False))
        for one in fields.get("items", ())
    )
    return Trends(items, fields.get("computedAt"))


def hold_ref(kind: TrendKind, name: str) -> DocumentReference:
    """`trendHolds/{kind-digest}`: {kind, name, state, since, by?, reason?, at?}."""
    key = f"{kind}-{ids.digest('trend', kind, name)}"
    return clients.db().collection("trendHolds").document(key)


def policy_ref() -> DocumentReference:
    """`settings/trends`: what the policy says otherwise than its defaults."""
    return clients.db().collection("settings").document("trends")


def new_hold(kind: TrendKind, name: str, at: datetime) -> dict[str, Any]:
    """The document of something that was seen for the first time."""
    return {"kind": kind, "name": name, "state": HoldState.WAITING, "since": at}


def decode_hold(snapshot: DocumentSnapshot[Any]) -> Hold | None:
    """What is said of something; None where it was not seen before."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    return None if fields is None else Hold(HoldState(fields["state"]), fields["since"])


def decode_policy(snapshot: DocumentSnapshot[Any]) -> Policy:
    """The policy as it is: the defaults where nothing is said."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    known = Policy()
    return Policy(
        viewers_min=fields.get("viewersMin", known.viewers_min),
        wait_minutes=fields.get("waitMinutes", known.wait_minutes),
        reviewed=tuple(TrendKind(kind) for kind in fields.get("reviewed", known.reviewed)),
        version=fields.get("version", known.version),
    )


def waiting(kind: TrendKind) -> Query:
    """What nobody has said anything of yet, the longest known first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("trendHolds")
        .where(filter=FieldFilter("kind", "==", kind))
        .where(filter=FieldFilter("state", "==", HoldState.WAITING))
        .order_by("since")
        .order_by("__name__")
    )


def encode_list(items: Sequence[TrendingVideo | TrendingTopic], at: datetime) -> dict[str, Any]:
    """The document of a list."""
    return {"computedAt": at, "items": [_plain(asdict(one)) for one in items]}


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        camel(name): list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }
