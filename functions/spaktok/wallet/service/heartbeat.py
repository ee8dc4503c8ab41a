"""That the audits of the ledger go on: an audit that stopped finds nothing, and nobody would notice.

Each of the two schedules looks at what both left (`stale`): the one of the minute each hour, the
daily one when it begins.

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

_WATCHED_SINCE: Final = "watchedSince"


def finished(day: str, facts: Mapping[str, int]) -> None:
    """Note that a day's audit went through all wallets. One write."""
    ledger_ref().set({"day": day, FINISHED: clock.now(), **facts})


def stale(at: datetime) -> list[Violation]:
    """Which audit has not come far enough by now; of one that never ran, its time begins now.

    Two reads; a write for each that never ran.
    """
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
    return found


def ledger_ref() -> DocumentReference:
    """`system/ledgerAudit`."""
    return clients.db().collection("system").document("ledgerAudit")


def income_ref() -> DocumentReference:
    """`system/income`."""
    return clients.db().collection("system").document("income")
