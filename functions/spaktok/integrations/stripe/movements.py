"""What left the platform's balance and what came back: Stripe's balance transactions.

Sources: docs.stripe.com/api/balance_transactions/list and
docs.stripe.com/reports/balance-transaction-types: `transfer`, and `transfer_refund` for a reversal;
`payout` to the platform's own bank, with `payout_failure` and `payout_cancel` for one that came back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from spaktok.integrations.stripe.client import client, speaking
from spaktok.integrations.stripe.connect import WITHDRAWAL

PAGE: Final = 100
TRANSFERS: Final = ("transfer", "transfer_refund")
PAYOUTS: Final = ("payout", "payout_failure", "payout_cancel")


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


def _listed(kind: str, since: datetime, until: datetime) -> Iterator[Movement]:
    with speaking():
        found = client().v1.balance_transactions.list(
            {
                "type": kind,
                "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
                "limit": PAGE,
                "expand": ["data.source"],
            }
        )
        for line in found.auto_paging_iter():
            yield _movement(line)


def _movement(line: Any) -> Movement:
    source = line.source
    carried = getattr(source, "metadata", None) or {}
    return Movement(
        transaction_id=line.id,
        source=source if isinstance(source, str) else source.id,
        key=str(carried[WITHDRAWAL]) if WITHDRAWAL in carried else "",
        amount_minor=line.amount,
        fee_minor=line.fee,
        currency=str(line.currency).upper(),
        at=datetime.fromtimestamp(line.created, UTC),
    )
