"""Paths, reads and staged writes of the feed's documents."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, clock
from spaktok.feed.model import Mask
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, WriteBatch

Cards = dict[str, Any]


def inbox_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/inbox`: {cards: {videoId: card}, authors: [uid]}.

    `authors` names whose cards may be among them, so that an author who leaves is found in every
    inbox, whoever follows them by then.
    """
    return users.card_ref(uid).collection("feed").document("inbox")


def outbox_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/outbox`: {cards: {videoId: card}}."""
    return users.card_ref(uid).collection("feed").document("outbox")


def mask_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/mask`: {users: {uid: true}, videos: {videoId: true}, muted: {uid: until}}."""
    return users.card_ref(uid).collection("feed").document("mask")


def cards(snapshot: DocumentSnapshot[Any]) -> Cards:
    """The encoded cards of an inbox or outbox."""
    found: Cards = (snapshot.to_dict() or {}).get("cards", {})
    return found


def mask(snapshot: DocumentSnapshot[Any]) -> Mask:
    """Whom and what the user must not see; nobody and nothing where there is no document."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    muted: dict[str, datetime | None] = fields.get("muted", {})
    at = clock.now()
    return Mask(
        users=frozenset(fields.get("users", {})),
        videos=frozenset(fields.get("videos", {})),
        muted=frozenset(uid for uid, until in muted.items() if until is None or at < until),
    )


def put(batch: WriteBatch, uid: str, arriving: Cards) -> None:
    """Stage cards into an inbox without reading it; the same card twice is there once. One write."""
    from google.cloud.firestore import ArrayUnion

    batch.set(
        inbox_ref(uid),
        {"cards": arriving, "authors": ArrayUnion(authors(arriving))},
        merge=True,
    )


def remove(batch: WriteBatch, uid: str, video_id: str) -> None:
    """Stage that a card leaves an inbox, whether or not it is there. One write."""
    from google.cloud.firestore import DELETE_FIELD

    batch.set(inbox_ref(uid), {"cards": {video_id: DELETE_FIELD}}, merge=True)


def replace(batch: WriteBatch, uid: str, arriving: Cards) -> None:
    """Stage an inbox that holds these cards alone. One write."""
    batch.set(inbox_ref(uid), {"cards": arriving, "authors": authors(arriving)})


def authors(held: Cards) -> list[str]:
    """Whose cards these are."""
    return sorted({card["userId"] for card in held.values()})


def holding(author: str) -> Query:
    """The inboxes that may hold cards of an author, of whoever's."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection_group("feed")
        .where(filter=FieldFilter("authors", "array_contains", author))
    )


def withdraw(batch: WriteBatch, uid: str, held: Cards, author: str, *, found: bool = False) -> None:
    """Stage the removal of an author's cards from an inbox that holds `held`. At most one write.

    One in any case where the inbox was `found` by its authors: it is to be found no more.
    """
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove

    leaving = {
        video_id: DELETE_FIELD for video_id, card in held.items() if card["userId"] == author
    }
    if leaving or found:
        batch.set(inbox_ref(uid), {"cards": leaving, "authors": ArrayRemove([author])}, merge=True)


def hide_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that `uid` must not see `other`. One write."""
    batch.set(mask_ref(uid), {"users": {other: True}}, merge=True)


def show_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that `uid` may see `other` again. One write."""
    from google.cloud.firestore import DELETE_FIELD

    batch.set(mask_ref(uid), {"users": {other: DELETE_FIELD}}, merge=True)


def mute_user(batch: WriteBatch, uid: str, other: str, until: datetime | None) -> None:
    """Stage that `uid`'s feed leaves `other` out, until then or for good. One write."""
    batch.set(mask_ref(uid), {"muted": {other: until}}, merge=True)


def unmute_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that it does so no more. One write."""
    from google.cloud.firestore import DELETE_FIELD

    batch.set(mask_ref(uid), {"muted": {other: DELETE_FIELD}}, merge=True)
