"""Staging a withdrawal's next state: one place for every step, its history and who is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import ids
from spaktok.core.dispatch import Task
from spaktok.core.refusal import NotFound
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.payouts import store
from spaktok.payouts.model.states import GRAPH, State
from spaktok.payouts.refusals import AlreadySent
from spaktok.payouts.store import Payout
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

TOLD: Final = frozenset({State.APPROVED, State.PAID, State.RETURNED, State.FAILED, State.REJECTED})
"""Steps that the user hears of; what they did themselves they know."""


def load(tx: Transaction, payout_id: str) -> Payout:
    """The withdrawal. One read. Raises `NotFound`."""
    (snapshot,) = users.read([store.payout_ref(payout_id)], tx)
    payout = store.decode(snapshot)
    if payout is None:
        raise NotFound
    return payout


def stage(tx: Transaction, payout: Payout, state: State, at: datetime, **changes: Any) -> None:
    """Stage a step, and its news where the user hears of it: `tell` sends that. One or two writes.

    Raises `AlreadySent` for one that the graph does not have.
    """
    from google.cloud.firestore import ArrayUnion

    if state is not payout.state and state not in GRAPH[payout.state]:
        raise AlreadySent
    fields: dict[str, Any] = {"status": state, "updatedAt": at, **changes}
    if state is not payout.state:
        fields["history"] = ArrayUnion([{"state": state, "at": at}])
        if state in TOLD:
            notifications.stage(tx, _news(payout.user_id, payout.payout_id, state))
    tx.update(store.payout_ref(payout.payout_id), fields)


def task(payout_id: str, cause: str, run_at: datetime | None = None) -> Task:
    """The task that sends a withdrawal or looks after it."""
    return Task(
        function="submitPayout",
        id=ids.digest("payout", payout_id, cause),
        payload={"payoutId": payout_id, "runAt": run_at},
        run_at=run_at,
    )


def tell(uid: str, payout_id: str, state: State) -> None:
    """Tell the user what was staged, after the commit."""
    if state in TOLD:
        notifications.told(_news(uid, payout_id, state))


def _news(uid: str, payout_id: str, state: State) -> News:
    return News(
        recipient=uid,
        type=NotificationType.PAYOUT_STATUS,
        entity_type=EntityType.PAYOUT,
        entity_id=payout_id,
        detail=state,
    )
