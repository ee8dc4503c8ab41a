"""Asking for a withdrawal, taking it back, and what an account that leaves does with its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, ids, paging
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound, Refusal
from spaktok.payouts import store
from spaktok.payouts.model import gates, policy
from spaktok.payouts.model.states import (
    IN_FLIGHT,
    MICRO_PER_MINOR,
    UNSENT,
    Method,
    State,
    fee_minor,
)
from spaktok.payouts.refusals import (
    AlreadySent,
    ChecksMissing,
    DailyMaximum,
    MethodCoolingDown,
    NoPayoutMethod,
    TooLittle,
)
from spaktok.payouts.requests import RequestPayout
from spaktok.payouts.service import changes
from spaktok.safety.policy import Feature
from spaktok.safety.service import access
from spaktok.users import store as users
from spaktok.wallet.service import withdrawals

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.wallet.service.booking import Stage


@dataclass(frozen=True, slots=True)
class Requested:
    """A withdrawal that now waits."""

    payout_request_id: str
    status: State
    amount: int
    """In cents, as was asked for."""
    fee: int
    net: int
    """What arrives."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One's own withdrawal."""

    payout_request_id: str
    status: State
    payout_method: Method
    amount: int
    fee: int
    net: int
    requested_at: datetime
    updated_at: datetime
    detail: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one's own withdrawals, the latest first."""

    requests: list[Shown]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What it is now."""

    payout_request_id: str
    status: State


def request(uid: UserId, asked: RequestPayout) -> Requested:
    """Ask for a withdrawal, whose amount is reserved in the same commit.

    Four reads, four writes, what `screening.screen` reads, and a write where it saw something.

    The key makes it one however often it is sent. Raises `TooLittle`, `NotForYourAge`,
    `NoPayoutMethod`, `MethodCoolingDown`, `ChecksMissing`, `DailyMaximum`, and what the wallet refuses:
    `NotEnoughEarnings`, `DebtOpen`, `TooManyReservations`, `KeyReused`. For a bank transfer Stripe is
    asked first whether it would pay: `PayoutsUnavailable` while it can't be.
    """
    from spaktok.payouts.service import screening  # of all calls here this one looks

    amount, method = asked.amount, asked.payout_method
    if amount < policy.MINIMUM_MINOR:
        raise TooLittle(minimum_minor=policy.MINIMUM_MINOR)
    access.require(uid, Feature.PAYOUTS, fresh=True)
    if method is Method.BANK:
        from spaktok.payouts.service import banks  # it loads Stripe's SDK

        banks.refresh(uid)
    key = asked.idempotency_key or ids.random_id()
    payout_id = f"p{ids.digest('payout', uid, key)}"
    at, fee = clock.now(), fee_minor(method, amount)
    signs = screening.screen(uid, method, at)
    made: list[str] = []

    def beside(tx: Transaction) -> Stage:
        account, day = _account(tx, uid), at.astimezone(UTC).date().isoformat()
        method_id = _method(tx, account, method, at)
        if lacking := gates.missing(account.get("checks", {}), method):
            raise ChecksMissing(missing=", ".join(lacking))
        today = account.get("askedMinor", 0) if account.get("day") == day else 0
        if today + amount > policy.DAILY_MAX_MINOR:
            raise DailyMaximum(left_minor=policy.DAILY_MAX_MINOR - today)

        def stage(*_: object) -> None:
            made.append(payout_id)
            tx.update(store.account_ref(uid), {"day": day, "askedMinor": today + amount})
            seen = [one.sign for one in signs]
            tx.create(store.payout_ref(payout_id), _new(uid, asked, method_id, at, seen))
            screening.stage(tx, uid, payout_id, signs, at)

        return stage

    withdrawals.reserve(uid, payout_id, amount * MICRO_PER_MINOR, beside=beside)
    if made:
        screening.noted(payout_id, signs)
    else:
        _check_same(payout_id, method)
    return Requested(payout_id, State.RESERVED, amount, fee, amount - fee)


def cancel(uid: UserId, payout_id: str) -> Cancelled:
    """Take it back: what was reserved is released in the same commit. Three reads, three writes.

    Of a cancellation and a sending at once one happens. Raises `NotFound`, `AlreadySent`.
    """
    at = clock.now()

    def beside(tx: Transaction) -> Stage:
        payout = changes.load(tx, payout_id)
        if payout.user_id != uid:
            raise NotFound
        if payout.state not in UNSENT:
            raise AlreadySent
        return lambda *_: changes.stage(tx, payout, State.CANCELLED, at, dueAt=None)

    _release(uid, payout_id, State.CANCELLED, beside)
    return Cancelled(payout_id, State.CANCELLED)


def leaving(uid: UserId) -> bool:
    """Cancel what was not sent, of an account that leaves for good; whether none is under way.

    What a provider has, or may have, is waited for: only then is it known whose the money is.
    """
    under_way = False
    for snapshot in store.open_of(uid).stream():
        payout = store.decode(snapshot)
        if payout is None:
            continue
        if payout.state in IN_FLIGHT:
            under_way = True
            continue
        try:
            cancel(uid, payout.payout_id)
        except AlreadySent:
            under_way = True
    return not under_way


def listed(uid: UserId, limit: int, cursor: str | None) -> Page:
    """One's own withdrawals. A read each, and one."""
    page = paging.page(store.own(uid), limit=limit, cursor=cursor, scope=f"payouts:{uid}")
    found = (store.decode(one) for one in page.snapshots)
    return Page(
        requests=[
            Shown(
                payout_request_id=one.payout_id,
                status=one.state,
                payout_method=one.method,
                amount=one.amount_minor,
                fee=one.fee_minor,
                net=one.net_minor,
                requested_at=one.requested_at,
                updated_at=one.updated_at,
                detail=one.detail,
                note=one.note,
            )
            for one in found
            if one is not None
        ],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def _check_same(payout_id: str, method: Method) -> None:
    """The wallet knows an amount by its key, and no method. Raises `KeyReused` for another one."""
    before = store.decode(store.payout_ref(payout_id).get())
    if before is None or before.method is not method:
        raise KeyReused


def _release(uid: str, payout_id: str, state: State, beside: Any) -> None:
    """Release, unless this very step was done before and its answer was lost."""
    try:
        withdrawals.release(uid, payout_id, beside=beside)
    except Refusal:
        now = store.decode(store.payout_ref(payout_id).get())
        if now is None or now.user_id != uid or now.state is not state:
            raise


def _account(tx: Transaction, uid: str) -> dict[str, Any]:
    (snapshot,) = users.read([store.account_ref(uid)], tx)
    return snapshot.to_dict() or {}


def _method(tx: Transaction, account: dict[str, Any], method: Method, at: datetime) -> str:
    method_id = account.get("methods", {}).get(method)
    if method_id is None:
        raise NoPayoutMethod
    (linked,) = users.read([store.method_ref(method_id)], tx)
    usable_at: datetime = linked.get("usableAt")
    if at < usable_at:
        raise MethodCoolingDown(retry_after_ms=-((at - usable_at) // timedelta(milliseconds=1)))
    return str(method_id)


def _new(
    uid: str, asked: RequestPayout, method_id: str, at: datetime, signs: list[gates.Sign]
) -> dict[str, Any]:
    return {
        "userId": uid,
        "status": State.RESERVED,
        "payoutMethod": asked.payout_method,
        "methodId": method_id,
        "amount": asked.amount,
        "fee": fee_minor(asked.payout_method, asked.amount),
        "currency": "USD",
        "providerKey": None,
        "sends": 0,
        "firstSentAt": None,
        "callingUntil": None,
        "providerReference": None,
        "transactionId": None,
        "providerFee": None,
        "detail": "",
        "held": False,
        "signs": signs,
        "approvals": [],
        "note": None,
        "requestedAt": at,
        "updatedAt": at,
        "dueAt": None,
        "history": [{"state": "requested", "at": at}, {"state": State.RESERVED, "at": at}],
    }
