"""Refunds whose answer nobody knows, long after their task has given up: sent again.

The task tries for an hour, and may be lost altogether. A refund that stays `requested` keeps the
buyer's money and lets nobody ask for it anew; so it is looked for by its state.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from spaktok.coins.service import refunding
from spaktok.coins.service.refunding import Sending
from spaktok.core import clients, log

if TYPE_CHECKING:
    from google.cloud.firestore import Query

LATE_AFTER: Final = timedelta(minutes=10)
"""By then the call that recorded it has ended, and most tasks have."""
_MAX: Final = 50
"""Of one run: where the provider doesn't answer each takes half a minute."""


def sweep(at: datetime) -> int:
    """Send what is still to be sent, oldest first; how many there were.

    A read each and what `refunding.send` costs: one that the provider has is found there, and not sent
    again. One that fails keeps no other back.
    """
    found = list(_late(at).stream())
    for refund in found:
        try:
            refunding.send(refund.id)
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log.failure("late refund failed", error, refund=refund.id)
    return len(found)


def _late(at: datetime) -> Query:
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("coinRefunds")
        .where(filter=FieldFilter("status", "==", Sending.REQUESTED))
        .where(filter=FieldFilter("at", "<", at - LATE_AFTER))
        .order_by("at")
        .limit(_MAX)
    )
