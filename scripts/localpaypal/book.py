"""The stand-in's own ledger: batches, items and money that moved, as the vendor's documents say.

A receiver decides by the beginning of its address what becomes of a payout: `unclaimed`, `onhold`,
`blocked`, `failed`, `denied`, `returned` (paid, then back), `pending`; anything else is paid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

KEY_LASTS = timedelta(days=30)
UNCLAIMED_LASTS = timedelta(days=30)
FEE_MINOR = 25
FATES = {
    "unclaimed": "UNCLAIMED",
    "onhold": "ONHOLD",
    "blocked": "BLOCKED",
    "failed": "FAILED",
    "pending": "PENDING",
}
MOVED = frozenset({"SUCCESS", "UNCLAIMED", "ONHOLD", "BLOCKED"})
"""Statuses in which the amount has left the account, be it into a hold."""
BACK = frozenset({"RETURNED", "REFUNDED", "REVERSED"})


class Duplicate(Exception):
    """The key was used within 30 days."""

    def __init__(self, batch_id: str) -> None:
        super().__init__(batch_id)
        self.batch_id = batch_id


class Invalid(Exception):
    """The request breaks a documented rule."""

    def __init__(self, field: str, issue: str) -> None:
        super().__init__(issue)
        self.field = field
        self.issue = issue


@dataclass
class Payout:
    """A batch of one item."""

    batch_id: str
    item_id: str
    key: str
    item_key: str
    receiver: str
    kind: str
    amount_minor: int
    currency: str
    created_at: datetime
    status: str = "PENDING"
    batch_status: str = "PENDING"
    fee_minor: int = FEE_MINOR
    transaction_id: str = ""
    told_fee_minor: int | None = None
    """What is told of the fee where that is a lie."""
    told_amount_minor: int | None = None


@dataclass(frozen=True)
class Line:
    """A movement of money: what the export lists. Outflows are negative."""

    transaction_id: str
    key: str
    code: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: datetime


@dataclass
class Book:
    """All that the stand-in knows. Safe for many threads."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    balance_minor: int = 10**12
    gives_fees_back: bool = False
    """Whether what comes back comes with its fee: PayPal's documents don't say, its export does."""
    payouts: dict[str, Payout] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    changed: list[tuple[Payout, str]] = field(default_factory=list)
    """Payouts and the statuses that they came to, of which nobody was told yet."""
    lock: RLock = field(default_factory=RLock)
    _numbers: int = 0

    def create(self, body: dict[str, Any]) -> Payout:
        """A new payout. Raises `Duplicate` and `Invalid`."""
        header, items = body.get("sender_batch_header"), body.get("items")
        if not isinstance(header, dict):
            raise Invalid("sender_batch_header", "Required field is missing")
        if not isinstance(items, list) or len(items) != 1:
            raise Invalid("items", "One item is what this stand-in takes")
        item = items[0]
        key = str(header.get("sender_batch_id") or "")
        with self.lock:
            if key and (first := self.by_key(key)) is not None:
                raise Duplicate(first.batch_id)
            made = Payout(
                batch_id=self._number("B"),
                item_id=self._number("I"),
                key=key,
                item_key=str(item.get("sender_item_id", "")),
                receiver=_receiver(item),
                kind=str(item.get("recipient_type", "EMAIL")),
                amount_minor=_minor(item.get("amount", {}).get("value")),
                currency=str(item.get("amount", {}).get("currency", "")),
                created_at=self.now(),
            )
            self.payouts[made.batch_id] = made
            return made

    def by_key(self, key: str) -> Payout | None:
        """The payout with this key, if it is younger than 30 days."""
        young = self.now() - KEY_LASTS
        found = [one for one in self.payouts.values() if one.key == key and one.created_at > young]
        return found[-1] if found else None

    def process(self, payout: Payout) -> None:
        """What PayPal does after it has answered: look at the item, and move the money."""
        with self.lock:
            if payout.batch_status != "PENDING":
                return
            if payout.receiver.startswith("denied"):
                payout.batch_status = "DENIED"
                return
            payout.batch_status = "SUCCESS"
            fate = next((s for p, s in FATES.items() if payout.receiver.startswith(p)), "SUCCESS")
            self.become(payout, fate)
            if payout.receiver.startswith("returned"):
                self.become(payout, "RETURNED")

    def become(self, payout: Payout, status: str) -> None:
        """Move a payout to a status, and its money with it, once."""
        with self.lock:
            before, payout.status = payout.status, status
            if status != before:
                self.changed.append((payout, status))
            payout.batch_status = "SUCCESS"
            if before not in MOVED and status in MOVED:
                payout.transaction_id = self._number("T")
                self._move(payout, "T0001", -payout.amount_minor, -payout.fee_minor)
            elif before in MOVED and status in BACK:
                fee = payout.fee_minor if self.gives_fees_back else 0
                self._move(payout, "T1115", payout.amount_minor, fee)

    def expire_unclaimed(self) -> int:
        """Return what nobody claimed for 30 days; how many."""
        with self.lock:
            due = [
                one
                for one in self.payouts.values()
                if one.status == "UNCLAIMED" and self.now() - one.created_at >= UNCLAIMED_LASTS
            ]
            for one in due:
                self.become(one, "RETURNED")
            return len(due)

    def withdraw(self, amount_minor: int) -> Line:
        """Move money to the owner's bank, as the dashboard's button does."""
        with self.lock:
            number = self._number("T")
            line = Line(number, "", "T0400", -amount_minor, 0, "USD", self.now())
            self.balance_minor -= amount_minor
            self.lines.append(line)
            return line

    def paid_times(self) -> dict[str, int]:
        """How often each item key was paid out: the figure that must never exceed one."""
        times: dict[str, int] = {}
        with self.lock:
            for line in self.lines:
                if line.code == "T0001":
                    times[line.key] = times.get(line.key, 0) + 1
        return times

    def _move(self, payout: Payout, code: str, amount: int, fee: int) -> None:
        self.balance_minor += amount + fee
        self.lines.append(
            Line(
                payout.transaction_id if code == "T0001" else self._number("T"),
                payout.item_key,
                code,
                amount,
                fee,
                payout.currency,
                self.now(),
            )
        )

    def _number(self, prefix: str) -> str:
        self._numbers += 1
        return f"{prefix}{self._numbers:012}"


def _receiver(item: dict[str, Any]) -> str:
    receiver = str(item.get("receiver") or "")
    if not receiver or (item.get("recipient_type", "EMAIL") == "EMAIL" and "@" not in receiver):
        raise Invalid("items[0].receiver", "Receiver is invalid or does not match with type")
    return receiver


def _minor(value: object) -> int:
    whole, _, part = str(value).partition(".")
    if not whole.isdigit() or not part.isdigit() or len(part) != 2 or int(whole + part) < 1:  # noqa: PLR2004
        raise Invalid("items[0].amount.value", "Amount is invalid")
    return int(whole + part)
