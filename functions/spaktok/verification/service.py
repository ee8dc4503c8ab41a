"""Use cases of verification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, clock, dispatch, ids, paging, transaction
from spaktok.core.audit import Act
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.core.standing import ProfileRequired
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users
from spaktok.users.author import refresh_task
from spaktok.users.model import Card
from spaktok.users.refusals import NotYourOwn
from spaktok.verification import store
from spaktok.verification.criteria import ASK_AGAIN_AFTER, Facts, missing
from spaktok.verification.refusals import (
    AlreadyDecided,
    AlreadyVerified,
    NotEligible,
    RefusedRecently,
    RequestPending,
)
from spaktok.verification.store import Status, Verification

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that now waits."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What the request came to."""

    status: Status


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page of what waits, oldest first."""

    requests: list[Verification]
    next_cursor: str | None
    has_more: bool


def ask(uid: UserId) -> Asked:
    """Ask for the badge. At most seven reads, two or three writes.

    Of many requests at once one waits. Raises `ProfileRequired`, `AlreadyVerified`, `RequestPending`,
    `RefusedRecently`, `NotEligible`.
    """
    at = clock.now()
    card = users.decode_card(users.card_ref(uid).get())
    if card is None:
        raise ProfileRequired
    facts = store.facts(card)
    request_id = ids.random_id()

    def body(tx: Transaction) -> Asked:
        found, latest = users.read([users.card_ref(uid), store.latest_ref(uid)], tx)
        now, last = users.decode_card(found), latest.to_dict()
        if now is None:
            raise ProfileRequired
        if now.is_verified:
            raise AlreadyVerified
        if last is not None and last["requestId"] == request_id:
            return Asked(request_id)  # committed before, and its acknowledgement was lost
        _check_last(last, now.username, at)
        if lacks := missing(facts, at):
            raise NotEligible(missing=", ".join(lacks))
        if last is not None and last["status"] == Status.PENDING:
            tx.update(store.request_ref(last["requestId"]), {"status": Status.VOID})
        _stage(tx, now, request_id, facts, at)
        return Asked(request_id)

    return transaction.run(body)


def approve(actor: UserId, user_id: UserId, request_id: str, reason: str) -> Decided:
    """Give the badge; repeated, it changes nothing. Three reads, seven writes, two tasks.

    Recorded with the reason in the same commit. Raises `NotYourOwn`, `NotFound`, `AlreadyDecided`.
    """
    return _decide(actor, user_id, request_id, reason, Status.APPROVED)


def reject(actor: UserId, user_id: UserId, request_id: str, reason: str) -> Decided:
    """Refuse the badge, with the same guarantees. Three reads, five writes, a task."""
    return _decide(actor, user_id, request_id, reason, Status.REJECTED)


def waiting(actor: UserId, limit: int, cursor: str | None) -> PendingPage:
    """A page of what waits, oldest first: a read a request, and one more."""
    page = paging.page(store.pending(), limit=limit, cursor=cursor, scope=f"verifications:{actor}")
    return PendingPage(
        requests=[store.decode(snapshot) for snapshot in page.snapshots],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def _decide(
    actor: UserId, user_id: UserId, request_id: str, reason: str, status: Status
) -> Decided:
    if actor == user_id:
        raise NotYourOwn
    at = clock.now()

    def body(tx: Transaction) -> list[Task] | None:
        """What follows, where it was decided now; None where the request is void."""
        chain = audit.load(tx, actor)
        request, found = users.read([store.request_ref(request_id), users.card_ref(user_id)], tx)
        asked, card = request.to_dict(), users.decode_card(found)
        if asked is None or card is None or asked["userId"] != user_id:
            raise NotFound
        if asked["status"] != Status.PENDING:
            if asked["status"] != status:
                raise AlreadyDecided
            return []
        if asked["username"] != card.username:
            tx.update(request.reference, {"status": Status.VOID, "decidedAt": at})
            tx.update(store.latest_ref(user_id), {"status": Status.VOID, "decidedAt": at})
            return None
        decision = {"status": status, "decidedAt": at}
        tx.update(request.reference, {**decision, "reason": reason})
        tx.update(store.latest_ref(user_id), decision)
        tasks = [notifications.task(_news(user_id, request_id, reason, status))]
        if status is Status.APPROVED:
            tasks.append(_stage_badge(tx, user_id, at))
        what = f"{'approve' if status is Status.APPROVED else 'reject'}Verification"
        audit.append(tx, chain, Act(actor, what, user_id, reason, after={"requestId": request_id}))
        return [dispatch.stage(tx, task) for task in tasks]

    tasks = transaction.run(body)
    if tasks is None:
        raise AlreadyDecided
    dispatch.release_all(tasks)
    return Decided(status)


def _check_last(last: dict[str, Any] | None, username: str, at: datetime) -> None:
    if last is None:
        return
    if last["status"] == Status.PENDING and last["username"] == username:
        raise RequestPending
    if last["status"] == Status.REJECTED and at < last["decidedAt"] + ASK_AGAIN_AFTER:
        ahead = (last["decidedAt"] + ASK_AGAIN_AFTER - at) // timedelta(milliseconds=1)
        raise RefusedRecently(retry_after_ms=max(1, ahead))


def _stage(tx: Transaction, card: Card, request_id: str, facts: Facts, at: datetime) -> None:
    uid, username = card.user_id, card.username
    tx.create(
        store.request_ref(request_id),
        {
            "userId": uid,
            "username": username,
            "status": Status.PENDING,
            "followerCount": facts.followers,
            "videoCount": facts.videos,
            "viewCount": facts.views,
            "createdAt": at,
        },
    )
    tx.set(
        store.latest_ref(uid),
        {
            "requestId": request_id,
            "username": username,
            "status": Status.PENDING,
            "decidedAt": None,
        },
    )


def _stage_badge(tx: Transaction, user_id: UserId, at: datetime) -> Task:
    """Stage the badge; the task that brings it to what they published. One write."""
    badge = {"isVerified": True, "verifiedAt": at, "updatedAt": at}
    tx.update(users.card_ref(user_id), badge)
    return refresh_task(user_id, f"verified {at.isoformat()}")


def _news(user_id: UserId, request_id: str, reason: str, status: Status) -> News:
    approved = status is Status.APPROVED
    return News(
        recipient=user_id,
        type=(
            NotificationType.VERIFICATION_APPROVED
            if approved
            else NotificationType.VERIFICATION_REJECTED
        ),
        entity_type=EntityType.VERIFICATION_REQUEST,
        entity_id=request_id,
        detail="" if approved else reason,
    )
