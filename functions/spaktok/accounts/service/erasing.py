"""Erasing an account that has left.

`leaving` has closed it. A task ends its ties and deletes its belongings; it may die anywhere, run
twice or beside itself, and a sweeper sends it again. When no token that was given out can be valid
any more, it looks through everything once more, for what was under way at the first time, and
deletes what kept the account closed, its sign-in, and last the link between the erasure and the
person. One that does not end raises an alarm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.accounts import store
from spaktok.accounts.model import ERASURE_LATE, STALLED, TOKENS_DIE, Phase
from spaktok.accounts.service import leaving, sessions
from spaktok.core import clients, clock, dispatch, log, revocations, standing, transaction
from spaktok.core.ids import UserId
from spaktok.payouts.service import requesting
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

RUN_S: Final = 420.0
"""How long one run works before it leaves the rest to the next: a task has 9 minutes."""
SWEEP_PAGE: Final = 200


def run(erasure_id: str) -> bool:
    """Go on with an erasure for as long as one run may; whether there is nothing left to do now."""
    state = _load(erasure_id)
    if state is None or clock.now() < state.erases_at:
        return True
    if state.phase is Phase.WAITING and clock.now() < state.due_at:
        return True
    store.watch("erasure", erasure_id, state.erases_at, ERASURE_LATE, clock.now())
    give_up_s = clock.monotonic() + RUN_S
    for _ in _steps(state):
        if clock.monotonic() > give_up_s:
            _continue(state)
            return False
    log.info("erasure", phase=state.phase)
    return True


def sweep(at: datetime, limit: int = SWEEP_PAGE) -> int:
    """Send the erasures whose time has come, or whose run died; how many."""
    from google.cloud.firestore import FieldFilter

    due = (
        clients.db()
        .collection("erasures")
        .where(filter=FieldFilter("dueAt", "<=", at))
        .order_by("dueAt")
        .limit(limit)
    )
    found = list(due.stream())
    for one in found:
        store.watch("erasure", one.id, one.get("erasesAt"), ERASURE_LATE, at)
        number, _ = dispatch.window(at, int(STALLED.total_seconds()))
        dispatch.send(leaving.task(one.id, one.get("round"), f"{one.get('phase')}-{number}"))
    return len(found)


@dataclass(frozen=True, slots=True)
class _State:
    erasure_id: str
    uid: UserId
    phase: Phase
    round: int
    requested_at: datetime
    erases_at: datetime
    due_at: datetime


def _load(erasure_id: str) -> _State | None:
    """How far it has come; None where it is done, or was stopped."""
    fields: dict[str, Any] = store.erasure_ref(erasure_id).get().to_dict() or {}
    if "subject" not in fields:
        return None
    return _State(
        erasure_id=erasure_id,
        uid=UserId(fields["subject"]),
        phase=Phase(fields["phase"]),
        round=fields["round"],
        requested_at=fields["requestedAt"],
        erases_at=fields["erasesAt"],
        due_at=fields["dueAt"],
    )


def _steps(state: _State) -> Iterator[None]:
    from spaktok.accounts.service import belongings
    from spaktok.integrations import sign_in

    final = state.phase is Phase.WAITING
    if not final:
        if not _begin(state):
            return
        sign_in.lock(state.uid)
        if not requesting.leaving(state.uid):
            return  # a provider has money of theirs: the sweeper asks again
    yield from _erase(state, final=final)
    if not final:
        tokens_die = clock.now() + TOKENS_DIE
        _mark(state, phase=Phase.WAITING, dueAt=tokens_die)
        return
    yield from belongings.erase_texts(state.uid)
    yield from belongings.forget_things(state.erasure_id)
    revocations.forget(state.uid)
    sign_in.delete(state.uid)
    belongings.erase_last(state.uid)
    store.erasure_ref(state.erasure_id).set(
        {"phase": Phase.DONE, "requestedAt": state.requested_at, "finishedAt": clock.now()}
    )


def _erase(state: _State, *, final: bool) -> Iterator[None]:
    """All of it, from the beginning: what is done already finds nothing."""
    from spaktok.accounts.service import belongings, ties
    from spaktok.users import handles
    from spaktok.wallet.service import closing

    handles.hold_for_nobody(state.uid, clock.now())
    yield from belongings.remember(state.uid, state.erasure_id)
    yield from ties.end(state.uid)
    closing.close(state.uid)
    yield
    if final:
        yield from belongings.move_money(state.uid)
    yield from belongings.erase_things(state.erasure_id)
    yield from belongings.erase_documents(state.uid, final=final)
    yield from belongings.erase_files(state.uid)


def _begin(state: _State) -> bool:
    """Close the account for good, unless its owner returned in the last moment."""
    at = clock.now()

    def body(tx: Transaction) -> bool:
        (security, erasure) = users.read(
            [store.security_ref(state.uid), store.erasure_ref(state.erasure_id)], tx
        )
        if not erasure.exists:
            return False
        if security.exists and not standing.decode(security.to_dict() or {}).disabled:
            sessions.close(tx, state.uid, at, disabled=True)
        tx.update(erasure.reference, {"phase": Phase.ERASING, "dueAt": at + STALLED})
        return True

    return transaction.run(body)


def _mark(state: _State, **changes: Any) -> None:
    store.erasure_ref(state.erasure_id).update(changes)


def _continue(state: _State) -> None:
    after = state.round + 1
    _mark(state, round=after, dueAt=clock.now() + STALLED)
    dispatch.send_if_possible(leaving.task(state.erasure_id, after, state.phase))
