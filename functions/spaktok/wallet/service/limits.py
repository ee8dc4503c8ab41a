"""The limit that users set themselves for what they spend a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spaktok.core import ids
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.model.spending import limited
from spaktok.wallet.requests import SetSpendingLimit
from spaktok.wallet.service.booking import Operation, book


@dataclass(frozen=True, slots=True)
class LimitSet:
    """The limit, and from when it counts."""

    coins: int | None
    counts_from: datetime


def set_limit(uid: str, request: SetSpendingLimit) -> LimitSet:
    """Set a limit, or none. Lower counts at once, higher after a day. One read, two writes."""
    operation = Operation(
        uid=uid,
        kind=Kind.LIMIT,
        key=request.idempotency_key or ids.random_id(),
        asked={"coins": request.coins},
    )
    entry = book(operation, lambda wallet, at: limited(wallet, request.coins, at))
    return LimitSet(entry.facts["coins"], entry.facts["from"])
