"""Author cards: bringing a changed name, photo or badge to where it was copied to.

A user's videos and outbox carry the author's username, photo and badge, their sounds the username (and
with them what is searched, by the trigger of sounds). The card is the truth: an
upload copies it in the transaction that makes the video, and each page of changes here reads it in the
transaction that makes them. So no page of an earlier change comes after one of a later, and once the
task of the last change has run, every copy agrees. Cards that lie in followers' inboxes keep the old
name, photo and badge for as long as they lie there; apps open profiles by id, and the old handle is
held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, log, transaction
from spaktok.feed import store
from spaktok.users import store as users
from spaktok.videos import store as videos

if TYPE_CHECKING:
    from google.cloud.firestore import Query, Transaction

PAGE: Final = 200
"""Videos looked at in one transaction, which holds them until it commits."""


@dataclass(frozen=True, slots=True)
class _Page:
    """How far a page came: the last video it looked at, None where there is none left."""

    last: str | None
    changed: int


def refresh(uid: str) -> int:
    """Bring every copy to the card's present state; how many videos changed.

    Repeatable: a run that is killed begins anew and writes only what still differs. One read a video,
    one write for each that differs, two of the outbox, and a read and a write a sound that differs.
    """
    changed = 0
    after: str | None = None
    while True:
        page = transaction.run(lambda tx, place=after: _page(tx, uid, place))  # type: ignore[misc]
        changed += page.changed
        if page.last is None:
            break
        after = page.last
    # After the videos: a sound is made from its video, in a transaction that reads that.
    while transaction.run(lambda tx: _credit(tx, uid)) == PAGE:
        continue
    transaction.run(lambda tx: _rewrite_outbox(tx, uid))
    log.info("author card refreshed", videos=changed)
    return changed


def _page(tx: Transaction, uid: str, after: str | None) -> _Page:
    author = _author(tx, uid)
    if author is None:
        return _Page(None, 0)
    found = list(_videos_of(uid, after).stream(transaction=tx))
    stale = [one for one in found if not author.items() <= (one.to_dict() or {}).items()]
    for snapshot in stale:
        tx.update(snapshot.reference, dict(author))
    return _Page(found[-1].id if len(found) == PAGE else None, len(stale))


def _credit(tx: Transaction, uid: str) -> int:
    """Bring some of the sounds to the name; how many."""
    from spaktok.videos import catalogue  # this job's alone, of those its instance does

    author = _author(tx, uid)
    if author is None:
        return 0
    name = author["username"]
    found = list(tx.get(catalogue.credited_otherwise(uid, name).limit(PAGE)))
    for sound in found:
        tx.update(sound.reference, catalogue.credited(name))
    return len(found)


def _rewrite_outbox(tx: Transaction, uid: str) -> None:
    author = _author(tx, uid)
    held = store.cards(users.read([store.outbox_ref(uid)], tx)[0])
    if author is not None and any(not author.items() <= card.items() for card in held.values()):
        renewed = {video_id: {**card, **author} for video_id, card in held.items()}
        tx.update(store.outbox_ref(uid), {"cards": renewed})


def _author(tx: Transaction, uid: str) -> dict[str, Any] | None:
    """What is copied, by the names it has on a video and on a feed's card alike."""
    card = users.decode_card(users.read([users.card_ref(uid)], tx)[0])
    if card is None:
        return None
    return {
        "username": card.username,
        "userProfileImage": card.profile_image,
        "userIsVerified": card.is_verified,
    }


def _videos_of(uid: str, after: str | None) -> Query:
    from google.cloud.firestore import FieldFilter

    query = (
        clients.db()
        .collection("videos")
        .where(filter=FieldFilter("userId", "==", uid))
        .order_by("__name__")
        .limit(PAGE)
    )
    return query if after is None else query.start_after({"__name__": videos.ref(after)})
