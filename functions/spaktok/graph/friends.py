"""Friends are mutual followers: asked for, made and ended in one step each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feed
from spaktok.graph import counting, store, ties
from spaktok.graph.service import stage, told_by_records
from spaktok.notifications.model import NotificationType as Kind
from spaktok.users import lookup as people
from spaktok.users import store as users
from spaktok.users.model import Card
from spaktok.users.relation import Relation

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


class FriendStatus(StrEnum):
    """How the caller stands to the other afterwards."""

    FRIENDS = "friends"
    PENDING = "pending"
    NOT_FRIENDS = "not_friends"


@dataclass(frozen=True, slots=True)
class Friendship:
    """The outcome of asking, answering or ending; the request's id while it waits."""

    status: FriendStatus
    request_id: str | None = None


def send(uid: UserId, receiver: UserId) -> Friendship:
    """Ask `receiver` to be friends; repeated, it changes nothing.

    Where the receiver asked first, that is the answer, and they are friends at once. Two reads, three
    writes and a delete; to become friends up to seven reads, eight writes and five deletes. Raises
    `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, receiver)

    def body(tx: Transaction) -> tuple[FriendStatus, list[Task]]:
        card, relation = people.load(uid, receiver, tx)
        if relation.friends:
            return FriendStatus.FRIENDS, []
        if relation.befriended_by:
            return FriendStatus.FRIENDS, _befriend(tx, uid, card, relation)
        if relation.befriends:
            return FriendStatus.PENDING, []
        at = clock.now()
        store.relate(tx, uid, receiver, {"friendRequests": {uid: at}})
        tx.set(store.friend_request_ref(uid, receiver), store.new_friend_request(uid, receiver, at))
        return FriendStatus.PENDING, [stage(tx, Kind.FRIEND_REQUEST, receiver, uid)]

    status, news = transaction.run(body)
    dispatch.release_all(news)
    if status is FriendStatus.FRIENDS:
        _recount(uid, receiver)
        return Friendship(status)
    return Friendship(status, ids.edge(uid, receiver))


def accept(uid: UserId, request_id: str) -> Friendship:
    """Accept a request that `uid` received; repeated, it changes nothing. Costs as in `send`.

    Raises `NotFound` where nothing waits, for whatever reason.
    """
    sender = _sender(uid, request_id)

    def body(tx: Transaction) -> list[Task]:
        card, relation = people.load(uid, sender, tx)
        if relation.friends:
            return []
        if not relation.befriended_by:
            raise NotFound
        return _befriend(tx, uid, card, relation)

    dispatch.release_all(transaction.run(body))
    _recount(uid, sender)
    return Friendship(FriendStatus.FRIENDS)


def decline(uid: UserId, request_id: str) -> Friendship:
    """Let a request that `uid` received lapse, in silence. One read; a write and a delete."""
    sender = _sender(uid, request_id)

    def body(tx: Transaction) -> None:
        if ties.bond(tx, uid, sender).befriended_by:
            store.relate(tx, uid, sender, {"friendRequests": _gone(sender)})
            tx.delete(store.friend_request_ref(sender, uid))

    transaction.run(body)
    return Friendship(FriendStatus.NOT_FRIENDS)


def remove(uid: UserId, friend: UserId) -> Friendship:
    """End both follows, or take back what `uid` asked; repeated, it changes nothing.

    A follow that is not mutual is no friendship and stays. Five reads, up to nine writes and four
    deletes. Raises `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, friend)

    def body(tx: Transaction) -> tuple[bool, list[Task]]:
        card, relation = people.load(uid, friend, tx)
        if relation.friends:
            mine = people.own_card(tx, uid)
            box, theirs = users.read([feed.inbox_ref(uid), feed.inbox_ref(friend)], tx)
            ties.end(tx, uid, friend, spread=card.shards, inbox=feed.cards(box))
            ties.end(tx, friend, uid, spread=mine.shards, inbox=feed.cards(theirs))
            store.relate(tx, uid, friend, ties.ended(uid, friend))
            back = [
                stage(tx, Kind.FRIEND_REQUEST_ACCEPTED, *way, back=True)
                for way in ((uid, friend), (friend, uid))
            ]
            return True, back
        if relation.befriends:
            store.relate(tx, uid, friend, {"friendRequests": _gone(uid)})
            tx.delete(store.friend_request_ref(uid, friend))
            return False, [stage(tx, Kind.FRIEND_REQUEST, friend, uid, back=True)]
        return False, []

    ended, back = transaction.run(body)
    _recount(uid, friend)
    if ended:
        told_by_records(uid, friend)
        told_by_records(friend, uid)
    dispatch.release_all(back)
    return Friendship(FriendStatus.NOT_FRIENDS)


def _befriend(tx: Transaction, uid: UserId, card: Card, relation: Relation) -> list[Task]:
    """Stage the follows that are missing, both ways; whatever either asked is settled, and told."""
    other, at = card.user_id, clock.now()
    mine = people.own_card(tx, uid)
    ways = []
    if not relation.follows:
        ways.append((uid, other, card.shards))
    if not relation.followed_by:
        ways.append((other, uid, mine.shards))
    seen = [ties.look(tx, follower, followed) for follower, followed, _ in ways]
    for (follower, followed, spread), before in zip(ways, seen, strict=True):
        ties.begin(tx, follower, followed, spread=spread, before=before, at=at)
    store.relate(
        tx,
        uid,
        other,
        {
            "follows": {follower: at for follower, _, _ in ways},
            "followRequests": _gone(uid, other),
            "friendRequests": _gone(uid, other),
            "followsChangedAt": at,
            "friends": sorted((uid, other)),
            "friendsAt": at,
        },
    )
    for one, peer in ((uid, other), (other, uid)):
        tx.delete(store.friend_request_ref(one, peer))
        tx.delete(store.follow_request_ref(one, peer))
    return [stage(tx, Kind.FRIEND_REQUEST_ACCEPTED, other, uid)]


def _recount(uid: UserId, other: UserId) -> None:
    counting.recount(uid, other)
    counting.recount(other, uid)


def _sender(uid: UserId, request_id: str) -> UserId:
    sender, _, receiver = request_id.partition("_")
    if receiver != uid or sender == uid:
        raise NotFound
    return UserId(sender)


def _gone(*uids: UserId) -> dict[str, Any]:
    from google.cloud.firestore import DELETE_FIELD

    return dict.fromkeys(uids, DELETE_FIELD)
