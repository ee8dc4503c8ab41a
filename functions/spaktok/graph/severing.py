"""Taking down what a block ended between two users, after its commit.

The block itself takes every tie out of the relation, which is what decides; edges, lists, inbox cards
and requests go in a task, which knows from the block what there was. So it touches nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from spaktok.core import dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.feed import store as feed
from spaktok.graph import counting, store, ties
from spaktok.graph.model import Tie, ties_of
from spaktok.users import store as users
from spaktok.users.relation import Relation

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def task(uid: UserId, target: UserId, relation: Relation, name: str) -> Task:
    """The task of one block: it takes down what the relation says there is."""
    mine, theirs = ties_of(relation)
    payload = {"one": uid, "other": target, "byOne": mine, "byOther": theirs}
    return Task("severTies", ids.digest("sever", uid, target, name), payload)


def reuse_task(one: UserId, other: UserId) -> Task:
    """The task after which what the two made from each other's videos stands as the relation says."""
    return Task("settleReused", ids.random_id(), {"uid": one, "other": other})


def sever(one: UserId, other: UserId, by_one: Collection[Tie], by_other: Collection[Tie]) -> None:
    """Take down what each had with the other, and what each was told of the other.

    The relation decides and not the clock: what has begun anew after an unblock stays. Repeatable.
    For each of the two a read, three reads, two writes and a delete where there was a follow, and a
    delete for whatever else there was; and a task, which withholds duets and stitches between them.
    """
    from spaktok.notifications import service as inbox  # of the calls, only this task's needs it

    for uid, peer, held in ((one, other, by_one), (other, one, by_other)):
        barred = transaction.run(lambda tx, a=uid, b=peer, c=held: _sever_one(tx, a, b, c))  # type: ignore[misc]
        if Tie.FOLLOW in held:
            counting.recount(uid, peer)
        if barred:
            inbox.part(uid, peer)
    dispatch.send(reuse_task(one, other))


def _sever_one(tx: Transaction, uid: UserId, peer: UserId, held: Collection[Tie]) -> bool:
    """Make what `uid` had with `peer` agree with the relation; whether the block still stands."""
    wanted = [users.relation_ref(uid, peer)]
    if Tie.FOLLOW in held:
        wanted += [store.edge_ref(uid, peer), users.card_ref(peer), feed.inbox_ref(uid)]
    pair, *followed = users.read(wanted, tx)
    relation = users.decode_relation(pair, uid, peer)
    if followed and not relation.follows:
        edge, found, box = followed
        card = users.decode_card(found)
        if edge.exists and card is None:
            tx.delete(edge.reference)  # erased: there is nothing left to count in
        elif edge.exists and card is not None:
            ties.end(tx, uid, peer, spread=card.shards, inbox=feed.cards(box))
    if Tie.ASK in held and not relation.asks:
        tx.delete(store.follow_request_ref(uid, peer))
    if Tie.BEFRIEND in held and not relation.befriends:
        tx.delete(store.friend_request_ref(uid, peer))
    if Tie.LIST in held and not relation.close_friend:
        tx.delete(store.close_friend_ref(uid, peer))
    return relation.barred
