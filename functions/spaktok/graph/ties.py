"""The steps that every start and end of a follow consists of, staged into one transaction.

A follow is an edge, a place among the packed followers, an entry in the relation, and the author's
latest cards in the follower's inbox. A block takes the entry away at once and leaves the rest to a
task, so a follow that begins anew may find an edge that nobody has taken down yet: it takes it over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.feed import store as feed
from spaktok.graph import store
from spaktok.graph.refusals import NotYourself
from spaktok.users import shards
from spaktok.users import store as users
from spaktok.users.relation import Relation

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Before:
    """What lies there before a follow begins."""

    edge: bool
    """Left behind by a follow that a block ended."""
    recent: feed.Cards
    """What the author gives a new follower."""
    pulled: bool = False
    """The author has too many followers to push to: they look into the outbox."""


def bond(tx: Transaction, uid: UserId, other: UserId) -> Relation:
    """How `uid` stands to `other`, whoever that is. One read."""
    return users.decode_relation(users.read([users.relation_ref(uid, other)], tx)[0], uid, other)


def look(tx: Transaction, follower: UserId, followed: UserId) -> Before:
    """What `begin` must know. Two reads, one RPC."""
    edge, outbox = users.read([store.edge_ref(follower, followed), feed.outbox_ref(followed)], tx)
    pulled = bool((outbox.to_dict() or {}).get("pulled"))
    return Before(edge=edge.exists, recent=feed.cards(outbox), pulled=pulled)


def begin(  # noqa: PLR0913 - who, whom, how many shards, what was there, when
    tx: Transaction,
    follower: UserId,
    followed: UserId,
    *,
    spread: int,
    before: Before,
    at: datetime,
) -> None:
    """Stage a follow but for the relation. Three writes."""
    if before.edge:
        tx.set(store.edge_ref(follower, followed), store.new_edge(follower, followed, at))
    else:
        tx.create(store.edge_ref(follower, followed), store.new_edge(follower, followed, at))
        shards.add(tx, followed, follower, spread)
    feed.join(tx, follower, followed, before.recent, pulled=before.pulled)


def end(
    tx: Transaction, follower: UserId, followed: UserId, *, spread: int, inbox: feed.Cards
) -> None:
    """Stage the end of a follow but for the relation. A delete and three writes."""
    exists = clients.db().write_option(exists=True)
    tx.delete(store.edge_ref(follower, followed), option=exists)
    shards.remove(tx, followed, follower, spread)
    feed.leave(tx, follower, inbox, followed)


def bind(  # noqa: PLR0913 - who, whom, when, and what they were to each other
    tx: Transaction,
    follower: UserId,
    followed: UserId,
    *,
    relation: Relation,
    mutual: bool,
    asked: bool,
    at: datetime,
) -> None:
    """Stage what a follow changes in the relation. One write, and a delete a request it settles.

    A `mutual` follow makes friends, which answers whatever friend request waits between the two; a
    follow that was `asked` for needs no request any more.
    """
    from google.cloud.firestore import DELETE_FIELD

    changes: dict[str, Any] = {
        "follows": {follower: at},
        "followsChangedAt": at,
        "followRequests": {follower: DELETE_FIELD},
    }
    if mutual:
        changes |= {
            "friends": sorted((follower, followed)),
            "friendsAt": at,
            "friendRequests": dict.fromkeys((follower, followed), DELETE_FIELD),
        }
        if relation.befriends or relation.befriended_by:
            tx.delete(store.friend_request_ref(follower, followed))
            tx.delete(store.friend_request_ref(followed, follower))
    if asked:
        tx.delete(store.follow_request_ref(follower, followed))
    store.relate(tx, follower, followed, changes)


def ended(*followers: UserId) -> dict[str, Any]:
    """What the end of these users' follows changes in the relation."""
    from google.cloud.firestore import DELETE_FIELD

    return {
        "follows": dict.fromkeys(followers, DELETE_FIELD),
        "followsChangedAt": clock.now(),
        "friends": DELETE_FIELD,
        "friendsAt": DELETE_FIELD,
    }


def check_other(uid: UserId, target: UserId) -> None:
    """Raise `NotYourself` where the two are one."""
    if uid == target:
        raise NotYourself
