"""Whom a user keeps close, and whom they want to hear nothing of: theirs alone to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.feed import store as feed
from spaktok.graph import store, ties
from spaktok.users import lookup as people
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class CloseFriend:
    """Whether the user is on the caller's list of close friends now."""

    close_friend: bool


@dataclass(frozen=True, slots=True)
class Mute:
    """Whether the caller mutes the user now, and until when: None is for good."""

    muted: bool
    until: datetime | None = None


def add_close_friend(uid: UserId, friend: UserId) -> CloseFriend:
    """Put `friend` on the list. Nobody is told, and nothing that `friend` can read changes.

    It asks nothing of the other, not even a follow; a block ends it. Two reads, two writes. Raises
    `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, friend)

    def body(tx: Transaction) -> None:
        _, relation = people.load(uid, friend, tx)
        if not relation.close_friend:
            at = clock.now()
            store.relate(tx, uid, friend, {"closeFriends": {uid: at}})
            tx.set(store.close_friend_ref(uid, friend), {"friendId": friend, "addedAt": at})

    transaction.run(body)
    return CloseFriend(True)


def remove_close_friend(uid: UserId, friend: UserId) -> CloseFriend:
    """Take `friend` off the list; unknown or not on it, nothing changes.

    A read, two writes, a delete.
    """
    ties.check_other(uid, friend)

    def body(tx: Transaction) -> None:
        from google.cloud.firestore import DELETE_FIELD

        if ties.bond(tx, uid, friend).close_friend:
            store.relate(tx, uid, friend, {"closeFriends": {uid: DELETE_FIELD}})
            tx.delete(store.close_friend_ref(uid, friend))
            feed.hide(tx, friend, "users", uid)

    transaction.run(body)
    return CloseFriend(False)


def mute(uid: UserId, target: UserId, hours: int | None) -> Mute:
    """Hear nothing of `target`: no card in the feed, no notification, until then or for good.

    The mask and the notifications compare the end with the time, so no job has to lift it. Nothing
    that `target` can read changes. Two reads, four writes. Raises `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, target)
    at = clock.now()
    until = at + timedelta(hours=hours) if hours is not None else None

    def body(tx: Transaction) -> None:
        people.load(uid, target, tx)
        store.relate(tx, uid, target, {"mutes": {uid: until}})
        tx.set(
            store.mute_ref(uid, target),
            {"mutedUserId": target, "timestamp": at, "until": until},
        )
        feed.mute_user(tx, uid, target, until)

    transaction.run(body)
    return Mute(True, until)


def unmute(uid: UserId, target: UserId) -> Mute:
    """Take the mute back, over or not; repeated, it changes nothing. A read, two writes, a delete."""
    ties.check_other(uid, target)

    def body(tx: Transaction) -> None:
        from google.cloud.firestore import DELETE_FIELD

        if users.read([store.mute_ref(uid, target)], tx)[0].exists:
            store.relate(tx, uid, target, {"mutes": {uid: DELETE_FIELD}})
            tx.delete(store.mute_ref(uid, target))
            feed.unmute_user(tx, uid, target)

    transaction.run(body)
    return Mute(False)
