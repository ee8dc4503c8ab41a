"""Paths, reads and staged writes of the feed's documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spaktok.feed.model import Mask
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, WriteBatch

Cards = dict[str, Any]


def inbox_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/inbox`: {cards: {videoId: card}}."""
    return users.card_ref(uid).collection("feed").document("inbox")


def outbox_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/outbox`: {cards: {videoId: card}}."""
    return users.card_ref(uid).collection("feed").document("outbox")


def mask_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/mask`: {users: {uid: true}, videos: {videoId: true}}."""
    return users.card_ref(uid).collection("feed").document("mask")


def cards(snapshot: DocumentSnapshot[Any]) -> Cards:
    """The encoded cards of an inbox or outbox."""
    found: Cards = (snapshot.to_dict() or {}).get("cards", {})
    return found


def mask(snapshot: DocumentSnapshot[Any]) -> Mask:
    """Whom and what the user must not see; nobody and nothing where there is no document."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Mask(
        users=frozenset(fields.get("users", {})), videos=frozenset(fields.get("videos", {}))
    )


def put(batch: WriteBatch, uid: str, arriving: Cards) -> None:
    """Stage cards into an inbox without reading it; the same card twice is there once. One write."""
    batch.set(inbox_ref(uid), {"cards": arriving}, merge=True)


def replace(batch: WriteBatch, uid: str, arriving: Cards) -> None:
    """Stage an inbox that holds these cards alone. One write."""
    batch.set(inbox_ref(uid), {"cards": arriving})


def withdraw(batch: WriteBatch, uid: str, held: Cards, author: str) -> None:
    """Stage the removal of an author's cards from an inbox that holds `held`. At most one write."""
    from google.cloud.firestore import DELETE_FIELD

    leaving = {
        video_id: DELETE_FIELD for video_id, card in held.items() if card["userId"] == author
    }
    if leaving:
        batch.set(inbox_ref(uid), {"cards": leaving}, merge=True)


def hide_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that `uid` must not see `other`. One write."""
    batch.set(mask_ref(uid), {"users": {other: True}}, merge=True)


def show_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that `uid` may see `other` again. One write."""
    from google.cloud.firestore import DELETE_FIELD

    batch.set(mask_ref(uid), {"users": {other: DELETE_FIELD}}, merge=True)
