"""Requests to follow a private account: accepted, rejected, cancelled, or settled by its opening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaktok.core import clock, dispatch, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.graph import counting, store, ties
from spaktok.graph.service import stage
from spaktok.notifications.model import NotificationType as Kind
from spaktok.users import lookup as people

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def accept(uid: UserId, requester: UserId) -> None:
    """Let `requester` follow `uid`; repeated, it changes nothing.

    Five reads, five writes and two deletes. Raises `NotFound` where nothing waits: it was cancelled,
    a block ended it, or there is no such user.
    """
    ties.check_other(uid, requester)
    dispatch.release_all(transaction.run(lambda tx: _accept(tx, uid, requester)))
    counting.recount(requester, uid)


def reject(uid: UserId, requester: UserId) -> None:
    """Let the request lapse, in silence. One read; a write and a delete where there was one."""
    ties.check_other(uid, requester)
    transaction.run(lambda tx: _withdraw(tx, uid, requester, requester=requester))


def cancel(uid: UserId, target: UserId) -> None:
    """Take one's own request back. One read; two writes and two deletes where there was one."""
    ties.check_other(uid, target)

    def body(tx: Transaction) -> list[Task]:
        if not _withdraw(tx, uid, target, requester=uid):
            return []
        return [stage(tx, Kind.FOLLOW_REQUEST, target, uid, back=True)]

    dispatch.release_all(transaction.run(body))


def accept_all(uid: UserId) -> int:
    """Accept whoever waits, for as long as the account of `uid` is public; how many.

    A request that was cancelled or blocked meanwhile is passed over, and so is that of a deactivated
    account, which may return. Whoever asks from now on reads a public card, and follows at once.
    """
    accepted = 0
    waiting = store.asking(uid).order_by("__name__").limit(_PAGE)
    while page := list(waiting.stream()):
        for snapshot in page:
            requester = UserId(snapshot.get("requesterId"))
            try:
                news = transaction.run(
                    lambda tx, one=requester: _accept(tx, uid, one, if_public=True)  # type: ignore[misc]
                )
            except NotFound:
                continue
            except _PrivateAgain:
                return accepted
            counting.recount(requester, uid)
            dispatch.release_all(news)
            accepted += len(news)
        waiting = waiting.start_after(page[-1])
    return accepted


_PAGE = 200


class _PrivateAgain(Exception):
    """The account was closed again: who still waits waits for its owner."""


def _accept(
    tx: Transaction, uid: UserId, requester: UserId, *, if_public: bool = False
) -> list[Task]:
    """Stage that `requester` follows `uid`, and is told, where that is news."""
    at = clock.now()
    _, relation = people.load(uid, requester, tx)
    if relation.followed_by:
        return []
    if not relation.asked_by:
        raise NotFound
    mine = people.own_card(tx, uid)
    if if_public and mine.is_private:
        raise _PrivateAgain
    before = ties.look(tx, requester, uid)
    ties.begin(tx, requester, uid, spread=mine.shards, before=before, at=at)
    ties.bind(tx, requester, uid, relation=relation, mutual=relation.follows, asked=True, at=at)
    return [stage(tx, Kind.FOLLOW_REQUEST_ACCEPTED, requester, uid)]


def _withdraw(tx: Transaction, uid: UserId, other: UserId, *, requester: UserId) -> bool:
    """Stage that the request is no more; whether there was one."""
    from google.cloud.firestore import DELETE_FIELD

    relation = ties.bond(tx, uid, other)
    if not (relation.asks if requester == uid else relation.asked_by):
        return False
    target = other if requester == uid else uid
    store.relate(tx, uid, other, {"followRequests": {requester: DELETE_FIELD}})
    tx.delete(store.follow_request_ref(requester, target))
    return True
