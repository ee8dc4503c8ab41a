"""Going away and returning.

The card, and the videos that one commit holds, change in the call: from then on the profile is not
there, nor its videos, in calls, rules and files alike, at no read more than before (a video's own
`status` says it). The rest follows by a task within seconds: further videos, comments, and the cards
in followers' feeds, which hold no file. It makes things agree with the card as it is then, so it may
run twice, late, or against another one.

A ban hides what the account published by the same task and the same means, and its end brings it back;
the profile stays, and what the account said and did is `views.service.withholding`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.accounts import store
from spaktok.core import clients, clock, dispatch, ids, revocations, standing, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.revocations import Limit, Reach
from spaktok.core.standing import AccountSuspended, ProfileRequired
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
    """Return, and stop an erasure that still waits for the end of its grace. Costs as going away.

    Raises `AccountSuspended` where an erasure is final, or under way, which the edge may not know yet.
    """
    return _move(uid, away=False)


def _move(uid: UserId, *, away: bool) -> Presence:
    task = Task("movePresence", ids.random_id(), {"uid": uid})

    def body(tx: Transaction) -> bool:
        card, security = users.read([users.card_ref(uid), store.security_ref(uid)], tx)
        if not card.exists:
            raise ProfileRequired
        held: dict[str, Any] = security.to_dict() or {}
        erasure = held.get("erasure")
        if erasure and not away and standing.decode(held).disabled:
            raise AccountSuspended
        if card.get("deactivated") is away and not (erasure and not away):
            return False
        # Who returns to an account that a ban or its age hides stays as hidden, videos and copies.
        hidden = not away and standing.decode(held).hidden(clock.now())
        shown = [] if hidden else list(tx.get(_videos(uid, away=away)))
        stage(tx, uid, shown, away=away)
        if not away and not hidden:
            # Unless it is private as well: what others were shown before may still lie about.
            if card.get("isPrivate"):
                revocations.limit_user(tx, uid, Limit(Reach.FOLLOWERS))
            else:
                revocations.lift_user(tx, uid)
        known: dict[str, Any] = {"deactivated": away}
        if erasure and not away:
            from google.cloud.firestore import DELETE_FIELD

            tx.delete(store.erasure_ref(erasure))
            known["erasure"] = DELETE_FIELD
        tx.update(store.security_ref(uid), known)
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
    """Make everything agree with the card, and with the standing. Repeatable.

    A read and a write of what disagrees, and three reads. Where either changed
    meanwhile, it starts over: what another run did may have been undone.
    """
    while (found := transaction.run(lambda tx: _bound(tx, uid))) is not None:
        for _ in _agree(uid, found):
            if _absence(uid) != found:
                break
        if _absence(uid) == found:
            return


@dataclass(frozen=True, slots=True)
class _Absence:
    """Why an account's videos are not there for others, if they are not."""

    deactivated: bool
    hidden: bool
    """Its standing has it so."""

    @property
    def away(self) -> bool:
        return self.deactivated or self.hidden


def _bound(tx: Transaction, uid: UserId) -> _Absence | None:
    """Stage that copies in feeds reach as far as the account's videos do; why, if not far.

    Going away and returning say so in their own commit, which finds nothing to do here; a ban is
    written by others. None where there is no account.
    """
    references = [users.card_ref(uid), store.security_ref(uid), *revocations.refs()]
    card, security, *said = users.read(references, tx)
    found = _read(card, security)
    limit = revocations.decode(said).users.get(uid)
    hidden = limit is not None and limit.reach is Reach.NOBODY
    if found is None or found.away is hidden:
        return found
    if found.away:
        revocations.limit_user(tx, uid, Limit(Reach.NOBODY))
        return found
    if card.get("isPrivate"):
        revocations.limit_user(tx, uid, Limit(Reach.FOLLOWERS))
    else:
        revocations.lift_user(tx, uid)
    # Names this return to the followers, as the one of a card that was away does.
    tx.update(card.reference, {"updatedAt": clock.now()})
    return found


def _agree(uid: UserId, found: _Absence) -> Iterator[None]:
    from spaktok.notifications import service as inboxes
    from spaktok.videos.commenting import CommentStatus  # this and the like below: the task's alone
    from spaktok.videos.service import settling

    status = VideoStatus.AWAY if found.away else VideoStatus.ACTIVE
    yield from _switch(uid, _videos(uid, away=found.away), {"status": status}, found)
    settling.settle_all(uid)
    said = CommentStatus.AWAY if found.deactivated else CommentStatus.ACTIVE
    wrong = _comments(uid, away=found.deactivated)
    yield from _switch(uid, wrong, {"moderationStatus": said}, found)
    if found.away:
        taken_back = revocations.named("users", uid, uid)
        yield from withdraw(uid)
        if taken_back is not None:
            revocations.withdrawn("users", uid, uid, taken_back)
    else:
        yield from _hand_out(uid)
    if found.deactivated:
        yield from inboxes.forget(uid)


def _switch(uid: UserId, wrong: Query, right: dict[str, Any], as_found: _Absence) -> Iterator[None]:
    """Change what is wrong, in pages, for as long as the account is as it was found."""

    def body(tx: Transaction) -> int:
        if _read(*users.read([users.card_ref(uid), store.security_ref(uid)], tx)) != as_found:
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


def _absence(uid: UserId) -> _Absence | None:
    card, security = users.read([users.card_ref(uid), store.security_ref(uid)])
    return _read(card, security)


def _read(card: DocumentSnapshot[Any], security: DocumentSnapshot[Any]) -> _Absence | None:
    if not card.exists:
        return None
    known = standing.decode(security.to_dict() or {})
    return _Absence(bool(card.get("deactivated")), known.hidden(clock.now()))


def _videos(uid: UserId, *, away: bool) -> Query:
    """The videos that are as they should not be while the owner is (not) away."""
    return _of(uid, "videos", "status", VideoStatus.ACTIVE if away else VideoStatus.AWAY)


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
