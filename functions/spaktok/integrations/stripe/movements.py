"""What moved on the platform's balance: Stripe's balance transactions.

Sources: docs.stripe.com/api/balance_transactions/list and
docs.stripe.com/reports/balance-transaction-types: `transfer`, and `transfer_refund` for a reversal;
`payout` to the platform's own bank, with `payout_failure` and `payout_cancel` for one that came back.
All else is of payments, or a cost: `charge`, and `payment` of what moves slowly, which is there as soon
as it is under way and taken off by `payment_failure_refund` where it fails; `refund`, `payment_refund`,
and `refund_failure` where the payer's bank did not take it; `adjustment` for a dispute, both ways.
What Stripe bills for itself, what was put in, and what it holds back for a time are of no payment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from spaktok.integrations.stripe.client import client, speaking
from spaktok.integrations.stripe.connect import WITHDRAWAL
from spaktok.integrations.stripe.payments import PURCHASE, REFUND
from spaktok.payouts.model.case import OF_NO_PAYMENT, Line, What

PAGE: Final = 100
TRANSFERS: Final = ("transfer", "transfer_refund")
PAYOUTS: Final = ("payout", "payout_failure", "payout_cancel")
BESIDE: Final = frozenset(
    {
        "stripe_fee",
        "stripe_fx_fee",
        "tax_fee",
        "topup",
        "topup_reversal",
        "reserve_transaction",
        "reserved_funds",
        "reserve_hold",
        "reserve_release",
        "payment_network_reserve_hold",
        "payment_network_reserve_release",
        "payout_minimum_balance_hold",
        "payout_minimum_balance_release",
    }
)
"""Of no payment of ours, and nothing the ledger could have."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the balance. Outflows are negative."""

    transaction_id: str
    source: str
    """The transfer, its reversal, or the payout."""
    key: str
    """Of the withdrawal it carries; empty where it carries none."""
    amount_minor: int
    fee_minor: int
    currency: str
    """In capitals."""
    at: datetime


def transfers(since: datetime, until: datetime) -> Iterator[Movement]:
    """Transfers to connected accounts and their reversals. Raises `Declined`, `Unreachable`."""
    for kind in TRANSFERS:
        yield from _listed(kind, since, until)


def payouts(since: datetime, until: datetime) -> Iterator[Movement]:
    """Payouts to the platform's own bank, and those that came back. Raises as `transfers`."""
    for kind in PAYOUTS:
        yield from _listed(kind, since, until)


def received(since: datetime, until: datetime) -> Iterator[Line]:
    """Everything else of a time, newest first: of payments, and of nothing that we know.

    A call for a hundred lines. Raises as `transfers`.
    """
    for line in _lines(since, until):
        if line.type not in (*TRANSFERS, *PAYOUTS):
            yield _line(line, line.source)


def of_payment(payment_id: str) -> list[Line]:
    """All lines of one payment, whenever they were made; none where there is no such payment.

    Two calls, and one where it was disputed. Raises as `transfers`, but for what is not there.
    """
    api = client().v1
    found = []
    with speaking():
        intents: Any = api.charges.list(
            {
                "payment_intent": payment_id,
                "limit": PAGE,
                "expand": [
                    "data.balance_transaction",
                    "data.failure_balance_transaction",
                    "data.payment_intent",
                ],
            }
        )
        charges = list(intents.auto_paging_iter())
        for charge in charges:
            noted = _noted(charge.payment_intent, PURCHASE)
            found += _made(getattr(charge, "balance_transaction", None), charge, noted)
            found += _made(getattr(charge, "failure_balance_transaction", None), charge, noted)
        if not charges:
            return []
        refunds: Any = api.refunds.list(
            {
                "payment_intent": payment_id,
                "limit": PAGE,
                "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
            }
        )
        for refund in refunds.auto_paging_iter():
            found += _made(getattr(refund, "balance_transaction", None), refund)
            found += _made(getattr(refund, "failure_balance_transaction", None), refund)
        if any(charge.disputed for charge in charges):
            disputes: Any = api.disputes.list({"payment_intent": payment_id, "limit": PAGE})
            for dispute in disputes.auto_paging_iter():
                for line in dispute.balance_transactions:
                    found += _made(line, dispute)
    return found


def _listed(kind: str, since: datetime, until: datetime) -> Iterator[Movement]:
    return (_movement(line) for line in _lines(since, until, type=kind))


def _lines(since: datetime, until: datetime, **more: Any) -> Iterator[Any]:
    asked: Any = {
        "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
        "limit": PAGE,
        "expand": ["data.source"],
        **more,
    }
    with speaking():
        yield from client().v1.balance_transactions.list(asked).auto_paging_iter()


def _made(line: Any, source: Any, purchase_id: str = "") -> list[Line]:
    """The line, where it is there: an id alone is one that can't be had."""
    return [] if line is None or isinstance(line, str) else [_line(line, source, purchase_id)]


def _line(line: Any, source: Any, purchase_id: str = "") -> Line:
    kind = None if source is None or isinstance(source, str) else source.object
    payment = getattr(source, "payment_intent", None)
    what = _what(line, kind)
    of_a_payment = what not in OF_NO_PAYMENT
    sign = -1 if line.amount < 0 else 1
    return Line(
        transaction_id=line.id,
        what=what,
        payment_id="" if payment is None else str(getattr(payment, "id", payment)),
        source_id=str(getattr(source, "id", source or "")),
        minor=sign * source.amount if of_a_payment else line.amount,
        currency=str(source.currency if of_a_payment else line.currency),
        amount_minor=line.amount,
        fee_minor=line.fee,
        settled_in=str(line.currency),
        at=datetime.fromtimestamp(line.created, UTC),
        purchase_id=purchase_id or _noted(source, PURCHASE),
        refund_id=_noted(source, REFUND),
        slow=line.type == "payment",
        pending=kind == "charge" and source.status == "pending",
        moved=(f"{line.type}_{line.currency}", line.amount - line.fee),
    )


def _noted(on: Any, name: str) -> str:
    """What we wrote on it under a name; empty where we wrote nothing."""
    held = getattr(on, "metadata", None) or {}
    return str(held[name]) if name in held else ""


def _what(line: Any, kind: str | None) -> What:
    """By what it is about and which way it goes: the vendor has called the same line other names."""
    if line.type in BESIDE:
        return What.BESIDE
    gone = line.amount < 0
    if kind == "charge" or line.type == "payment_failure_refund":
        return What.FAILED if gone else What.PAID
    if kind == "refund":
        return What.REFUNDED if gone else What.REFUND_FAILED
    if kind == "dispute":
        return What.DISPUTED if gone else What.DISPUTE_WON
    return What.OTHER


def _movement(line: Any) -> Movement:
    source = line.source
    return Movement(
        transaction_id=line.id,
        source=source if isinstance(source, str) else source.id,
        key=_noted(source, WITHDRAWAL),
        amount_minor=line.amount,
        fee_minor=line.fee,
        currency=str(line.currency).upper(),
        at=datetime.fromtimestamp(line.created, UTC),
    )
