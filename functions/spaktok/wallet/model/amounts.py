"""Units, accounts, postings: the words of double entry.

A posting moves a whole number of a unit into an account (positive) or out of it. The postings of an
entry sum to zero in each unit, so nothing appears or vanishes: coins come from `platform:minted` and
end in `platform:burnt`, money comes from and goes to `ext:…`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

AMOUNT_MAX: Final = 10**15
"""The most of one unit in one posting: a billion dollars in micro-USD, and exact in JavaScript."""


class Unit(StrEnum):
    """What is counted."""

    COINS = "coins"
    MICRO = "usd_micro"
    """Millionths of a US dollar."""


class Account(StrEnum):
    """Accounts.

    Those without a prefix are the entry's owner's: `coins` of an entry of ana's is `user:ana:coins`.
    """

    COINS = "coins"
    HELD = "held"
    """Coins of a purchase in dispute."""
    UNSETTLED = "unsettled"
    """Net receipts of gifts that are not yet shared between creator and platform."""
    INCOME = "income"
    """The creator's share in income shards that are not yet swept into the wallet."""
    PENDING = "pending"
    """Earnings that are not yet mature."""
    EARNINGS = "earnings"
    """Mature earnings: what can be withdrawn."""
    RESERVED = "reserved"
    """Reserved for open withdrawals."""
    DEBT = "debt"
    """What the user owes, as a negative number."""
    RECEIVER_UNSETTLED = "receiver:unsettled"
    """`unsettled` of the entry's receiver: of the sender's entries, the one account not their own."""
    MINTED = "platform:minted"
    BURNT = "platform:burnt"
    EXPIRED = "platform:expired"
    """Promotional coins that nobody spent in time."""
    DEFERRED = "platform:deferred"
    """Net receipts of coins that are not spent: owed in service, not yet revenue."""
    REVENUE = "platform:revenue"
    FEES = "platform:fees"
    """What providers keep of purchases and of payouts, beside what they took in and paid."""
    LOSS = "platform:loss"
    """Losses that `PROVISION` did not bear, as a negative number."""
    PROVISION = "platform:provision"
    """Set aside of our share of gifts, to bear losses; see `model.covering`."""
    RESERVE = "platform:reserve"
    """Taken back from gifts whose purchase was refunded, against the debt that stands for it."""
    OWED = "platform:owed"
    """Refunds that the payer's bank sent back to us: still the payer's, to be paid another way."""
    DISPUTED = "platform:disputed"
    """What a provider withdrew for an open dispute, as a negative number."""
    STRIPE = "ext:stripe"
    PAYPAL = "ext:paypal"
    BANK = "ext:bank"
    APPLE = "ext:apple"
    GOOGLE = "ext:google"


EXTERNAL: Final = frozenset(account for account in Account if account.startswith("ext:"))
CAMPAIGN: Final = "campaign:"
"""What pays promotional coins: `campaign:{source}`, negative by what it gave."""


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` of `unit` goes into `account`; out of it where it is negative. Never zero."""

    account: str
    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        """Refuse what is no amount: a boolean, a float, zero, or more than there is in the world."""
        if type(self.amount) is not int or not 1 <= abs(self.amount) <= AMOUNT_MAX:
            raise ValueError(f"{self.amount!r} is no amount")


class Unbalanced(ValueError):
    """Postings that do not sum to zero."""


def postings(*moves: tuple[str, Unit, int]) -> tuple[Posting, ...]:
    """The postings of an entry, without those of nothing. Raises `Unbalanced`."""
    found = tuple(Posting(account, unit, amount) for account, unit, amount in moves if amount != 0)
    check(found)
    return found


def check(found: Iterable[Posting]) -> None:
    """Raise `Unbalanced` unless the postings sum to zero in each unit."""
    sums: Counter[Unit] = Counter()
    for posting in found:
        sums[posting.unit] += posting.amount
    if any(sums.values()):
        raise Unbalanced(", ".join(f"{unit}: {total}" for unit, total in sums.items() if total))


def moved(unit: Unit, source: str, target: str, amount: int) -> tuple[Posting, ...]:
    """`amount` from one account to another; nothing for 0."""
    return postings((source, unit, -amount), (target, unit, amount))


def whole(value: object, most: int = AMOUNT_MAX) -> int:
    """`value` where it is an integer from 1 to `most`.

    Raises `ValueError` otherwise: for `True`, for 1.0, for NaN and all that compares strangely.
    """
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(f"{value!r} is not a whole number from 1 to {most}")
    return value


def share(amount: int, part: int, of: int) -> int:
    """`amount · part / of`, rounded down; all of it where `part` is `of`."""
    return amount if part == of else amount * part // of
