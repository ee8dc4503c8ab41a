"""What PayPal says, in our words: states, answers and the three ways in which a call can fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

KEY_LASTS: Final = timedelta(days=30)
"""For how long PayPal refuses a second batch with the same `sender_batch_id`."""
UNCLAIMED_LASTS: Final = timedelta(days=30)
"""After which PayPal returns what nobody claimed."""
CURRENCY: Final = "USD"
PAYOUT_CODES: Final = frozenset({"T0001", "T1114", "T1115"})
"""Event codes of the account's history: a payout, its reversal, its refund."""
BANK_CODE: Final = "T0400"
"""A withdrawal from the account to our own bank."""


class ItemStatus(StrEnum):
    """`transaction_status` of an item."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    UNCLAIMED = "UNCLAIMED"
    """The receiver has no account yet; it returns after 30 days."""
    ONHOLD = "ONHOLD"
    """Under PayPal's review."""
    BLOCKED = "BLOCKED"
    """Stopped by the receiver's or PayPal's settings; nothing has moved for good."""
    RETURNED = "RETURNED"
    """Back with us: nobody claimed it, or the receiver refused it."""
    REFUNDED = "REFUNDED"
    REVERSED = "REVERSED"


class BatchStatus(StrEnum):
    """`batch_status` of a batch."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    """Processed; each item has its own status."""
    DENIED = "DENIED"
    CANCELED = "CANCELED"


@dataclass(frozen=True, slots=True)
class Order:
    """One payout: a batch of one item, so that the batch's key is the payout's own."""

    key: str
    """`sender_batch_id`, and `sender_item_id`: the same for every attempt at this payout."""
    receiver: str
    """An e-mail address, or a PayPal account id."""
    receiver_is_account: bool
    amount_minor: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What PayPal says of a payout."""

    item_id: str
    batch_id: str
    key: str
    status: ItemStatus
    amount_minor: int
    currency: str
    fee_minor: int
    transaction_id: str | None
    error: str | None
    """PayPal's name of what went wrong: `RECEIVER_UNREGISTERED`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What PayPal says of a batch; `item` is None until it has looked at it."""

    batch_id: str
    key: str
    status: BatchStatus
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A line of the account's own history, as PayPal exports it. Outflows are negative."""

    transaction_id: str
    event_code: str
    """See `PAYOUT_CODES`, `BANK_CODE`."""
    status: str
    """S done, P pending, D denied, V reversed."""
    amount_minor: int
    fee_minor: int
    currency: str
    custom: str
    """Our key, where PayPal passes it on."""
    at: datetime


class Refused(Exception):
    """PayPal understood and says no: this call has made nothing. Holds PayPal's name for it alone."""

    def __init__(self, name: str, issue: str = "") -> None:
        super().__init__(f"{name}: {issue}" if issue else name)
        self.name = name


class Duplicate(Exception):
    """The key was used within 30 days: there is a batch, and usually its id."""

    def __init__(self, batch_id: str | None) -> None:
        super().__init__("the key was used before")
        self.batch_id = batch_id


class Unknown(Exception):
    """Whether it was done can't be told: no answer, a failing server, or an answer that isn't one."""


class Contradiction(Exception):
    """An answer about something else than what was asked: another key, amount or currency."""
