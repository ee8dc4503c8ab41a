"""Use cases of the graph: following, and its ends; blocking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from spaktok.core import clock, dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.feed import store as feed
from spaktok.graph import counting, severing, store, ties
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News
from spaktok.notifications.model import NotificationType as Kind
from spaktok.users import lookup as people
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


class FollowStatus(StrEnum):
    """How the caller stands to the target afterwards."""

    FOLLOWING = "following"
    PENDING = "pending"
    """The account is private: its owner has to accept."""
    NOT_FOLLOWING = "not_following"


@dataclass(frozen=True, slots=True)
class Follow:
    """The outcome of following or unfollowing."""

    status: FollowStatus


@dataclass(frozen=True, slots=True)
class Bell:
    """Whether the caller hears of what the followed user publishes."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class Block:
    """The outcome of blocking or unblocking."""

    blocked: bool


def follow(uid: UserId, target: UserId) -> Follow:
    """Follow `target`, or ask to where the account is private; repeated, it changes nothing.

    The target's latest videos come along. Four reads and four writes: the relation, the edge, the
    packed follower, the inbox with the author's outbox merged into it. A request takes two reads,
    three writes and a delete: its news is staged, and that of a follow is not (`told_by_records`).
    Raises `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, target)
    at = clock.now()

    def body(tx: Transaction) -> tuple[FollowStatus, bool, list[Task]]:
        card, relation = people.load(uid, target, tx)
        if relation.follows:
            return FollowStatus.FOLLOWING, False, []
        if card.is_private:
            if relation.asks:
                return FollowStatus.PENDING, False, []
            store.relate(tx, uid, target, {"followRequests": {uid: at}})
            tx.set(store.follow_request_ref(uid, target), store.new_follow_request(uid, target, at))
            return FollowStatus.PENDING, False, [stage(tx, Kind.FOLLOW_REQUEST, target, uid)]
        before = ties.look(tx, uid, target)
        ties.begin(tx, uid, target, spread=card.shards, before=before, at=at)
        ties.bind(
            tx,
            uid,
            target,
            relation=relation,
            mutual=relation.followed_by,
            asked=relation.asks,
            at=at,
        )
        return FollowStatus.FOLLOWING, True, []

    status, begun, news = transaction.run(body)
    if status is FollowStatus.FOLLOWING:
        # Also where nothing changed: the run before, whose answer was lost, may have changed it.
        counting.recount(uid, target)
    if begun:
        told_by_records(target, uid)
    dispatch.release_all(news)
    return Follow(status)


def unfollow(uid: UserId, target: UserId) -> Follow:
    """Stop following, or take the request back; repeated, it changes nothing.

    The target's videos leave the feed. Three reads, four writes and a delete; of a request one read
    less, two writes and two deletes.
    """
    ties.check_other(uid, target)

    def body(tx: Transaction) -> tuple[bool, list[Task]]:
        from google.cloud.firestore import DELETE_FIELD

        card, relation = people.load(uid, target, tx)
        if relation.asks:
            store.relate(tx, uid, target, {"followRequests": {uid: DELETE_FIELD}})
            tx.delete(store.follow_request_ref(uid, target))
            return False, [stage(tx, Kind.FOLLOW_REQUEST, target, uid, back=True)]
        if relation.follows:
            inbox = feed.cards(users.read([feed.inbox_ref(uid)], tx)[0])
            ties.end(tx, uid, target, spread=card.shards, inbox=inbox)
            store.relate(tx, uid, target, ties.ended(uid))
            return True, []
        return False, []

    ended, news = transaction.run(body)
    counting.recount(uid, target)
    if ended:
        told_by_records(target, uid)
    dispatch.release_all(news)
    return Follow(FollowStatus.NOT_FOLLOWING)


def remove_follower(uid: UserId, follower: UserId) -> None:
    """Make `follower` stop following `uid`, who is not told; repeated, it changes nothing.

    Four reads, four writes and a delete. Raises `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, follower)

    def body(tx: Transaction) -> None:
        _, relation = people.load(uid, follower, tx)
        if not relation.followed_by:
            return
        mine = people.own_card(tx, uid)
        box = users.read([feed.inbox_ref(follower)], tx)[0]
        ties.end(tx, follower, uid, spread=mine.shards, inbox=feed.cards(box))
        store.relate(tx, uid, follower, ties.ended(follower))

    transaction.run(body)
    counting.recount(follower, uid)


def set_bell(uid: UserId, target: UserId, *, enabled: bool) -> Bell:
    """Turn the bell of a follow on or off. Two reads, a write. `NotFound` where there is no follow."""
    ties.check_other(uid, target)

    def body(tx: Transaction) -> None:
        _, relation = people.load(uid, target, tx)
        if not relation.follows:
            raise NotFound
        tx.update(store.edge_ref(uid, target), {"notificationsEnabled": enabled})

    transaction.run(body)
    return Bell(enabled)


def block(uid: UserId, target: UserId, reason: str | None) -> Block:
    """Block `target`: from the commit on neither exists for the other.

    Follows, requests and close friendship end both ways in the relation; their edges, lists and
    inbox cards go in a task, and both masks already hide them. Two reads, seven writes, a delete and
    the task. Raises `NotYourself`, `NotFound`.
    """
    ties.check_other(uid, target)
    at = clock.now()
    name = ids.random_id()

    def body(tx: Transaction) -> Task | None:
        from google.cloud.firestore import DELETE_FIELD

        found, pair = users.read([users.card_ref(target), users.relation_ref(uid, target)], tx)
        relation = users.decode_relation(pair, uid, target)
        card = users.decode_card(found)
        if relation.blocks:
            return None
        if card is None or card.deactivated or relation.blocked_by:
            raise NotFound
        nothing = {uid: DELETE_FIELD, target: DELETE_FIELD}
        store.relate(
            tx,
            uid,
            target,
            {
                **ties.ended(uid, target),
                "blocks": {uid: at},
                "followRequests": nothing,
                "friendRequests": nothing,
                "closeFriends": nothing,
            },
        )
        tx.set(
            store.block_ref(uid, target),
            {"blockedUserId": target, "timestamp": at, "reason": reason},
        )
        feed.hide_user(tx, uid, target)
        feed.hide_user(tx, target, uid)
        return dispatch.stage(tx, severing.task(uid, target, relation, name))

    task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return Block(True)


def unblock(uid: UserId, target: UserId) -> Block:
    """Take the block back; repeated, it changes nothing. One read, four writes, two deletes, a task.

    Where the target blocks the caller too, they stay hidden from each other. Otherwise what they made
    from each other's videos before is shown again by the task.
    """
    ties.check_other(uid, target)

    def body(tx: Transaction) -> Task | None:
        from google.cloud.firestore import DELETE_FIELD

        pair = users.read([users.relation_ref(uid, target)], tx)[0]
        relation = users.decode_relation(pair, uid, target)
        if not relation.blocks:
            return None
        store.relate(tx, uid, target, {"blocks": {uid: DELETE_FIELD}})
        tx.delete(store.block_ref(uid, target))
        if relation.blocked_by:
            return None
        feed.show_user(tx, uid, target)
        feed.show_user(tx, target, uid)
        return dispatch.stage(tx, severing.reuse_task(uid, target))

    task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return Block(False)


def stage(
    tx: Transaction, kind: Kind, recipient: UserId, actor: UserId, *, back: bool = False
) -> Task:
    """Stage that `recipient` is told what `actor` did that is between the two, or not any more.

    One write. A repeat of the call finds nothing to do and would tell nobody, so it must not be lost.
    The caller releases the task after the commit.
    """
    return dispatch.stage(tx, _telling(kind, recipient, actor, back=back))


def told_by_records(followed: UserId, follower: UserId) -> None:
    """Have what `followed` is told of new followers worked out anew, after the commit.

    Not staged: a write more is what a follow must not cost, and none is needed. The entry is made from
    the edges, so what was lost is told with the next follow that begins or ends.
    """
    dispatch.send_if_possible(_telling(Kind.NEW_FOLLOWER, followed, follower))


def _telling(kind: Kind, recipient: UserId, actor: UserId, *, back: bool = False) -> Task:
    news = News(
        recipient=recipient,
        type=kind,
        entity_type=EntityType.USER,
        entity_id=actor,
        actor=actor,
        at=clock.now(),
    )
    return notifications.task(news, retracted=back)
