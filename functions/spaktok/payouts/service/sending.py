"""Sending a withdrawal, and finding out what became of it.

Three steps, each harmless to repeat: the key and the attempt are committed; the provider is called;
what it said is committed with its entry of the ledger. A crash between any two leaves a withdrawal
that says `submitting` past its time, which is treated as what it is: an unknown outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import alarms, clock, dispatch, log, standing, transaction
from spaktok.core.alarms import Alarm
from spaktok.payouts import store
from spaktok.payouts.model import gates, looking
from spaktok.payouts.model.states import (
    HELD_MAX,
    IN_FLIGHT,
    MICRO_PER_MINOR,
    Answer,
    Contradicts,
    Money,
    Reply,
    State,
    Step,
    key_of,
    step,
)
from spaktok.payouts.service import changes, methods, providers
from spaktok.payouts.service.providers import Contradicted, Order, Provider, Refused, Unknown
from spaktok.payouts.store import Payout
from spaktok.users import store as users
from spaktok.wallet import encoding
from spaktok.wallet import store as ledger
from spaktok.wallet.service import withdrawals

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

    from spaktok.wallet.service.booking import Stage

CALL_LASTS: Final = timedelta(minutes=2)
"""Longer than any call to a provider takes: a call that is older than that is dead."""
SWEEP_EVERY: Final = timedelta(minutes=10)
SWEEP_PAGE: Final = 200
SWEEPS: Final = (
    ((State.SUBMITTING, State.UNKNOWN), 1_000),
    ((State.APPROVED, State.SUBMITTED), 1_000),
    ((State.PAID,), 400),
)
"""What a run sends tasks for, and for how many at most: what is unknown first, and none keeps
another waiting. 400 paid ones a run are 9,600 withdrawals a day, each looked at six times.
"""


class _Passed(Exception):
    """Somebody else took this step, or a later one."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What to ask the provider, decided and committed before."""

    payout: Payout
    order: Order
    how: str
    """`send`, `look_up` or `search`."""


def advance(payout_id: str) -> State | None:
    """Take a withdrawal as far as it goes now; its state, None where there is none.

    Two to six reads, two to five writes and a call to the provider. Repeatable, and at once.
    """
    call = _begin(payout_id)
    if isinstance(call, _Call):
        _finish(call)
    now = store.decode(store.payout_ref(payout_id).get())
    return None if now is None else now.state


def sweep(at: datetime, page: int = SWEEP_PAGE) -> int:
    """Send tasks for what is due: unanswered, approved and unsent, under way, perhaps returned.

    A read and a task each; what goes beyond a run is the next one's, the longest due first.
    """
    number, _ = dispatch.window(at, int(SWEEP_EVERY.total_seconds()))
    swept = 0
    for states, most in SWEEPS:
        found = 0
        for one in _due(at, states, page, most):
            dispatch.send_if_possible(changes.task(one.id, f"sweep-{number}"))
            found += 1
        if found == most:
            log.warning("more withdrawals are due than a run takes", states=", ".join(states))
        swept += found
    return swept


def _due(
    at: datetime, states: tuple[State, ...], page: int, most: int
) -> Iterator[DocumentSnapshot[Any]]:
    """Those that are due, page by page, no more than so many."""
    query = store.due(at, states)
    left, last = most, None
    while left > 0:
        asked = query if last is None else query.start_after(last)
        found = list(asked.limit(min(page, left)).stream())
        yield from found
        left -= len(found)
        if len(found) < page:
            return
        last = found[-1]


