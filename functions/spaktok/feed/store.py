"""Paths, reads and staged writes of the feed's documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids
from spaktok.feed import slates
from spaktok.feed.model import Mask, Mode, key
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, WriteBatch

Cards = dict[str, Any]

SEEN: Final = {Mode.FOR_YOU: "served", Mode.CHRONOLOGICAL: "servedInOrder"}
"""Where it stands what a mode has shown."""


def inbox_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/inbox`: {cards, authors, soundIds, left: {key: at}, pulls, lookedAt}.

    `cards`: {videoId: card}. `authors` names whose cards may be among them, so that an author who
    leaves is found in every inbox, whoever follows them by then; `soundIds` the sounds they may be
    with, for the same reason. `left` says whom the user follows no more: a card that was
    under way then is not shown. `pulls` are the followed authors who are too many's to push to all.
    `lookedAt` is the day the Following tab was last opened.
    """
    return users.card_ref(uid).collection("feed").document("inbox")


def outbox_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/outbox`: {cards: {videoId: card}, soundIds, pulled: bool}.

    `pulled` once all who follow know that they have to look here.
    """
    return users.card_ref(uid).collection("feed").document("outbox")


def mask_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/mask`: {users: {uid: true}, videos: {videoId: true}, muted: {uid: until}}."""
    return users.card_ref(uid).collection("feed").document("mask")


def slate_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/slate`: see `feed.slates`."""
    return users.card_ref(uid).collection("feed").document("slate")


def seen_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/seen`: {served, servedInOrder: bytes}, 8 a card, the latest last.

    By mode, and it names nothing.
    """
    return users.card_ref(uid).collection("feed").document("seen")


def tuning_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/tuning`: what the user said of the feed, see `feed.tuning`."""
    return users.card_ref(uid).collection("feed").document("tuning")


def record_ref(uid: str, slate_id: str) -> DocumentReference:
    """`users/{uid}/feedRecords/{slateId}`: {inputs: bytes, recipe, at, expiresAt}."""
    return users.card_ref(uid).collection("feedRecords").document(slate_id)


def pool_ref() -> DocumentReference:
    """`feedPools/fresh`: {at, items: [card and counts], regards: {key: counts}}.

    What is new and public; and what is known of the most watched others (`feed.regards`).
    """
    return clients.db().collection("feedPools").document("fresh")


def topic_ref(topic: str) -> DocumentReference:
    """`feedPools/{digest}`: {at, items}, what there is of a `#tag` or a `♪sound`."""
    return clients.db().collection("feedPools").document(f"topic-{ids.digest('topic', topic)}")


def hide(batch: WriteBatch, uid: str, kind: str, name: str) -> None:
    """Stage that the slates made so far show nothing of a user, video, hashtag or sound. One write."""
    batch.set(slate_ref(uid), {"hidden": {kind: {key(name): ids.random_id()}}}, merge=True)


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
    batch.set(inbox_ref(uid), {"cards": arriving, **_found_too(arriving)}, merge=True)


def replace(batch: WriteBatch, uid: str, arriving: Cards) -> None:
    """Stage an inbox that holds these cards alone. One write."""
    batch.set(inbox_ref(uid), {"cards": arriving, **found_by(arriving.values())})


def publish(uid: str, arriving: Cards) -> None:
    """Put cards into the outbox. One write."""
    found_too = _found_too(arriving)
    del found_too["authors"]  # it is found by its path
    outbox_ref(uid).set({"cards": arriving, **found_too}, merge=True)


def found_by(held: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """By what a document with these encoded cards is found: whose they are, and with which sounds."""
    every = list(held)
    return {
        "authors": sorted({card["userId"] for card in every}),
        "soundIds": sorted({sound for card in every if (sound := card.get("soundId"))}),
    }


def _found_too(arriving: Cards) -> dict[str, Any]:
    """What finds a document by these cards besides those that it holds."""
    from google.cloud.firestore import ArrayUnion

    return {name: ArrayUnion(found) for name, found in found_by(arriving.values()).items() if found}


def holding(author: str) -> Query:
    """The inboxes that may hold cards of an author, of whoever's."""
    return _naming("authors", author)


def pulling(author: str) -> Query:
    """The inboxes of whoever looks into an author's outbox."""
    return _naming("pulls", author)


