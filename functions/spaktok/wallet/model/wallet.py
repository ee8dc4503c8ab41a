"""A wallet: the one stored balance of a user, and what time does to it.

Coins lie in lots, each with the net receipts that its coins stand for. They are consumed in one fixed
order: promotional lots first, by their expiry and then by age, then purchased lots by age. What a
lot's coins stand for is split by rounding down, the remainder staying on the lot, so that the shares
of a lot sum to its net receipts exactly. Promotional coins stand for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from spaktok.wallet.model import policy
from spaktok.wallet.model.amounts import Account, Posting, Unit, moved, share

GENESIS: Final = "0" * 64
"""What the first entry of a chain is bound to."""


class LotKind(StrEnum):
    """Where coins come from."""

    PROMO = "promo"
    PURCHASED = "purchased"


@dataclass(frozen=True, slots=True)
class Lot:
    """Coins of one source, as many as are left, and the net receipts that they stand for."""

    id: str
    kind: LotKind
    coins: int
    net_micro: int
    at: datetime
    expires_at: datetime | None = None

    def rank(self) -> tuple[bool, datetime, datetime, str]:
        """The order of consumption."""
        never = datetime.max.replace(tzinfo=UTC)
        return (self.kind is not LotKind.PROMO, self.expires_at or never, self.at, self.id)

    def take(self, coins: int) -> tuple[Lot, int]:
        """The lot without that many of its coins, and the net receipts that they stand for."""
        net = share(self.net_micro, coins, self.coins)
        return replace(self, coins=self.coins - coins, net_micro=self.net_micro - net), net


@dataclass(frozen=True, slots=True)
class Taken:
    """What a lot gave: so many coins, that stand for so much."""

    lot: Lot
    """As it was before, but for its coins: kept so that a reversal can put them back."""
    coins: int
    net_micro: int


@dataclass(frozen=True, slots=True)
class Limit:
    """The user's own limit for a day, in coins. Lowering counts at once, raising after a day."""

    coins: int | None = None
    """None: no limit."""
    later: int | None = None
    later_from: datetime | None = None
    """When `later` (None: no limit) takes the place of `coins`; None: nothing is to come."""

    def on(self, at: datetime) -> int | None:
        """The limit that holds at an instant."""
        due = self.later_from is not None and self.later_from <= at
        return self.later if due else self.coins


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a user has. Immutable; the store reads and writes it whole."""

    id: str
    """A random number of the account: what the chain is bound to, and no person's name."""
    lots: tuple[Lot, ...] = ()
    held: int = 0
    """Coins of purchases in dispute."""
    pending: dict[str, int] = field(default_factory=dict)
    """Immature earnings in micro-USD by the UTC day on which the gifts were committed."""
    available: int = 0
    """Mature earnings in micro-USD that are not reserved."""
    reserved: dict[str, int] = field(default_factory=dict)
    """Micro-USD by withdrawal."""
    debt: int = 0
    """Micro-USD owed after refunds of what was spent."""
    disputed: dict[str, int] = field(default_factory=dict)
    """Micro-USD by disputed purchase, of the part that was spent: it blocks like a debt."""
    spent_day: str = ""
    spent: int = 0
    """Coins spent on `spent_day`."""
    limit: Limit = field(default_factory=Limit)
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What features that spend keep about it (pace, totals), each under its name. No money."""
    closed_at: datetime | None = None
    """When its owner was erased; see `model.closing`."""
    forfeited: tuple[Lot, ...] = ()
    """Of a closed wallet: the purchased coins that were in it, or came since."""
    seq: int = 0
    head: str = GENESIS

    @property
    def coins(self) -> int:
        """Coins in all lots."""
        return sum(lot.coins for lot in self.lots)

    @property
    def owed(self) -> int:
        """What blocks gifts and withdrawals."""
        return self.debt + sum(self.disputed.values())

    def noted(self, name: str, note: Mapping[str, Any]) -> Wallet:
        """The wallet with a feature's note in place of its last one."""
        return replace(self, notes={**self.notes, name: note})

    def spent_on(self, at: datetime) -> int:
        """Coins spent on the UTC day of `at`."""
        return self.spent if self.spent_day == day_of(at) else 0


def day_of(at: datetime) -> str:
    """`2026-03-14`, of UTC."""
    return at.astimezone(UTC).date().isoformat()


def matures_at(day: str) -> datetime:
    """When earnings of a day can be withdrawn: when all of the day is past the holding time."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return start + timedelta(days=1 + policy.MATURITY_DAYS)


def settled(wallet: Wallet, at: datetime) -> tuple[Wallet, tuple[Posting, ...]]:
    """The wallet as time has made it: what is mature is available, what expired is gone.

    Every decision starts here, so no job's punctuality decides what somebody has.
    """
    mature = {day: micro for day, micro in wallet.pending.items() if matures_at(day) <= at}
    dead = [lot for lot in wallet.lots if lot.expires_at is not None and lot.expires_at <= at]
    if not mature and not dead:
        return wallet, ()
    ripe = sum(mature.values())
    lost = sum(lot.coins for lot in dead)
    after = replace(
        wallet,
        pending={day: micro for day, micro in wallet.pending.items() if day not in mature},
        available=wallet.available + ripe,
        lots=tuple(lot for lot in wallet.lots if lot not in dead),
    )
    return after, (
        *moved(Unit.MICRO, Account.PENDING, Account.EARNINGS, ripe),
        *moved(Unit.COINS, Account.COINS, Account.EXPIRED, lost),
    )


def consume(wallet: Wallet, coins: int) -> tuple[Wallet, tuple[Taken, ...]]:
    """Take coins from the lots in their order. There must be enough."""
    left, lots, taken = coins, [], []
    for lot in sorted(wallet.lots, key=Lot.rank):
        part = min(left, lot.coins)
        if part == 0:
            lots.append(lot)
            continue
        rest, net = lot.take(part)
        taken.append(Taken(lot, part, net))
        left -= part
        if rest.coins:
            lots.append(rest)
    if left:
        raise ValueError("More coins are taken than there are")
    return replace(wallet, lots=tuple(lots)), tuple(taken)


def put_back(wallet: Wallet, lot: Lot) -> Wallet:
    """Add the coins of a lot, to what is left of it where it is there still."""
    if not lot.coins:
        return wallet
    others = [one for one in wallet.lots if one.id != lot.id]
    for one in wallet.lots:
        if one.id == lot.id:
            lot = replace(one, coins=one.coins + lot.coins, net_micro=one.net_micro + lot.net_micro)
    return replace(wallet, lots=tuple(sorted((*others, lot), key=Lot.rank)))