def _begin(payout_id: str) -> _Call | None:
    """Decide what to ask, and commit that it is being asked."""
    at = clock.now()
    before = store.decode(store.payout_ref(payout_id).get())
    if before is None:
        return None
    receiver = methods.open_receiver(before.method_id)

    def body(tx: Transaction) -> _Call | None:
        payout = changes.load(tx, payout_id)
        calling = payout.calling_until is not None and at < payout.calling_until
        if calling or not _to_be_asked(payout.state):
            return None
        if payout.state is State.APPROVED and (held := _held(tx, payout, at, receiver)):
            changes.stage(tx, payout, payout.state, at, detail=held, dueAt=at + looking.SELDOM)
            return None
        first = payout.first_sent_at or at
        how = _how(payout, first, at)
        more: dict[str, Any] = {"callingUntil": at + CALL_LASTS, "dueAt": at + looking.SOON}
        state = payout.state
        if how == "send":
            state = State.SUBMITTING
            more |= {"sends": payout.sends + 1, "firstSentAt": first, "detail": ""}
            more |= {"providerKey": key_of(payout_id)}
        changes.stage(tx, payout, state, at, **more)
        to = receiver or methods.Receiver("gone", "")
        return _Call(payout, Order(key_of(payout_id), to, payout.net_minor, first), how)

    return transaction.run(body)


def _to_be_asked(state: State) -> bool:
    return state in (
        State.APPROVED,
        State.SUBMITTING,
        State.UNKNOWN,
        State.SUBMITTED,
        State.PAID,
    )


def _how(payout: Payout, first: datetime, at: datetime) -> str:
    """Ask about what the provider is known to have; else send with the same key, while it knows it."""
    if payout.reference:
        return "look_up"
    provider = providers.of(payout.method)
    if payout.state is State.PAID or at - first > provider.retry_for:
        return "search"
    return "send"


def _held(
    tx: Transaction, payout: Payout, at: datetime, receiver: methods.Receiver | None
) -> str | None:
    """Why an approved withdrawal is not sent now. A ban suspends it; the ledger is not touched.

    What was asked for and approved without a debt waits where one, or a dispute, opened since: taken
    back, it repays the debt. The wallet is read here, so that a refund and a sending at once are one
    after the other.
    """
    security, account, method, wallet = users.read(
        [
            users.security_ref(payout.user_id),
            store.account_ref(payout.user_id),
            store.method_ref(payout.method_id),
            ledger.wallet_ref(payout.user_id),
        ],
        tx,
    )
    if not security.exists or standing.decode(security.to_dict() or {}).suspended(at):
        return "account-suspended"
    if encoding.wallet(wallet).owed:
        return "debt-open"
    if receiver is None or not method.exists or method.get("replacedAt") is not None:
        return "method-replaced"
    checks = (account.to_dict() or {}).get("checks", {})
    if lacking := gates.missing(checks, payout.method):
        return f"missing: {', '.join(lacking)}"
    return None


def _finish(call: _Call) -> None:
    """Ask, and commit what was said."""
    provider = providers.of(call.payout.method)
    try:
        answer = _ask(provider, call)
    except Refused as no:
        if call.how == "send" and call.payout.sends == 0:
            refused = Answer(Reply.FAILED, "", detail=str(no)[:100])
            _apply(call.payout, refused)
            return
        _unknown(call.payout, f"refused: {no}"[:100])
        return
    except Unknown as why:
        if isinstance(why, Contradicted):
            # Asked again it says the same, so it would be unknown for ever: a person must look.
            _alarm("payout-not-believed", call.payout.payout_id, str(why))
        _unknown(call.payout, str(why)[:100])
        return
    if answer is None:
        nowhere = "not in the provider's history"
        _alarm("payout-unresolved", call.payout.payout_id, nowhere)
        _unknown(call.payout, nowhere)
        return
    _apply(call.payout, answer)


def _ask(provider: Provider, call: _Call) -> Answer | None:
    match call.how:
        case "send":
            return provider.send(call.order)
        case "look_up":
            return provider.look_up(call.order, call.payout.reference or "")
        case _:
            return provider.search(call.order)


