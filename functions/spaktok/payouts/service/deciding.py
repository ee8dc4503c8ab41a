"""Approving withdrawals and rejecting them: by administrators.

Two of them approve what is above a limit, and what shows a sign of a ring (`model.rings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import audit, clock, dispatch, paging, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.payouts import store
from spaktok.payouts.model import policy
from spaktok.payouts.model.gates import Seen
from spaktok.payouts.model.states import UNSENT, Method, State
from spaktok.payouts.refusals import AlreadySent, ApprovedByYou
from spaktok.payouts.service import changes
from spaktok.payouts.store import Payout
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.refusals import ReservationGone
from spaktok.wallet.service import withdrawals

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.wallet.service.booking import Stage


@dataclass(frozen=True, slots=True)
class Processed:
    """What the withdrawal is now."""

    payout_request_id: str
    status: State
    approvals: int
    """By different people, still in force."""
    approvals_needed: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A withdrawal as administrators see it: no more of where it goes than which method."""

    payout_request_id: str
    user_id: str
    payout_method: Method
    amount: int
    fee: int
    requested_at: datetime
    approved_by: list[str]
    approvals_needed: int
    signs: list[Seen]
    """Why it may be the end of a ring of accounts that give each other's money; whom that names."""


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page of what waits, oldest first."""

    requests: list[Pending]
    next_cursor: str | None
    has_more: bool


def approve(actor: UserId, payout_id: str, note: str | None) -> Processed:
    """Approve; with the last approval that is needed it is sent. Two reads, five writes, a task.

    The amount, method and owner of a withdrawal never change, so what was approved is what is sent.
    Raises `NotFound`, `NotYourOwn`, `ApprovedByYou`, `AlreadySent`.
    """
    at = clock.now()
    task = changes.task(payout_id, "approved")

    def body(tx: Transaction) -> tuple[Processed, bool]:
        chain = audit.load(tx, actor)
        payout = changes.load(tx, payout_id)
        if payout.user_id == actor:
            raise NotYourOwn
        if payout.state is State.APPROVED and actor in payout.approvers:
            return _processed(payout, payout.state, len(_in_force(payout, at))), True
        if payout.state is not State.RESERVED:
            raise AlreadySent
        standing = _in_force(payout, at)
        if standing.get(actor) == at:  # committed before, and not acknowledged
            return _processed(payout, payout.state, len(standing)), False
        if actor in standing:
            raise ApprovedByYou
        standing = {**standing, actor: at}
        done = len(standing) >= needed(payout)
        state = State.APPROVED if done else State.RESERVED
        approvals = [{"by": by, "at": when} for by, when in standing.items()]
        more = {"dueAt": at, "note": note} if done else {}
        changes.stage(tx, payout, state, at, approvals=approvals, **more)
        act = Act(actor, "approvePayout", payout_id, note or "", after={"status": state})
        audit.append(tx, chain, act)
        if done:
            dispatch.stage(tx, task)
        return _processed(payout, state, len(standing)), done

    processed, send = transaction.run(body)
    if send:
        dispatch.release(task)
        changes.tell(_owner(payout_id), payout_id, State.APPROVED)
    return processed


def reject(actor: UserId, payout_id: str, note: str) -> Processed:
    """Reject; what was reserved is released in the same commit. Four reads, six writes.

    Raises `NotFound`, `NotYourOwn`, `AlreadySent`.
    """
    at = clock.now()
    owner = _owner(payout_id)
    if owner == actor:
        raise NotYourOwn

    def beside(tx: Transaction) -> Stage:
        chain = audit.load(tx, actor)
        payout = changes.load(tx, payout_id)
        if payout.state not in UNSENT:
            raise AlreadySent

        def stage(*_: object) -> None:
            changes.stage(tx, payout, State.REJECTED, at, note=note, dueAt=None)
            audit.append(tx, chain, Act(actor, "rejectPayout", payout_id, note))

        return stage

    try:
        withdrawals.release(owner, payout_id, beside=beside)
    except (AlreadySent, ReservationGone):
        now = store.decode(store.payout_ref(payout_id).get())
        if now is None or now.state is not State.REJECTED:
            raise AlreadySent from None
        return _processed(now, State.REJECTED, 0)
    changes.tell(owner, payout_id, State.REJECTED)
    return Processed(payout_id, State.REJECTED, 0, 0)


def pending(actor: UserId, limit: int, cursor: str | None) -> PendingPage:
    """What waits for a decision, oldest first. A read each and one, and one a withdrawal with signs."""
    at = clock.now()
    page = paging.page(store.waiting(), limit=limit, cursor=cursor, scope=f"pending:{actor}")
    decoded = (store.decode(one) for one in page.snapshots)
    found = [one for one in decoded if one is not None]
    signs = _signs([one.payout_id for one in found if one.signs])
    return PendingPage(
        requests=[
            Pending(
                payout_request_id=one.payout_id,
                user_id=one.user_id,
                payout_method=one.method,
                amount=one.amount_minor,
                fee=one.fee_minor,
                requested_at=one.requested_at,
                approved_by=sorted(_in_force(one, at)),
                approvals_needed=needed(one),
                signs=signs.get(one.payout_id, []),
            )
            for one in found
        ],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def needed(payout: Payout) -> int:
    """How many people must approve."""
    return 2 if payout.amount_minor > policy.FOUR_EYES_ABOVE_MINOR or payout.signs else 1


def _signs(payout_ids: list[str]) -> dict[str, list[Seen]]:
    if not payout_ids:
        return {}
    from spaktok.payouts.service import screening  # for the few that have some

    return screening.kept(payout_ids)


def _in_force(payout: Payout, at: datetime) -> dict[str, datetime]:
    return {by: when for by, when in payout.approvers.items() if at - when < policy.APPROVAL_LASTS}


def _processed(payout: Payout, state: State, approvals: int) -> Processed:
    return Processed(payout.payout_id, state, approvals, needed(payout))


def _owner(payout_id: str) -> UserId:
    payout = store.decode(store.payout_ref(payout_id).get())
    if payout is None:
        raise NotFound
    return UserId(payout.user_id)
