"""The comparison of ledger, Stripe's balance and purchases, an hour of it after the other.

A day and three hours after an hour is over, when what nobody told of has long been looked for, all that
moved on Stripe's balance in that hour and is no withdrawal is laid beside what the ledger booked in it,
and beside our own notes of these purchases. Of what went back, all of the payment is: the ledger books
by how much the total has grown. A mark says how far that has come. A run takes an hour as a whole, and
ends after some thousand lines: the next one goes on, and a mark that stays behind is an alarm.

The mark is `system/payments`: {comparedTo}; `reconciling` watches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from spaktok.coins import store as coins
from spaktok.core import dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.payouts import store
from spaktok.payouts.model.case import OF_NO_PAYMENT, Case, Step, Told, What
from spaktok.payouts.model.incoming import compare
from spaktok.payouts.model.matching import Discrepancy, Kind, Report, added
from spaktok.payouts.service import reconciling
from spaktok.payouts.service.exports import Unread
from spaktok.premium import drawer
from spaktok.premium.tickets import PREFIX as SLOT_PREFIX
from spaktok.wallet import encoding
from spaktok.wallet import store as ledger
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.entry import Kind as EntryKind

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

_T = TypeVar("_T")
STEP: Final = timedelta(hours=1)
LINES_MAX: Final = 5_000
"""After so many lines no further hour is begun."""
NEAR: Final = timedelta(minutes=10)
"""A line and its entry may lie on both sides of an hour's end."""
LOOKED_UP_MAX: Final = 100
"""Payments that one run has settled."""
_IDS_A_QUERY: Final = 30
_DOCUMENTS_A_READ: Final = 300
PAID: Final = frozenset({EntryKind.PURCHASE, EntryKind.SERVICE})
_KINDS: Final = {
    EntryKind.PURCHASE: What.PAID,
    EntryKind.REFUND: What.REFUNDED,
    EntryKind.REFUND_FAILED: What.REFUND_FAILED,
    EntryKind.DISPUTE: What.DISPUTED,
    EntryKind.DISPUTE_WON: What.DISPUTE_WON,
    EntryKind.SERVICE: What.PAID,
    EntryKind.SERVICE_REFUND: What.REFUNDED,
    EntryKind.SERVICE_OWED: What.REFUND_FAILED,
    EntryKind.SERVICE_DISPUTE: What.DISPUTED,
    EntryKind.SERVICE_DISPUTE_WON: What.DISPUTE_WON,
}
"""Entries of money that moved at Stripe, and what they say of it."""


def run(at: datetime) -> Report:
    """Compare the hours that have come of age; what all of them came to.

    A call of Stripe's for a hundred lines; a read a line and an entry, two where they are not of one
    hour, and one a purchase. Of a payment of which anything went back, all its entries and two or three
    calls. Raises nothing where Stripe can't be asked: `reconciling.watch` does, if that goes on.
    """
    since, until = reconciling.mark(at), reconciling.whole(at - reconciling.COMPARED_AFTER)
    total, lines = Report(), 0
    while since < until and lines < LINES_MAX:
        end = min(since + STEP, until)
        try:
            hour = _Hour(since, end, at)
        except Unread as why:
            log.warning("Stripe's balance can't be read", why=str(why))
            break
        report = hour.report()
        for one in report.discrepancies:
            reconciling.tell(one)
        _look_up(report.discrepancies, at)
        if not _keep(since, end, report, at):
            break  # another run has come this far
        total, lines, since = total + report, lines + len(hour.lines), end
    reconciling.watch(at)
    return total