def _apply(payout: Payout, answer: Answer) -> None:
    """Commit where the answer leads, with its entry of the ledger; nothing where it is old news."""
    at = clock.now()
    money, uid, payout_id = Money.NONE, payout.user_id, payout.payout_id
    try:
        now = store.decode(store.payout_ref(payout_id).get())
        found = step(now.state if now else payout.state, answer.reply)
    except Contradicts as why:
        log.warning("a provider contradicts itself", payout=payout_id)
        _alarm("payout-contradicted", payout_id, str(why))
        return
    money = found.money if found is not None else Money.NONE
    state = found.state if found is not None else None

    def beside(tx: Transaction) -> Stage:
        current = changes.load(tx, payout_id)
        if _step_now(current, answer) != found:
            raise _Passed
        more = _fields(current, found, answer, at)
        return lambda *_: changes.stage(tx, current, state or current.state, at, **more)

    try:
        _book(payout, money, answer, beside)
    except _Passed:
        return
    if state is None:
        _check_age(payout, at, answer.detail)
    if state is not None:
        changes.tell(uid, payout_id, state)
        if state is State.SUBMITTED:
            run_at = at + looking.SOON
            dispatch.send_if_possible(changes.task(payout_id, "submitted", run_at))


def _check_age(payout: Payout, at: datetime, why: str) -> None:
    """Raise the alarm for what is under way for longer than a provider may take, known or not."""
    late = payout.first_sent_at is not None and at - payout.first_sent_at > HELD_MAX
    if late and payout.state in IN_FLIGHT:
        _alarm("payout-undecided", payout.payout_id, why)


def _alarm(kind: str, payout_id: str, why: str) -> None:
    alarms.sound("payouts", [Alarm(kind, payout_id, why)])


def _step_now(current: Payout, answer: Answer) -> Step | None:
    try:
        return step(current.state, answer.reply)
    except Contradicts:
        raise _Passed from None


def _book(payout: Payout, money: Money, answer: Answer, beside: Any) -> None:
    uid, payout_id = payout.user_id, payout.payout_id
    account = providers.of(payout.method).account
    net, fee = payout.net_minor * MICRO_PER_MINOR, payout.fee_minor * MICRO_PER_MINOR
    cost = _cost_minor(answer) * MICRO_PER_MINOR
    match money:
        case Money.NONE:
            transaction.run(lambda tx: beside(tx)())
        case Money.RELEASE:
            withdrawals.release(uid, payout_id, cost_micro=cost, beside=beside)
        case Money.SETTLE:
            withdrawals.settle(
                uid, payout_id, account, fee_micro=fee, cost_micro=cost, beside=beside
            )
        case Money.RETURN:
            withdrawals.returned(uid, payout_id, account, net, beside=beside)


def _cost_minor(answer: Answer) -> int:
    """What the provider keeps: nothing of what never left our account there.

    Of a payout that failed it tells what it would have cost. One that came back was somewhere only
    where there is a transaction of it.
    """
    left = answer.reply is Reply.PAID or (answer.reply is Reply.RETURNED and answer.transaction_id)
    return (answer.fee_minor or 0) if left else 0


def _fields(current: Payout, found: Step | None, answer: Answer, at: datetime) -> dict[str, Any]:
    """What is noted of an answer, and when it is looked at again."""
    state = found.state if found is not None else current.state
    held = answer.reply is Reply.HELD
    fields: dict[str, Any] = {"callingUntil": None, "detail": answer.detail, "held": held}
    if answer.reference:
        fields["providerReference"] = answer.reference
    if answer.transaction_id:
        fields["transactionId"] = answer.transaction_id
    if answer.fee_minor is not None:
        fields["providerFee"] = answer.fee_minor
    sent_at = current.first_sent_at or at
    fields["dueAt"] = looking.next_look(state, held=held, sent_at=sent_at, at=at)
    return fields


def _unknown(payout: Payout, why: str) -> None:
    """Commit that it is not known: nothing is released, and nothing else is ever made of it."""
    at = clock.now()

    def body(tx: Transaction) -> None:
        current = changes.load(tx, payout.payout_id)
        if current.state is State.SUBMITTING:
            state = State.UNKNOWN
        elif current.state in (State.UNKNOWN, State.SUBMITTED, State.PAID):
            state = current.state
        else:
            return
        sent_at = current.first_sent_at or at
        due_at = looking.next_look(state, held=current.held, sent_at=sent_at, at=at)
        changes.stage(tx, current, state, at, callingUntil=None, detail=why, dueAt=due_at)

    transaction.run(body)
    _check_age(payout, at, why)