def pull_no_more(batch: WriteBatch, found: DocumentSnapshot[Any], author: str) -> None:
    """Stage that an inbox that `pulling` found looks there no more. One write."""
    from google.cloud.firestore import ArrayRemove

    batch.update(found.reference, {"pulls": ArrayRemove([author])})


def leave(batch: WriteBatch, uid: str, held: Cards, author: str) -> None:
    """Stage that `uid` follows an author no more, whose cards are among `held`. Two writes."""
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove

    batch.set(
        inbox_ref(uid),
        {
            "cards": _of(held, author, DELETE_FIELD),
            "authors": ArrayRemove([author]),
            "pulls": ArrayRemove([author]),
            "left": {key(author): clock.now()},
        },
        merge=True,
    )
    hide(batch, uid, "users", author)


def join(batch: WriteBatch, uid: str, author: str, arriving: Cards, *, pulled: bool) -> None:
    """Stage that `uid` follows an author, and the cards that come along. One write."""
    from google.cloud.firestore import DELETE_FIELD, ArrayUnion

    changes: dict[str, Any] = {"left": {key(author): DELETE_FIELD}}
    if pulled:
        changes["pulls"] = ArrayUnion([author])
    elif arriving:
        changes |= {"cards": arriving, **_found_too(arriving)}
    batch.set(inbox_ref(uid), changes, merge=True)


def take_out(batch: WriteBatch, found: DocumentSnapshot[Any], author: str) -> None:
    """Stage that an author's cards leave a document that `holding` found. One write."""
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove

    if found.id == "slate":
        modes = (found.to_dict() or {}).get("modes", {})
        kept = {
            mode: slates.encode(slates.without(slate, author))
            for mode, fields in modes.items()
            if (slate := slates.decode(fields)) is not None
        }
        batch.update(found.reference, {"modes": kept, "authors": ArrayRemove([author])})
        return
    batch.set(
        found.reference,
        {"cards": _of(cards(found), author, DELETE_FIELD), "authors": ArrayRemove([author])},
        merge=True,
    )


def heard(sound_id: str) -> Query:
    """The inboxes, outboxes and slates that may hold cards with a sound."""
    return _naming("soundIds", sound_id)


def _naming(names: str, one: str) -> Query:
    """The documents of all feeds whose list `names` holds one."""
    from google.cloud.firestore import FieldFilter

    feeds = clients.db().collection_group("feed")
    return feeds.where(filter=FieldFilter(names, "array_contains", one))


def unname(batch: WriteBatch, found: DocumentSnapshot[Any], sound_id: str) -> None:
    """Stage that a document that `heard` found names a sound no more; its cards stay. One write.

    To be staged where it was read: a card that goes meanwhile must not come back as a part of one.
    """
    from google.cloud.firestore import ArrayRemove
    from google.cloud.firestore_v1.field_path import FieldPath

    changes: dict[str, Any] = {"soundIds": ArrayRemove([sound_id])}
    if found.id == "slate":
        modes = (found.to_dict() or {}).get("modes", {})
        changes["modes"] = {
            mode: slates.encode(slates.unheard(slate, sound_id))
            for mode, fields in modes.items()
            if (slate := slates.decode(fields)) is not None
        }
    else:
        for video_id, card in cards(found).items():
            if card.get("soundId") == sound_id:
                changes[FieldPath("cards", video_id, "soundId").to_api_repr()] = None
    batch.update(found.reference, changes)


def _of(held: Cards, author: str, value: Any) -> Cards:
    return {video_id: value for video_id, card in held.items() if card["userId"] == author}


def hide_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that `uid` must not see `other`. Two writes."""
    batch.set(mask_ref(uid), {"users": {other: True}}, merge=True)
    hide(batch, uid, "users", other)


def show_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that `uid` may see `other` again. One write."""
    from google.cloud.firestore import DELETE_FIELD

    batch.set(mask_ref(uid), {"users": {other: DELETE_FIELD}}, merge=True)


def mute_user(batch: WriteBatch, uid: str, other: str, until: datetime | None) -> None:
    """Stage that `uid`'s feed leaves `other` out, until then or for good. Two writes."""
    batch.set(mask_ref(uid), {"muted": {other: until}}, merge=True)
    hide(batch, uid, "users", other)


def unmute_user(batch: WriteBatch, uid: str, other: str) -> None:
    """Stage that it does so no more. One write."""
    from google.cloud.firestore import DELETE_FIELD

    batch.set(mask_ref(uid), {"muted": {other: DELETE_FIELD}}, merge=True)