class _Hour:
    """All that an hour is about."""

    def __init__(self, since: datetime, until: datetime, at: datetime) -> None:
        """Read it. Raises `Unread`."""
        from spaktok.integrations.stripe import movements

        self._since, self._until, self._at = since, until, at
        near = (since - NEAR, until + NEAR)
        with _asking():
            listed = list(movements.received(*near))
        self.lines = [line for line in listed if self._within(line.at)]
        self._near = {line.transaction_id: line for line in listed}
        self._steps = {one.entry_id: one for one in _steps(ledger.of_kinds(_KINDS, *near).stream())}
        self._find_paid()
        self._told = _told({*self._purchases_of_lines(), *self._purchases_of_steps()})
        stirred = self._stirred()
        self._whole = self._find_all(stirred)

    def report(self) -> Report:
        """What came of it."""
        report = Report()
        for case in self._cases():
            report += compare(case, self._at)
        return report

    def _within(self, at: datetime) -> bool:
        return self._since <= at < self._until

    def _find_paid(self) -> None:
        """The entries of payments whose lines are here, whenever they were made."""
        known = {one.place[1] for one in self._steps.values() if one.place[0] is What.PAID}
        wanted = {line.payment_id for line in self.lines} - known - {""}
        self._add(_steps(ledger.under_keys(PAID, wanted)))

    def _purchases_of_lines(self) -> set[str]:
        return {line.purchase_id for line in self.lines if _is_id(line.purchase_id)}

    def _purchases_of_steps(self) -> set[str]:
        asked = {line.payment_id for line in self.lines}
        return {
            one.purchase_id
            for one in self._steps.values()
            if self._within(one.at) or (one.place[0] is What.PAID and one.place[1] in asked)
        }

    def _stirred(self) -> set[str]:
        """The payments of which more is to be known than their line and their entry, which agree."""
        paid = {one.place[1] for one in self._steps.values() if one.place[0] is What.PAID}
        shown = {line.payment_id for line in self._near.values() if line.what is What.PAID}
        found = {
            line.payment_id
            for line in self.lines
            if line.what not in OF_NO_PAYMENT
            and (line.what is not What.PAID or line.payment_id not in paid)
        }
        for one in self._steps.values():
            if not self._within(one.at):
                continue
            told = self._told.get(one.purchase_id)
            of = one.place[1] if one.place[0] in {What.PAID, What.REFUNDED} else None
            payment = of or (told.payment_id if told is not None else None)
            if payment and (one.place[0] is not What.PAID or payment not in shown):
                found.add(payment)
        return found - {""}

    def _find_all(self, payments: set[str]) -> set[str]:
        """All lines and entries of these payments; the purchases of which that is known."""
        from spaktok.integrations.stripe import movements

        for payment in sorted(payments):
            with _asking():
                for line in movements.of_payment(payment):
                    held = self._near.get(line.transaction_id)
                    if held is None or not held.purchase_id:
                        self._near[line.transaction_id] = line
        by_payment = {one.place[1]: one.purchase_id for one in self._steps.values()}
        noted = {line.purchase_id for line in self._near.values() if line.payment_id in payments}
        purchases = {name for name in noted if _is_id(name)}
        purchases |= {by_payment[one] for one in payments if one in by_payment}
        purchases |= {one.purchase_id for one in self._told.values() if one.payment_id in payments}
        for some in _parts(sorted(purchases), _IDS_A_QUERY):
            self._add(_steps(ledger.about_purchases(some).stream()))
        self._told |= _told(purchases - self._told.keys())
        return purchases

    def _add(self, found: Iterable[Step]) -> None:
        self._steps |= {one.entry_id: one for one in found}

    def _cases(self) -> Iterator[Case]:
        """By purchase, or by payment where none is known; each with what of it is of this hour."""
        purchase_of = {
            one.place[1]: one.purchase_id
            for one in self._steps.values()
            if one.place[0] in {What.PAID, What.REFUNDED}
        }
        for line in self._near.values():
            if line.purchase_id in self._told:
                purchase_of.setdefault(line.payment_id, line.purchase_id)
        cases: dict[str, Case] = {}
        fresh = {line.transaction_id for line in self.lines}
        for line in self._near.values():
            name = purchase_of.get(line.payment_id) or line.payment_id or line.transaction_id
            case = cases.setdefault(name, Case())
            case.lines.append(line)
            case.fresh |= fresh & {line.transaction_id}
        for step in self._steps.values():
            case = cases.setdefault(step.purchase_id, Case())
            case.steps.append(step)
            if self._within(step.at) and not self._anothers(step, case):
                case.fresh.add(step.entry_id)
        for name, case in sorted(cases.items()):
            case.told, case.whole = self._told.get(name), name in self._whole
            if case.fresh:
                yield case

    def _anothers(self, step: Step, case: Case) -> bool:
        """Whether the hour beside this one speaks of it, in which its line is."""
        of = [line for line in case.lines if line.place == step.place]
        near = [line for line in of if abs(line.at - step.at) <= NEAR]
        return bool(near) and not any(self._within(line.at) for line in of)


@contextmanager
def _asking() -> Iterator[None]:
    """Say in our words that Stripe does not answer. Raises `Unread`."""
    from spaktok.integrations.stripe.client import Declined, Unreachable

    try:
        yield
    except (Declined, Unreachable) as why:
        raise Unread(type(why).__name__) from None


def _look_up(found: Iterable[Discrepancy], at: datetime) -> None:
    """Have settled what Stripe has and we have not booked, as if we had been told of it."""
    from spaktok.coins.service import settling
    from spaktok.integrations.stripe import payments as stripe

    missing = sorted({one.key for one in found if one.kind is Kind.MISSING_IN_LEDGER and one.key})
    for payment_id in missing[:LOOKED_UP_MAX]:
        try:
            payment = stripe.payment(payment_id)
            ticket = payment.purchase_id or ""
            if ticket.startswith(SLOT_PREFIX):
                about = {"ticketId": ticket, "paymentId": payment_id}
                name = ids.digest("reconciled", payment_id, at.date().isoformat())
                dispatch.send_if_possible(Task("settlePremiumTicket", name, about))
            else:
                settling.settle(payment)
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("a payment that was found can't be settled", error, payment=payment_id)


