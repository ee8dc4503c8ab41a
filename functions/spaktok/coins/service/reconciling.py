"""The nightly comparison of purchases in the app stores with the stores' own lists.

Apple keeps every notification that it sent, whether or not it reached us; Google lists what was
refunded, revoked or charged back. Both are read for the last days, and whatever we have not is settled
as if it had been told, and named in the day's report. What can't be settled is an alarm, as is a store
that can't be asked; one in which nothing is sold here is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from spaktok.coins import store
from spaktok.coins.model import receipts
from spaktok.coins.model.payments import Provider
from spaktok.coins.model.purchases import Purchase, Status
from spaktok.coins.model.receipts import News, Notice, Receipt, Refunding
from spaktok.coins.service import receipts as redeeming
from spaktok.coins.service import settling
from spaktok.coins.store import Mark
from spaktok.core import config, log
from spaktok.integrations.stores import apple, google
from spaktok.integrations.stores.jws import NotConfigured, Unproven
from spaktok.wallet.model.invariants import Violation
from spaktok.wallet.service import auditing

SPAN: Final = timedelta(days=4)
"""A day more than Apple tries to deliver a notification."""
REDEEMED_WITHIN: Final = timedelta(days=1)
"""How long the app may take to have a purchase redeemed."""
KEPT_MAX: Final = 500
"""Discrepancies that a report keeps; all are counted."""


class Kind(StrEnum):
    """What differs."""

    MISSED_NOTIFICATION = "missed-notification"
    """Apple told, and it never reached us: it was heeded now."""
    MISSED_REFUND = "missed-refund"
    """Google gave the money back, and we did not know: it was taken back now."""
    NOT_REDEEMED = "not-redeemed"
    """Somebody has paid, and has no coins: their app never asked for them."""
    REFUNDED_UNREDEEMED = "refunded-unredeemed"
    """Refunded before anybody redeemed it: from now on it buys nothing."""
    NOT_BOOKED = "not-booked"
    """It could not be settled: a person must look."""
    UNPROVEN = "unproven"
    """The store lists what it did not sign, or what can't be read."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that differs, by its ids."""

    kind: Kind
    provider: Provider
    purchase_id: str
    receipt_id: str


@dataclass(slots=True)
class Report:
    """What a night found."""

    listed: dict[Provider, int] = field(default_factory=dict)
    """How many notifications, or refunds, a store lists."""
    unread: list[Provider] = field(default_factory=list)
    discrepancies: list[Discrepancy] = field(default_factory=list)


def run(at: datetime) -> Report:
    """Compare, settle what is missing, keep the report, raise the alarms.

    A call of Apple's for 20 notifications and one of Google's for 1,000 refunds; two reads each, and
    what settling costs for each that is missing. One that fails does not keep the others back.
    """
    report = Report()
    for provider, look in ((Provider.APPLE, _apple), (Provider.GOOGLE, _google)):
        try:
            found = list(look(at - SPAN, at, report))
        except NotConfigured:
            continue
        except (OSError, Unproven) as why:
            log.warning("a store's list can't be read", store=provider, why=type(why).__name__)
            report.unread.append(provider)
            continue
        report.discrepancies += found
    _keep(report, at)
    return report


def _apple(since: datetime, until: datetime, report: Report) -> Iterator[Discrepancy]:
    notices: list[Notice] = []
    forged = 0
    for body in apple.history(since, until):
        try:
            notices.append(apple.notice(body))
        except Unproven:
            forged += 1
    report.listed[Provider.APPLE] = len(notices)
    yield from (Discrepancy(Kind.UNPROVEN, Provider.APPLE, "", "") for _ in range(forged))
    for notice in sorted(notices, key=lambda one: (one.at or until, one.id)):
        if notice.news is News.NOTHING or notice.receipt is None:
            continue
        if notice.news is News.CONSUMPTION and (notice.at or since) + apple.ANSWER_WITHIN < until:
            continue  # Apple has decided without our answer
        if not settling.heard(Mark(notice.provider, notice.id, notice.news)):
            kind = Kind.MISSED_NOTIFICATION if _heeded(notice) else Kind.NOT_BOOKED
            yield _differs(kind, notice.receipt)
    bought = {one.receipt.id: one.receipt for one in notices if one.receipt is not None}
    for receipt in bought.values():
        if receipt.at + REDEEMED_WITHIN < until and _owed(receipt):
            yield _differs(Kind.NOT_REDEEMED, receipt)


def _google(since: datetime, until: datetime, report: Report) -> Iterator[Discrepancy]:
    voided = list(google.voided(since, until))
    report.listed[Provider.GOOGLE] = len(voided)
    for receipt in voided:
        purchase = _purchase(receipt)
        if purchase is None:
            if not redeeming.revoked(receipt):
                redeeming.revoke(receipt)
                yield _differs(Kind.REFUNDED_UNREDEEMED, receipt)
        elif purchase.status is not Status.REFUNDED:
            booked = _taken_back(receipt, purchase)
            yield _differs(Kind.MISSED_REFUND if booked else Kind.NOT_BOOKED, receipt)


def _owed(receipt: Receipt) -> bool:
    """Whether somebody has paid for it here, and nobody has had it redeemed or paid back. Two reads."""
    paid = receipt.paid and receipt.refunding is Refunding.NO
    ours = paid and receipt.live is config.production()
    return ours and _purchase(receipt) is None and not redeeming.revoked(receipt)


def _heeded(notice: Notice) -> bool:
    try:
        redeeming.heed(notice)
    except Exception as error:  # noqa: BLE001 - the others must not wait for it
        log.failure("a listed notification failed", error, notice=notice.id)
        return False
    return True


def _taken_back(receipt: Receipt, purchase: Purchase) -> bool:
    try:
        after = settling.settle(receipts.payment(receipt, purchase))
    except Exception as error:  # noqa: BLE001 - the others must not wait for it
        log.failure("a listed refund failed", error, purchase=purchase.id)
        return False
    return after is not None and after.status is Status.REFUNDED


def _purchase(receipt: Receipt) -> Purchase | None:
    purchase_id = receipts.purchase_id(receipt.provider, receipt.id)
    return store.purchase(store.purchase_ref(purchase_id).get())


def _differs(kind: Kind, receipt: Receipt) -> Discrepancy:
    purchase_id = receipts.purchase_id(receipt.provider, receipt.id)
    return Discrepancy(kind, receipt.provider, purchase_id, receipt.id)


def _keep(report: Report, at: datetime) -> None:
    day = at.astimezone(UTC).date().isoformat()
    store.report_ref(day).set(
        {
            "at": at,
            "listed": {str(name): count for name, count in report.listed.items()},
            "unread": report.unread,
            "found": len(report.discrepancies),
            "discrepancies": [
                {
                    "kind": one.kind,
                    "provider": one.provider,
                    "purchaseId": one.purchase_id,
                    "receiptId": one.receipt_id,
                }
                for one in report.discrepancies[:KEPT_MAX]
            ],
        }
    )
    wrong = [one for one in report.discrepancies if one.kind in (Kind.NOT_BOOKED, Kind.UNPROVEN)]
    auditing.alarm(
        [
            *(
                Violation(f"store-{one.kind}", one.purchase_id or one.provider, day)
                for one in wrong
            ),
            *(Violation("store-unread", one, day) for one in report.unread),
        ]
    )
    if report.discrepancies:
        log.warning("purchases in a store differed", count=len(report.discrepancies))
