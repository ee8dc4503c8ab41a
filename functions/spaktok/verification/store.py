"""Paths, facts and staged writes of verification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.verification.criteria import Facts
from spaktok.videos.model import VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query


class Status(StrEnum):
    """What became of a request."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"
    """The account was renamed while it waited."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A request as the staff see it: with what was measured when it was made."""

    request_id: str
    user_id: str
    username: str
    follower_count: int
    video_count: int
    view_count: int
    created_at: datetime


def request_ref(request_id: str) -> DocumentReference:
    """`verificationRequests/{id}`: {userId, username, status, …, createdAt, decidedAt?, reason?}."""
    return clients.db().collection("verificationRequests").document(request_id)


def latest_ref(uid: str) -> DocumentReference:
    """`verifications/{uid}`: {requestId, username, status, decidedAt | null}, of the last request."""
    return clients.db().collection("verifications").document(uid)


def pending() -> Query:
    """What waits, oldest first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("verificationRequests")
        .where(filter=FieldFilter("status", "==", Status.PENDING))
        .order_by("createdAt")
        .order_by("__name__")
    )


def facts(card: Card) -> Facts:
    """What is measured about the account: four queries, one read a started thousand of videos."""
    from google.cloud.firestore import Query

    shown = _videos(card.user_id, VideoStatus.ACTIVE)
    newest = list(shown.order_by("publishedAt", direction=Query.DESCENDING).limit(1).stream())
    removed = list(_videos(card.user_id, VideoStatus.REMOVED).limit(1).stream())
    security: dict[str, Any] = users.security_ref(card.user_id).get().to_dict() or {}
    counted: Any = shown
    # The count says what the sum costs (`core.meter`), and costs nothing itself.
    summed = counted.count(alias="videos").sum("views", alias="views").get()[0]
    views = next(one.value for one in summed if one.alias == "views")
    return Facts(
        followers=card.follower_count,
        views=int(views or 0),
        videos=card.video_count,
        last_posted_at=newest[0].get("publishedAt") if newest else None,
        complete=bool(card.display_name and card.bio and card.profile_image),
        violations=bool(removed) or bool(security.get("banned")),
    )


def decode(snapshot: DocumentSnapshot[Any]) -> Verification:
    """The request as the staff see it."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Verification(
        request_id=snapshot.id,
        user_id=fields["userId"],
        username=fields["username"],
        follower_count=fields["followerCount"],
        video_count=fields["videoCount"],
        view_count=fields["viewCount"],
        created_at=fields["createdAt"],
    )


def _videos(uid: str, status: VideoStatus) -> Query:
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("status", "==", status))
    )
