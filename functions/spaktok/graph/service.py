"""Use cases of the graph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, clock, counters, dispatch, ids, transaction
from spaktok.core.dispatch import Task, send, window
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feed
from spaktok.graph import store
from spaktok.graph.refusals import NotYourself
from spaktok.notifications import service as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import service as people
from spaktok.users import shards
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


class FollowStatus(StrEnum):
    """How the caller stands to the target afterwards."""

    FOLLOWING = "following"
    NOT_FOLLOWING = "not_following"


@dataclass(frozen=True, slots=True)
class Follow:
    """The outcome of following or unfollowing."""

    status: FollowStatus


@dataclass(frozen=True, slots=True)
class Block:
    """The outcome of blocking or unblocking."""

    blocked: bool


def follow(uid: UserId, target: UserId) -> Follow:
    """Follow `target`; repeated, it changes nothing. The target's latest videos come along.

    Three reads and four writes: the relation and card, the edge, the packed follower, the inbox with
    the author's outbox merged into it. Raises `NotYourself`, `NotFound`.
    """
    _check_other(uid, target)
    at = clock.now()

    def body(tx: Transaction) -> bool:
        card, relation = people.load(uid, target, tx)
        if relation.follows:
            return False
        recent = feed.cards(users.read([feed.outbox_ref(target)], tx)[0])
        tx.create(store.edge_ref(uid, target), store.new_edge(uid, target, at))
        store.relate(tx, uid, target, {"follows": {uid: at}})
        shards.add(tx, target, uid, card.shards)
        if recent:
            feed.put(tx, uid, recent)
        return True

    if transaction.run(body):
        _recount(uid, target)
        notifications.announce(_news(uid, target))
    return Follow(FollowStatus.FOLLOWING)


def unfollow(uid: UserId, target: UserId) -> Follow:
    """Stop following; repeated, it changes nothing. The target's videos leave the inbox.

    Three reads, three writes and a delete.
    """
    _check_other(uid, target)

    def body(tx: Transaction) -> bool:
        card, relation = people.load(uid, target, tx)
        if not relation.follows:
            return False
        inbox = feed.cards(users.read([feed.inbox_ref(uid)], tx)[0])
        _end_follow(tx, uid, target, card.shards)
        _forget_follow(tx, uid, target)
        feed.withdraw(tx, uid, inbox, target)
        return True

    if transaction.run(body):
        _recount(uid, target)
        notifications.retract(_news(uid, target))
    return Follow(FollowStatus.NOT_FOLLOWING)


def block(uid: UserId, target: UserId, reason: str | None) -> Block:
    """Block `target`: from the commit on neither exists for the other.

    Follows both ways and their inbox cards go in a task; the relation and both masks already say
    so. Two reads, five writes, a delete and the task. Raises `NotYourself`, `NotFound`.
    """
    _check_other(uid, target)
    at = clock.now()
    task = _sever_task(uid, target, at)

    def body(tx: Transaction) -> bool:
        from google.cloud.firestore import DELETE_FIELD

        found, pair = users.read([users.card_ref(target), users.relation_ref(uid, target)], tx)
        relation = users.decode_relation(pair, uid, target)
        if users.decode_card(found) is None or (relation.blocked_by and not relation.blocks):
            raise NotFound
        if relation.blocks:
            return False
        store.relate(
            tx,
            uid,
            target,
            {"blocks": {uid: at}, "follows": {uid: DELETE_FIELD, target: DELETE_FIELD}},
        )
        tx.set(
            store.block_ref(uid, target),
            {"blockedUserId": target, "timestamp": at, "reason": reason},
        )
        feed.hide_user(tx, uid, target)
        feed.hide_user(tx, target, uid)
        dispatch.stage(tx, task)
        return True

    if transaction.run(body):
        dispatch.release(task)
    return Block(True)


def unblock(uid: UserId, target: UserId) -> Block:
    """Take the block back; repeated, it changes nothing. One read, up to four writes.

    Where the target blocks the caller too, they stay hidden from each other.
    """
    _check_other(uid, target)

    def body(tx: Transaction) -> None:
        from google.cloud.firestore import DELETE_FIELD

        pair = users.read([users.relation_ref(uid, target)], tx)[0]
        relation = users.decode_relation(pair, uid, target)
        if not relation.blocks:
            return
        store.relate(tx, uid, target, {"blocks": {uid: DELETE_FIELD}})
        tx.delete(store.block_ref(uid, target))
        if not relation.blocked_by:
            feed.show_user(tx, uid, target)
            feed.show_user(tx, target, uid)

    transaction.run(body)
    return Block(False)


def sever(one: UserId, other: UserId, at: datetime) -> None:
    """End the follows between two users that are not younger than `at`, both ways. Repeatable.

    Each is taken out of the other's notifications too. The age is compared so that a task that
    arrives late does not end a follow made after an unblock.
    """
    for follower, followed in ((one, other), (other, one)):
        if transaction.run(lambda tx, a=follower, b=followed: _sever_one(tx, a, b, at)):  # type: ignore[misc]
            _recount(follower, followed)
    notifications.part(one, other)


def _sever_one(tx: Transaction, follower: UserId, followed: UserId, at: datetime) -> bool:
    edge, found, box = users.read(
        [
            store.edge_ref(follower, followed),
            users.card_ref(followed),
            feed.inbox_ref(follower),
        ],
        tx,
    )
    card = users.decode_card(found)
    if not edge.exists or edge.get("timestamp") > at:
        return False
    _end_follow(tx, follower, followed, card.shards if card else 1)
    feed.withdraw(tx, follower, feed.cards(box), followed)
    return True


def count_following(uid: str) -> int:
    """Write how many `uid` follows on their card: counted from the edges, so it cannot drift."""
    counted: Any = store.followed_by(uid)
    total = int(counted.count().get()[0][0].value)
    users.card_ref(uid).update({"followingCount": total})
    return total


def _news(follower: UserId, followed: UserId) -> News:
    return News(
        recipient=followed,
        type=NotificationType.NEW_FOLLOWER,
        entity_type=EntityType.USER,
        entity_id=follower,
        actor=follower,
    )


def _end_follow(tx: Transaction, follower: UserId, followed: UserId, spread: int) -> None:
    exists = clients.db().write_option(exists=True)
    tx.delete(store.edge_ref(follower, followed), option=exists)
    shards.remove(tx, followed, follower, spread)


def _forget_follow(tx: Transaction, follower: UserId, followed: UserId) -> None:
    from google.cloud.firestore import DELETE_FIELD

    store.relate(tx, follower, followed, {"follows": {follower: DELETE_FIELD}})


def _recount(follower: UserId, followed: UserId) -> None:
    counters.changed(users.card_ref(followed), ("followerCount",))
    number, end = window(clock.now(), counters.WINDOW_S)
    send(
        Task(
            function="countFollowing",
            id=ids.digest("count-following", follower, str(number)),
            payload={"uid": follower, "runAt": end},
            run_at=end,
        )
    )


def _sever_task(uid: UserId, target: UserId, at: datetime) -> Task:
    return Task(
        function="severTies",
        id=ids.digest("sever", uid, target, at.isoformat()),
        payload={"one": uid, "other": target, "at": at},
    )


def _check_other(uid: UserId, target: UserId) -> None:
    if uid == target:
        raise NotYourself
