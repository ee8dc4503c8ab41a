"""Use cases of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaktok.core import clients, clock, paging
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.notifications import store
from spaktok.notifications.model import News
from spaktok.notifications.store import Notification
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference


_FORGET_PAGE = 400


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """A page of the inbox."""

    notifications: list[Notification]
    next_cursor: str | None
    has_more: bool


def deliver(news: News) -> bool:
    """Put the news into the recipient's inbox, unless they may not hear it; whether it went in.

    Blocks and mutes are checked now and not when it happened: one in between wins. Told twice, it
    stands once and stays read. At most 3 reads and 1 write.
    """
    from google.api_core.exceptions import AlreadyExists

    references: list[DocumentReference] = [users.card_ref(news.recipient)]
    if news.actor is not None:
        references += [
            users.card_ref(news.actor),
            users.relation_ref(news.actor, news.recipient),
        ]
    found = users.read(references)
    if users.decode_card(found[0]) is None:
        return False
    actor_name: str | None = None
    if news.actor is not None:
        actor = users.decode_card(found[1])
        relation = users.decode_relation(found[2], news.recipient, news.actor)
        if actor is None or actor.deactivated or relation.barred or relation.mutes:
            return False
        actor_name = actor.username
    try:
        store.ref(news.id).create(store.encode(news, actor_name, clock.now()))
    except AlreadyExists:
        return False
    return True


def forget(uid: UserId, actor: UserId) -> int:
    """Take back what `uid` was told of `actor`, whose name stands in it; how many entries.

    For when neither is to know of the other any more. One read and one delete an entry.
    """
    count = 0
    while page := list(store.of_actor(uid, actor).limit(_FORGET_PAGE).stream()):
        batch = clients.db().batch()
        for snapshot in page:
            batch.delete(snapshot.reference)
        batch.commit()
        count += len(page)
    return count


def inbox(uid: UserId, limit: int, cursor: str | None) -> NotificationPage:
    """A page of the caller's notifications, newest first: a read an entry, and one more."""
    page = paging.page(store.of_user(uid), limit=limit, cursor=cursor, scope=f"notifications:{uid}")
    return NotificationPage(
        notifications=[store.decode(snapshot) for snapshot in page.snapshots],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def mark_read(uid: UserId, notification_id: str) -> None:
    """Mark an entry as read; once it is, nothing more is written."""
    reference = store.ref(notification_id)
    snapshot = reference.get()
    if not snapshot.exists or snapshot.get("userId") != uid:
        raise NotFound
    if not snapshot.get("isRead"):
        reference.update({"isRead": True, "readAt": clock.now()})
