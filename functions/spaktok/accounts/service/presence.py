"""Going away and returning.

The card, and the videos that one commit holds, change in the call: from then on the profile is not
there, nor its videos, in calls, rules and files alike, at no read more than before (a video's own
`status` says it). The rest follows by a task within seconds: further videos, comments, and the cards
in followers' feeds, which hold no file. It makes things agree with the card as it is then, so it may
run twice, late, or against another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.accounts import store
from spaktok.core import clients, clock, dispatch, ids, revocations, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.revocations import Limit, Reach
from spaktok.core.standing import ProfileRequired
from spaktok.feed import store as feed
from spaktok.users import store as users
from spaktok.videos.model import VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query, Transaction

PAGE: Final = 400
"""Videos that change with the card; more than 499 writes a commit does not hold."""
INBOXES: Final = 50


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the account is there for others."""

    deactivated: bool


def deactivate(uid: UserId) -> Presence:
    """Go away: for others this account is one that never was. Repeated, it changes nothing.

    Two reads and four writes, and one of each a video that is public so far (at most 400).
    """
    return _move(uid, away=True)


def reactivate(uid: UserId) -> Presence:
    """Return, and stop an erasure that still waits for the end of its grace. Costs as going away."""
    return _move(uid, away=False)


def _move(uid: UserId, *, away: bool) -> Presence:
    task = Task("movePresence", ids.random_id(), {"uid": uid})

    def body(tx: Transaction) -> bool:
        card, security = users.read([users.card_ref(uid), store.security_ref(uid)], tx)
        if not card.exists:
            raise ProfileRequired
        erasure = (security.to_dict() or {}).get("erasure")
        if card.get("deactivated") is away and not (erasure and not away):
            return False
        shown = list(tx.get(_videos(uid, away=away)))
        stage(tx, uid, shown, away=away)
        if not away:
            # Unless it is private as well: what others were shown before may still lie about.
            if card.get("isPrivate"):
                revocations.limit_user(tx, uid, Limit(Reach.FOLLOWERS))
            else:
                revocations.lift_user(tx, uid)
        standing: dict[str, Any] = {"deactivated": away}
        if erasure and not away:
            from google.cloud.firestore import DELETE_FIELD

            tx.delete(store.erasure_ref(erasure))
            standing["erasure"] = DELETE_FIELD
        tx.update(store.security_ref(uid), standing)
        dispatch.stage(tx, task)
        return True

    if transaction.run(body):
        dispatch.release(task)
    return Presence(away)


def shown(tx: Transaction, uid: UserId) -> list[DocumentSnapshot[Any]]:
    """The videos of `uid` that others see, as many as one commit can hide."""
    return list(tx.get(_videos(uid, away=True)))


def stage(tx: Transaction, uid: UserId, videos: list[DocumentSnapshot[Any]], *, away: bool) -> None:
    """Stage that the card, and these videos, are there for others or are not.

    Where they are not, copies in feeds are not shown any more either. Two writes, and one a video.
    """
    status = VideoStatus.AWAY if away else VideoStatus.ACTIVE
    if away:
        revocations.limit_user(tx, uid, Limit(Reach.NOBODY))
    tx.update(users.card_ref(uid), {"deactivated": away, "updatedAt": clock.now()})
    for video in videos:
        tx.update(video.reference, {"status": status})


def settle(uid: UserId) -> None:
    """Make everything agree with the card. Repeatable; a read and a write of what disagrees.

    Where the card changed meanwhile, it starts over: what another run did may have been undone.
    """
    while (away := _away(uid)) is not None:
        for _ in _agree(uid, away=away):
            if _away(uid) is not away:
                break
        if _away(uid) is away:
            return


def _agree(uid: UserId, *, away: bool) -> Iterator[None]:
    from spaktok.notifications import service as inboxes
    from spaktok.videos.commenting import CommentStatus  # this and the like below: the task's alone
    from spaktok.videos.service import settling

    yield from _switch(uid, _videos(uid, away=away), {"status": _video_status(away=away)}, away)
    settling.settle_all(uid)
    said = {"moderationStatus": CommentStatus.AWAY if away else CommentStatus.ACTIVE}
    yield from _switch(uid, _comments(uid, away=away), said, away)
    if away:
        taken_back = revocations.named("users", uid, uid)
        yield from withdraw(uid)
        if taken_back is not None:
            revocations.withdrawn("users", uid, uid, taken_back)
        yield from inboxes.forget(uid)
    else:
        yield from _hand_out(uid)


def _switch(uid: UserId, wrong: Query, right: dict[str, Any], away: bool) -> Iterator[None]:
    """Change what is wrong, in pages, for as long as the card says so."""

    def body(tx: Transaction) -> int:
        (card,) = users.read([users.card_ref(uid)], tx)
        if not card.exists or card.get("deactivated") is not away:
            return 0
        found = list(tx.get(wrong))
        for one in found:
            tx.update(one.reference, right)
        return len(found)

    while transaction.run(body) == PAGE:
        yield
    yield


def withdraw(uid: UserId) -> Iterator[None]:
    """Take an author's cards out of every feed that holds some. A read and a write a document."""
    while found := list(feed.holding(uid).limit(INBOXES).stream()):
        batch = clients.db().batch()
        for inbox in found:
            feed.take_out(batch, inbox, uid)
        batch.commit()
        yield


def _hand_out(uid: UserId) -> Iterator[None]:
    """Give the followers back what the author's outbox holds, as to a new follower."""
    from spaktok.core import fan_out

    outbox, card = users.read([feed.outbox_ref(uid), users.card_ref(uid)])
    cards = feed.cards(outbox)
    if not cards or not card.exists:
        return
    since = card.get("updatedAt").isoformat()
    for shard in range(card.get("shards")):
        place = users.card_ref(uid).collection("shards").document(str(shard))
        held: list[str] = (place.get().to_dict() or {}).get("followerIds", [])
        fan_out.serve(
            f"return:{uid}:{since}:{shard}",
            fan_out.over(held),
            lambda batch, follower: feed.put(batch, follower, cards),
        )
        yield


def _away(uid: UserId) -> bool | None:
    card = users.card_ref(uid).get(field_paths=["deactivated"])
    return bool(card.get("deactivated")) if card.exists else None


def _video_status(*, away: bool) -> VideoStatus:
    return VideoStatus.AWAY if away else VideoStatus.ACTIVE


def _videos(uid: UserId, *, away: bool) -> Query:
    """The videos that are as they should not be while the owner is (not) away."""
    return _of(uid, "videos", "status", _video_status(away=not away))


def _comments(uid: UserId, *, away: bool) -> Query:
    from spaktok.videos.commenting import CommentStatus

    wrong = CommentStatus.ACTIVE if away else CommentStatus.AWAY
    return _of(uid, "videoComments", "moderationStatus", wrong)


def _of(uid: UserId, collection: str, field: str, value: str) -> Query:
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection(collection)
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter(field, "==", value))
        .limit(PAGE)
    )
