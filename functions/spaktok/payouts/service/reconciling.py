"""The daily comparison of ledger, providers and bank.

It looks at what moved in a span that ends three hours ago and begins two days before, so each line is
compared on two days and what is late on one is found on the next. What the provider holds is explained
and not named. What is named as missing in the ledger is looked up at once, a cost that the provider
gave back is booked, and what stays unmatched for a day raises an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import alarms, clients, clock, dispatch, log, transaction
from spaktok.core.alarms import Alarm
from spaktok.core.refusal import KeyReused
from spaktok.payouts import store
from spaktok.payouts.model.matching import (
    BANKED_WITHIN,
    Banked,
    Discrepancy,
    Kind,
    Report,
    Settled,
    match_bank,
)
from spaktok.payouts.model.states import MICRO_PER_MINOR, payout_of
from spaktok.payouts.service import changes, comparing, providers
from spaktok.payouts.service.exports import EXPORTS, Unread
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.refusals import ReservationGone
from spaktok.wallet.service import withdrawals

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, WriteBatch

    from spaktok.payouts.requests import BankLine

SPAN: Final = timedelta(days=2)
LISTED_AFTER: Final = timedelta(hours=3)
BANK_SPAN: Final = 2 * BANKED_WITHIN
"""How far back settlements with our bank are compared: its statement is days behind."""
KEPT_MAX: Final = 500
"""Discrepancies that a report keeps; all are counted, and all raise their alarm."""
LOOKED_UP_MAX: Final = 500
"""Withdrawals that one run has looked up."""


COMPARED_AFTER: Final = timedelta(hours=27)
BEHIND_MAX: Final = timedelta(hours=24)
"""By how much the mark of what came in (`incoming`) may lie behind that."""
_FIRST: Final = timedelta(hours=12)
"""Well within `BEHIND_MAX`: a first comparison that fails is not one that stayed behind."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines of the bank's are new."""

    imported: int


def run(at: datetime) -> Report:
    """Compare, keep the report, have looked up what is missing here, raise the alarms.

    Reads and calls as `comparing.compare`, and a read an entry of the span and a line of the bank's. A
    provider that can't be asked is an alarm, and the others are compared nevertheless.
    """
    report, unread = _compared(at)
    day = at.astimezone(UTC).date().isoformat()
    store.reconciliation_ref(day).set(
        {
            "at": at,
            "matched": report.matched,
            "waiting": report.waiting,
            "explained": report.explained,
            "unread": unread,
            "found": len(report.discrepancies),
            "discrepancies": [
                {**asdict(one), "ids": list(one.ids)} for one in report.discrepancies[:KEPT_MAX]
            ],
        },
        merge=True,  # what came in on that day is compared beside it (`incoming`)
    )
    _look_up(report.discrepancies, day)
    for one in report.discrepancies:
        if one.kind is Kind.FEE_BACK and _booked_back(one):
            continue
        tell(one)
    for account in unread:
        unread_alarm = Alarm("reconciliation-unread", account, f"it could not be asked on {day}")
        alarms.sound("payouts", [unread_alarm])
    log.info("reconciled", matched=report.matched, found=len(report.discrepancies))
    return report


def tell(found: Discrepancy) -> None:
    """Raise the alarm for what a person must look at. A write, where it is one."""
    if found.wakes:
        why = f"{found.expected_minor} is expected, {found.found_minor} found"
        named = Alarm(f"reconciliation-{found.kind}", ",".join(found.ids), why)
        alarms.sound("payouts", [named])


def watch(at: datetime) -> None:
    """Raise an alarm where the comparison of what came in has stayed behind. A read."""
    behind = at - COMPARED_AFTER - mark(at)
    if behind > BEHIND_MAX:
        why = f"not compared since {mark(at).isoformat()}"
        alarms.sound("payouts", [Alarm("reconciliation-unfinished", Account.STRIPE, why)])


def mark_ref() -> DocumentReference:
    """`system/payments`."""
    return clients.db().collection("system").document("payments")


def mark(at: datetime) -> datetime:
    """How far the comparison has come; before the first, half a day back, which is kept."""
    fields: dict[str, Any] = mark_ref().get().to_dict() or {}
    if "comparedTo" not in fields:
        fields["comparedTo"] = whole(at - COMPARED_AFTER - _FIRST)
        mark_ref().set(fields)
    found: datetime = fields["comparedTo"]
    return found


def whole(at: datetime) -> datetime:
    """The beginning of the hour."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


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


def _compared(at: datetime) -> tuple[Report, list[str]]:
    """What came of it, and the providers that could not be asked."""
    until = at - LISTED_AFTER
    since = until - SPAN
    entries = comparing.entries(since, until)
    report = Report()
    unread: list[str] = []
    settled: list[Settled] = []
    for export in EXPORTS:
        here = (one for one in entries if one.facts["account"] == export.account)
        try:
            report += comparing.compare(export, here, since, until, at)
            settled += export.settled(until - BANK_SPAN, until)
        except Unread as why:
            log.warning("a provider's export can't be read", account=export.account, why=str(why))
            unread.append(export.account.value)
    if not unread:  # a line of the bank's may be of any of them
        report += match_bank(settled, _banked(settled, until, at), at)
    return report, unread


def _banked(settled: Iterable[Settled], until: datetime, at: datetime) -> list[Banked]:
    """The bank's lines, but for old ones whose settlement may lie before what was asked for."""
    references = {one.reference for one in settled}
    first, end = until - BANK_SPAN, at + timedelta(days=1)
    lines = [
        Banked(
            one.id,
            one.get("reference"),
            one.get("amountMinor"),
            datetime.fromisoformat(one.get("bookedOn")).replace(tzinfo=UTC),
        )
        for one in store.bank_lines(first.date().isoformat(), end.date().isoformat()).stream()
    ]
    return [one for one in lines if one.reference in references or one.at >= until - BANKED_WITHIN]


def _look_up(found: Iterable[Discrepancy], day: str) -> None:
    """Have the provider asked about what it moved and we have not booked."""
    keys = sorted({one.key for one in found if one.kind is Kind.MISSING_IN_LEDGER})
    for key in keys[:LOOKED_UP_MAX]:
        dispatch.send_if_possible(changes.task(payout_of(key), f"reconcile-{day}"))


def _booked_back(found: Discrepancy) -> bool:
    """Book that a provider gave back what it had kept; whether it can be so. See `cost_returned`."""
    payout = store.decode(store.payout_ref(payout_of(found.key)).get())
    if payout is None or found.found_minor is None:
        return False
    account, micro = providers.of(payout.method).account, -found.found_minor * MICRO_PER_MINOR
    try:
        withdrawals.cost_returned(payout.user_id, payout.payout_id, account, micro)
    except (ReservationGone, KeyReused):
        return False
    return True


def _batch() -> WriteBatch:
    return clients.db().batch()
