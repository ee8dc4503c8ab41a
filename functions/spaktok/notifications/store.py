"""Paths and reads of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients
from spaktok.notifications.model import MESSAGES, News

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query


@dataclass(frozen=True, slots=True)
class Notification:
    """One entry of a user's inbox."""

    notification_id: str
    type: str
    message: str
    actor_id: str | None
    actor_name: str | None
    entity_type: str
    entity_id: str
    is_read: bool
    created_at: datetime


def ref(notification_id: str) -> DocumentReference:
    """`notifications/{id}`."""
    return clients.db().collection("notifications").document(notification_id)


def of_user(uid: str) -> Query:
    """A user's notifications, newest first."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        clients.db()
        .collection("notifications")
        .where(filter=FieldFilter("userId", "==", uid))
        .order_by("createdAt", direction=Query.DESCENDING)
        .order_by("__name__", direction=Query.DESCENDING)
    )


def of_actor(uid: str, actor: str) -> Query:
    """A user's notifications of what one other did."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("notifications")
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("actorId", "==", actor))
    )


def encode(news: News, actor_name: str | None, at: datetime) -> dict[str, Any]:
    """The document of a piece of news."""
    return {
        "userId": news.recipient,
        "type": news.type,
        "message": MESSAGES[news.type].format(actor=actor_name, detail=news.detail),
        "actorId": news.actor,
        "actorName": actor_name,
        "entityType": news.entity_type,
        "entityId": news.entity_id,
        "isRead": False,
        "createdAt": at,
    }


def decode(snapshot: DocumentSnapshot[Any]) -> Notification:
    """The entry as its owner sees it."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Notification(
        notification_id=snapshot.id,
        type=fields["type"],
        message=fields["message"],
        actor_id=fields["actorId"],
        actor_name=fields["actorName"],
        entity_type=fields["entityType"],
        entity_id=fields["entityId"],
        is_read=fields["isRead"],
        created_at=fields["createdAt"],
    )
