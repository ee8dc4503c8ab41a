"""Inboxes, and people who are old enough to be disturbed."""

from __future__ import annotations

from typing import Any

from spaktok.core import clients, clock, ids
from spaktok.core.ids import UserId
from spaktok.notifications import inbox
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users.model import new_card
from tests.support.people import join

T = NotificationType
PACKED = 5000
"""Followers a shard."""


def adults(*uids: str) -> None:
    """Give each a profile, of age and in Sweden."""
    join(*map(UserId, uids))
    for uid in uids:
        clients.db().collection("security").document(uid).update({"band": "adult", "region": "SE"})


def news(
    recipient: str,
    kind: NotificationType,
    entity: str = "thing",
    actor: str | None = None,
    entity_type: EntityType = EntityType.STORY,
    **more: Any,
) -> News:
    """News about something that no row of `kinds.PLACES` describes, of now."""
    return News(recipient, kind, entity_type, entity, actor, **{"at": clock.now(), **more})


def alarm(recipient: str, **more: Any) -> News:
    """A sign-in from somewhere new."""
    return news(recipient, T.NEW_SIGN_IN, recipient, entity_type=EntityType.USER, **more)


def entries(uid: str) -> list[inbox.Notification]:
    """The whole inbox, as the callable answers it."""
    found: list[inbox.Notification] = []
    cursor = None
    while True:
        page = inbox.inbox(UserId(uid), 50, cursor)
        found += page.notifications
        cursor = page.next_cursor
        if cursor is None:
            return found


def documents(uid: str) -> list[dict[str, Any]]:
    """What the owner can read under the rules."""
    return [
        one.to_dict() or {}
        for one in clients.db().collection("notifications").stream()
        if one.get("userId") == uid
    ]


def mark_as_the_app_does(entry_id: str) -> None:
    """The one write that the rules let a client make."""
    clients.db().collection("notifications").document(entry_id).update(
        {"isRead": True, "readAt": clock.now()}
    )


def like(uid: str, video_id: str) -> None:
    """The record of a like, without the callable around it."""
    clients.db().collection("videoLikes").document(ids.edge(uid, video_id)).set(
        {"userId": uid, "videoId": video_id, "timestamp": clock.now()}
    )


def unlike(uid: str, video_id: str) -> None:
    """The record gone."""
    clients.db().collection("videoLikes").document(ids.edge(uid, video_id)).delete()


def liked(video_id: str) -> News:
    """The news that a window's task tells."""
    owner = ids.owner_of(video_id)
    return News(owner or "", T.VIDEO_LIKE, EntityType.VIDEO, video_id)


def crowd(followed: str, count: int) -> list[str]:
    """That many followers of age; their ids."""
    fans = [f"fan{number:06}" for number in range(count)]
    at = clock.now()
    for start in range(0, count, 200):
        batch = clients.db().batch()
        for fan in fans[start : start + 200]:
            uid = UserId(fan)
            batch.set(
                clients.db().collection("users").document(fan),
                new_card(uid, fan, fan, at, is_private=False),
            )
            batch.set(
                clients.db().collection("security").document(fan), {"band": "adult", "region": "SE"}
            )
        batch.commit()
    shards = clients.db().collection("users").document(followed).collection("shards")
    for start in range(0, count, PACKED):
        held = fans[start : start + PACKED]
        shards.document(str(start // PACKED)).set({"followerIds": held, "followerCount": len(held)})
    return fans
