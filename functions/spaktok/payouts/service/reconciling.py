"""The daily comparison of ledger, provider and bank.

It looks at a span that ends three hours ago and begins two days before, so each line is compared on
several days and a line that is late one day is found the next. What stays unmatched for a day raises
an alarm.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaktok.core import clock, log, transaction
from spaktok.payouts import store
from spaktok.payouts.model.matching import Banked, Booked, Exported, Report, Side, match
from spaktok.payouts.model.states import MICRO_PER_MINOR, Method, State, key_of
from spaktok.payouts.service import alarms
from spaktok.users import store as users
from spaktok.wallet import encoding
from spaktok.wallet import store as ledger
from spaktok.wallet.model.entry import Kind as EntryKind
from spaktok.wallet.model.entry import id_of

if TYPE_CHECKING:
    from google.cloud.firestore import WriteBatch

    from spaktok.payouts.requests import BankLine
    from spaktok.payouts.store import Payout

SPAN: Final = timedelta(days=2)
LISTED_AFTER: Final = timedelta(hours=3)
KEPT_MAX: Final = 500
"""Discrepancies that a report keeps; all are counted, and all raise their alarm."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines of the bank's are new."""

    imported: int


def run(at: datetime) -> Report:
    """Compare, keep the report, raise the alarms.

    Two reads a withdrawal that changed in the span, one a line of the bank's, a call to the provider a
    month of the span.
    """
    until = at - LISTED_AFTER
    since = until - SPAN
    report = match(_booked(since, until), _exported(since, until), _banked(since, until), at)
    day = at.astimezone(UTC).date().isoformat()
    store.reconciliation_ref(day).set(
        {
            "at": at,
            "matched": report.matched,
            "waiting": report.waiting,
            "found": len(report.discrepancies),
            "discrepancies": [
                {**asdict(one), "ids": list(one.ids)} for one in report.discrepancies[:KEPT_MAX]
            ],
        }
    )
    for one in report.discrepancies:
        late = one.kind.startswith(("missing", "unknown"))
        if one.aged or not late:
            alarms.raise_alarm(f"reconciliation-{one.kind}", ",".join(one.ids))
    log.info("reconciled", matched=report.matched, found=len(report.discrepancies))
    return report


def import_bank(lines: list[BankLine]) -> Imported:
    """Take over lines of the bank's statement; one that is known changes nothing. A write each."""
    from google.api_core.exceptions import AlreadyExists

    imported = 0
    for line in lines:
        batch: WriteBatch = _batch()
        batch.create(
            store.bank_line_ref(line.line_id),
            {
                "reference": line.reference,
                "amountMinor": line.amount_minor,
                "bookedOn": line.booked_on,
                "importedAt": clock.now(),
            },
        )
        try:
            transaction.commit(batch)
        except AlreadyExists:
            continue
        imported += 1
    return Imported(imported)


def _booked(since: datetime, until: datetime) -> list[Booked]:
    """The entries of the withdrawals that changed in the span."""
    found: list[Booked] = []
    for snapshot in store.moved_between(since, until).stream():
        payout = store.decode(snapshot)
        if payout is None or payout.method is not Method.PAYPAL:
            continue
        if payout.state in (State.PAID, State.RETURNED):
            found += _entries(payout)
    return found


def _entries(payout: Payout) -> list[Booked]:
    refs = [
        ledger.entries().document(id_of(payout.user_id, kind, payout.payout_id))
        for kind in (EntryKind.SETTLE, EntryKind.RETURNED)
    ]
    found = []
    for snapshot in users.read(refs):
        entry = encoding.entry(snapshot)
        if entry is None:
            continue
        out = entry.kind is EntryKind.SETTLE
        micro = entry.facts["micro"] - (entry.facts["feeMicro"] if out else 0)
        found.append(
            Booked(
                entry_id=entry.id,
                key=key_of(payout.payout_id),
                side=Side.OUT if out else Side.BACK,
                amount_minor=micro // MICRO_PER_MINOR,
                fee_minor=payout.provider_fee_minor if out else None,
                at=entry.committed_at or entry.at,
            )
        )
    return found


def _exported(since: datetime, until: datetime) -> list[Exported]:
    from spaktok.integrations.paypal import account

    return [
        Exported(
            transaction_id=line.transaction_id,
            key=line.custom,
            side=Side.OUT if line.amount_minor < 0 else Side.BACK,
            amount_minor=abs(line.amount_minor),
            fee_minor=-line.fee_minor,
            currency=line.currency,
            at=line.at,
        )
        for line in account.connect().history(since, until)
        if line.event_code in ("T0001", "T1114", "T1115")
    ]


def _banked(since: datetime, until: datetime) -> list[Banked]:
    first, last = since.date().isoformat(), until.date().isoformat()
    return [
        Banked(
            one.id,
            one.get("reference"),
            one.get("amountMinor"),
            datetime.fromisoformat(one.get("bookedOn")).replace(tzinfo=UTC),
        )
        for one in store.bank_lines(first, last).stream()
    ]


def _batch() -> WriteBatch:
    from spaktok.core import clients

    return clients.db().batch()
