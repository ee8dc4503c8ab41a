"""Entries: what the ledger consists of, and the hash that binds each to the one before it.

The hash covers everything but the names of people and what may name them (`userId`, `receiverId`,
`links`, the key), so that an erased user's can be replaced by a pseudonym while the chain holds. What
an entry is bound to instead is the wallet's random number. An entry that was changed, removed, moved
or added breaks its wallet's chain (`verify`), whose end the wallet itself holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from spaktok.core import ids
from spaktok.wallet.model.amounts import Account, Posting
from spaktok.wallet.model.wallet import GENESIS


class Kind(StrEnum):
    """What an entry is of."""

    PURCHASE = "coin_purchase"
    GRANT = "promo_grant"
    GIFT = "gift"
    REVERSAL = "gift_reversal"
    """Of what one lot paid of a gift; beside the chains, since it is about the receiver's income."""
    RESTORATION = "gift_restoration"
    """Takes a reversal back: the dispute was won."""
    UNDO = "gift_undo"
    """Gives the sender the coins of a gift back; the reversals beside it are the receiver's side."""
    REFUND = "purchase_refund"
    REFUND_FAILED = "refund_failed"
    """The payer's bank sent the money back: it is with the provider again, and owed."""
    REFUND_REVERSED = "refund_reversed"
    """The store took its refund back: the buyer has paid after all."""
    DISPUTE = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    ROLL_UP = "income_roll_up"
    """Shares out the gifts of a receiver's window; beside the chains."""
    SWEEP = "gift_earnings"
    """Moves shared income into the receiver's wallet."""
    RESERVE = "withdrawal_request"
    RELEASE = "withdrawal_released"
    SETTLE = "withdrawal_completed"
    RETURNED = "withdrawal_returned"
    COST_RETURNED = "withdrawal_cost_returned"
    """The provider gave back what it had kept of a withdrawal that came back."""
    ADJUSTMENT = "adjustment"
    CLOSING = "account_closed"
    """The owner is erased: what the wallet holds is forfeited."""
    SERVICE = "service_purchase"
    """A service was paid for with money, not coins: a premium slot."""
    SERVICE_REFUND = "service_refund"
    SERVICE_OWED = "service_refund_failed"
    SERVICE_DISPUTE = "service_dispute"
    SERVICE_DISPUTE_WON = "service_dispute_won"
    SERVICE_DISPUTE_LOST = "service_dispute_lost"
    COVER = "loss_cover"
    """What was set aside bears losses; in a chain of the platform's own."""
    LIMIT = "spending_limit"
    """No money moves."""


SHARED: Final = frozenset({Kind.GIFT, Kind.REVERSAL, Kind.RESTORATION})
"""What a roll-up shares out between creator and platform."""

_UNHASHED: Final = frozenset({"userId", "receiverId", "links", "key", "hash", "committedAt"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `facts` are the kind's own: numbers, ids and instants, never a person's."""

    id: str
    key: str
    kind: Kind
    input_hash: str
    user_id: str
    at: datetime
    """By the clock of the instance that decided."""
    wallet_id: str
    """The wallet whose chain it is in; empty beside the chains."""
    seq: int
    """Its number in the chain, from 1; 0 beside the chains."""
    prev: str
    postings: tuple[Posting, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)
    """What may name people: target, message. Outside the hash, pseudonymised when they are erased."""
    receiver_id: str | None = None
    slot: str | None = None
    """Which roll-up shares it out; see `model.income`."""
    lot_ids: tuple[str, ...] = ()
    lane: str | None = None
    rolls: str | None = None
    """Of a roll-up: the slot that it shares out."""
    hash: str = ""
    committed_at: datetime | None = None
    """By the database's clock: what decides share and maturity. None in the attempt that wrote it."""

    def account(self, posting: Posting) -> str:
        """The posting's account by its full name: `user:ana:coins`."""
        if posting.account == Account.RECEIVER_UNSETTLED:
            return f"user:{self.receiver_id}:{Account.UNSETTLED}"
        if ":" in posting.account:
            return posting.account
        return f"user:{self.user_id}:{posting.account}"


@dataclass(frozen=True, slots=True)
class Break:
    """The first link of a wallet's chain that does not hold, and why."""

    user_id: str
    seq: int
    why: str


def id_of(uid: str, kind: Kind, key: str) -> str:
    """The id of the entry of an operation: one key of a user's for one kind of thing, for ever."""
    return ids.digest("entry", uid, kind, key)


def input_hash(asked: Mapping[str, Any]) -> str:
    """A hash of what was asked for under a key."""
    return sha256(_canonical(asked)).hexdigest()


def digest(fields: Mapping[str, Any]) -> str:
    """The hash of an entry as it is stored."""
    hashed = {name: value for name, value in fields.items() if name not in _UNHASHED}
    return sha256(_canonical(hashed)).hexdigest()


def verify(  # noqa: PLR0913 - a chain from one end to the other
    uid: str,
    stored: Iterable[tuple[Mapping[str, Any], str]],
    seq: int,
    head: str,
    *,
    after: int = 0,
    genesis: str = GENESIS,
) -> Break | None:
    """The first broken link of a chain, or None where it holds.

    `stored` are the entries' documents with their ids, in the order of their numbers; `seq` and `head`
    the wallet's; `after` and `genesis` where to begin. An entry edited, deleted, put in another's
    place, added or cut off at the end is named by its number.
    """
    number, end = after, genesis
    for fields, entry_id in stored:
        number += 1
        if fields.get("seq") != number or fields.get("id") != entry_id:
            return Break(uid, number, "is missing, or something else stands in its place")
        if fields.get("prev") != end:
            return Break(uid, number, "does not follow from the entry before it")
        if fields.get("hash") != digest(fields):
            return Break(uid, number, "was changed after it was written")
        end = str(fields["hash"])
        if number == seq and end != head:
            return Break(uid, number, "is not the one that the wallet was bound to")
    if number < seq:
        return Break(uid, number + 1, f"is missing: the wallet says there are {seq}")
    if number > seq:
        return Break(uid, seq + 1, "stands beyond the wallet's last")
    return None


def _canonical(value: Mapping[str, Any]) -> bytes:
    """One spelling for one meaning: sorted keys, no spaces, instants in UTC to the microsecond."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_instant
    )
    return text.encode()


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    # Not an error: whatever a forger put there must be hashed, and found wrong.
    return repr(value)