def _keep(since: datetime, until: datetime, report: Report, at: datetime) -> bool:
    """Add an hour to its day's report, and move the mark, at once; whether nobody else has."""
    ref = store.reconciliation_ref(since.astimezone(UTC).date().isoformat())

    def body(tx: Transaction) -> bool:
        mark, kept = ledger.read([reconciling.mark_ref(), ref], tx)
        if (mark.to_dict() or {}).get("comparedTo", since) != since:
            return False
        tx.set(reconciling.mark_ref(), {"comparedTo": until})
        before: dict[str, Any] = (kept.to_dict() or {}).get("payments", {})
        tx.set(ref, {"payments": _added(before, report, until, at)}, merge=True)
        return True

    return transaction.run(body)


def _added(before: dict[str, Any], report: Report, until: datetime, at: datetime) -> dict[str, Any]:
    listed: list[dict[str, Any]] = before.get("discrepancies", [])
    known = {(one["kind"], tuple(one["ids"])) for one in listed}
    new = {(one.kind, one.ids): one for one in report.discrepancies}
    news = [one for name, one in new.items() if name not in known]
    fields = [{**asdict(one), "ids": list(one.ids)} for one in news]
    return {
        "at": at,
        "comparedTo": until,
        "matched": before.get("matched", 0) + report.matched,
        "waiting": before.get("waiting", 0) + report.waiting,
        "explained": before.get("explained", 0) + report.explained,
        "beside": added(before.get("beside", {}), report.beside),
        "found": before.get("found", 0) + len(news),
        "discrepancies": [*listed, *fields][: reconciling.KEPT_MAX],
    }


def _steps(found: Iterable[DocumentSnapshot[Any]]) -> Iterator[Step]:
    """What of these moved money at Stripe."""
    for snapshot in found:
        entry = encoding.entry(snapshot)
        if entry is not None and entry.kind in _KINDS and (moved := _moved(entry)):
            what = _KINDS[entry.kind]
            name = entry.key.partition(":")[0] if what is What.REFUNDED else entry.key
            fee = entry.facts.get("disputeFeeMicro", 0)
            yield Step(
                entry_id=entry.id,
                place=(what, name),
                purchase_id=entry.facts["purchaseId"],
                micro=moved + fee,
                fee_micro=entry.facts.get("feeMicro", fee),
                at=entry.at,
            )


def _moved(entry: Entry) -> int:
    return -sum(one.amount for one in entry.postings if one.account == Account.STRIPE)


def _told(purchases: set[str]) -> dict[str, Told]:
    """Our notes of these. A read each."""
    found: dict[str, Told] = {}
    refs = [
        drawer.ticket_ref(name) if name.startswith(SLOT_PREFIX) else coins.purchase_ref(name)
        for name in sorted(purchases)
    ]
    for some in _parts(refs, _DOCUMENTS_A_READ):
        for snapshot in ledger.read(some):
            one = _of_ticket(snapshot) if snapshot.id.startswith(SLOT_PREFIX) else _of(snapshot)
            if one is not None:
                found[one.purchase_id] = one
    return found


def _of(snapshot: DocumentSnapshot[Any]) -> Told | None:
    purchase = coins.purchase(snapshot)
    if purchase is None:
        return None
    done = purchase.progress
    return Told(
        purchase_id=purchase.id,
        payment_id=purchase.payment_id,
        price_minor=purchase.price_minor,
        currency=purchase.currency,
        credited=done.credited,
        refunded_minor=done.refunded_minor,
        failed_refunds=done.failed_refunds,
        disputes=done.disputes,
    )


def _of_ticket(snapshot: DocumentSnapshot[Any]) -> Told | None:
    ticket = drawer.decode_ticket(snapshot)
    if ticket is None:
        return None
    return Told(
        purchase_id=ticket.id,
        payment_id=ticket.payment_id,
        price_minor=ticket.price_minor,
        currency=ticket.currency,
        credited=bool(ticket.gross_micro),
        refunded_minor=ticket.refunded_minor,
        failed_refunds=ticket.failed_refunds,
        disputes=ticket.disputes,
    )


def _is_id(name: str) -> bool:
    """Whether it can be a document's: what stands on a payment need not be ours."""
    return bool(name) and "/" not in name


def _parts(whole: list[_T], size: int) -> Iterator[list[_T]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
