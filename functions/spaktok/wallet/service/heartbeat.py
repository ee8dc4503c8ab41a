"""That the audits of the ledger and all jobs of money go on: one that stopped finds nothing.

Each of two schedules looks at what both left, and at the others (`stale`): the one of the minute each
hour, the daily one when it begins.

Owns `system/ledgerAudit`: {day, finishedAt, wallets, violations, watchedSince}, reads `system/income`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock
from spaktok.wallet import store
from spaktok.wallet.model.invariants import Violation

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

FINISHED: Final = "finishedAt"
AUDITED_TO: Final = "auditedTo"
LEDGER_STALE: Final = timedelta(hours=30)
"""An audit begins every 24 hours, and has six to end."""
INCOME_STALE: Final = timedelta(hours=1)

DAILY: Final = timedelta(hours=30)
OFTEN: Final = timedelta(hours=1)
"""Of what begins every few minutes."""
HOURLY: Final = timedelta(hours=3)
"""Of what begins each hour: the next may make up for one that failed."""
WATCHED: Final[Mapping[str, timedelta]] = {
    "auditRollUps": DAILY,
    "beginRevenue": DAILY,
    "closeCoinPurchases": OFTEN,
    "pullStripeEvents": HOURLY,
    "reconcilePayments": HOURLY,
    "reconcilePayouts": DAILY,
    "reconcileStores": DAILY,
    "sweepOutbox": OFTEN,
    "sweepPayouts": OFTEN,
    "sweepPremiumSlots": OFTEN,
}
"""Everything else that money depends on and nobody asks for: how long ago it may have been done."""

_WATCHED_SINCE: Final = "watchedSince"


def finished(day: str, facts: Mapping[str, int]) -> None:
    """Note that a day's audit went through all wallets. One write."""
    ledger_ref().set({"day": day, FINISHED: clock.now(), **facts})


def stale(at: datetime) -> list[Violation]:
    """What has not come far enough by now, or not been done; of what never was, its time begins now.

    A read each; a write for each that never ran.
    """
    from spaktok.core import finished  # once an hour

    watched = (
        (ledger_ref(), FINISHED, LEDGER_STALE, "ledger"),
        (income_ref(), AUDITED_TO, INCOME_STALE, "income"),
    )
    found = []
    for (ref, name, most, what), one in zip(
        watched, store.read([ref for ref, *_ in watched]), strict=True
    ):
        fields: dict[str, Any] = one.to_dict() or {}
        last = fields.get(name, fields.get(_WATCHED_SINCE))
        if last is None:
            ref.set({_WATCHED_SINCE: at}, merge=True)
        elif at - last > most:
            found.append(Violation("audit", what, f"has not ended since {last.isoformat()}"))
    return found + [
        Violation("schedule", name, f"was not done since {last.isoformat()}")
        for name, last in finished.late(WATCHED, at).items()
    ]


def ledger_ref() -> DocumentReference:
    """`system/ledgerAudit`."""
    return clients.db().collection("system").document("ledgerAudit")


def income_ref() -> DocumentReference:
    """`system/income`."""
    return clients.db().collection("system").document("income")
