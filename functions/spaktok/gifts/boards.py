"""Who gave and who was given most: totals of a user, and the order of a board. Pure rules.

A user's totals hold, for each period, what the board of that period ranks by: so a board is one
ordered query, and keeping it costs no write of its own. A sender's stand in the sender's wallet, which
a gift writes anyway; a receiver's are written by the roll-up. They name nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

BOARD_MAX: Final = 100


class Period(StrEnum):
    """How far back a board looks, in UTC: its day, its ISO week, its month, or always."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    ALL_TIME = "all_time"

    def key(self, at: datetime) -> str:
        """The name of the period that an instant lies in."""
        match self:
            case Period.DAILY:
                return f"{at:%Y-%m-%d}"
            case Period.WEEKLY:
                year, week, _ = at.isocalendar()
                return f"{year}-W{week:02}"
            case Period.MONTHLY:
                return f"{at:%Y-%m}"
            case Period.ALL_TIME:
                return "always"


class Side(StrEnum):
    """Whom a board ranks."""

    SENDERS = "senders"
    RECEIVERS = "receivers"


@dataclass(frozen=True, slots=True)
class Deal:
    """One gift, as it counts for one of its two sides; taken back, with a sign of -1."""

    gift_id: str
    quantity: int
    coins: int
    at: datetime
    """When it was given, also where it is taken back."""
    ranked: bool = True
    """Whether it counts on boards: what a sender gives anonymously does not count for them."""
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts in one period."""

    key: str
    coins: int = 0
    at: datetime | None = None
    """When this total was reached: of equal totals the earlier leads."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What one user gave, or was given."""

    gifts: int = 0
    coins: int = 0
    by_gift: Mapping[str, int] = field(default_factory=dict)
    tallies: Mapping[Period, Tally] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None

    def with_deal(self, deal: Deal) -> Totals:
        """The totals with a gift, or without one that is taken back."""
        coins, gifts = deal.sign * deal.coins, deal.sign * deal.quantity
        tallies = self.tallies
        if deal.ranked:
            tallies = {period: _tally(self.tallies.get(period), period, deal) for period in Period}
        return Totals(
            gifts=self.gifts + gifts,
            coins=self.coins + coins,
            by_gift=_added(self.by_gift, deal.gift_id, gifts),
            tallies=tallies,
            first_at=_least(self.first_at, deal.at),
            last_at=_most(self.last_at, deal.at),
        )

    def with_deals(self, deals: Iterable[Deal]) -> Totals:
        """The totals with all of them, in their order."""
        totals = self
        for deal in deals:
            totals = totals.with_deal(deal)
        return totals


def together(parts: Iterable[Totals]) -> Totals:
    """Totals that are kept in parts, as one. Of each period the newest that a part knows counts."""
    summed = Totals()
    for part in parts:
        by_gift = dict(summed.by_gift)
        for gift_id, count in part.by_gift.items():
            by_gift[gift_id] = by_gift.get(gift_id, 0) + count
        both = [one for one in (summed.first_at, part.first_at) if one is not None]
        last = [one for one in (summed.last_at, part.last_at) if one is not None]
        summed = Totals(
            gifts=summed.gifts + part.gifts,
            coins=summed.coins + part.coins,
            by_gift=by_gift,
            tallies=_joined(summed.tallies, part.tallies),
            first_at=min(both, default=None),
            last_at=max(last, default=None),
        )
    return summed


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a board."""

    user_id: str
    coins: int
    at: datetime
    rank: int = 0
    """From 1; equal totals have different ranks, by who reached theirs first."""
    change: int = 0
    """How many places up since the board before; 0 also for whoever is new."""


def rank(places: Iterable[Place], before: Iterable[Place] = ()) -> list[Place]:
    """A board of these places: the most first, of equals the earliest, then by id."""
    earlier = {one.user_id: one.rank for one in before}
    ordered = sorted(
        (one for one in places if one.coins > 0), key=lambda one: (-one.coins, one.at, one.user_id)
    )[:BOARD_MAX]
    return [
        replace(one, rank=number, change=earlier.get(one.user_id, number) - number)
        for number, one in enumerate(ordered, start=1)
    ]


def encode(totals: Totals) -> dict[str, Any]:
    """The totals as they are stored."""
    return {
        "gifts": totals.gifts,
        "coins": totals.coins,
        "byGift": dict(totals.by_gift),
        "firstAt": totals.first_at,
        "lastAt": totals.last_at,
        **{
            str(period): {"key": tally.key, "coins": tally.coins, "at": tally.at}
            for period, tally in totals.tallies.items()
        },
    }


def decode(fields: Mapping[str, Any]) -> Totals:
    """The totals in stored fields; empty ones where there are none."""
    return Totals(
        gifts=fields.get("gifts", 0),
        coins=fields.get("coins", 0),
        by_gift=fields.get("byGift", {}),
        tallies={
            period: Tally(one["key"], one["coins"], one["at"])
            for period in Period
            if (one := fields.get(period)) is not None
        },
        first_at=fields.get("firstAt"),
        last_at=fields.get("lastAt"),
    )


def _tally(held: Tally | None, period: Period, deal: Deal) -> Tally:
    """A period's tally with a gift. One of an earlier period changes nothing in a later."""
    key = period.key(deal.at)
    if held is None or _later(key, held.key):
        return Tally(key, deal.coins, deal.at) if deal.sign > 0 else Tally(key)
    if key != held.key:
        return held
    if deal.sign < 0:
        return replace(held, coins=held.coins - deal.coins)
    return Tally(key, held.coins + deal.coins, _most(held.at, deal.at))


def _joined(one: Mapping[Period, Tally], other: Mapping[Period, Tally]) -> Mapping[Period, Tally]:
    joined = dict(one)
    for period, tally in other.items():
        held = joined.get(period)
        if held is None or _later(tally.key, held.key):
            joined[period] = tally
        elif tally.key == held.key:
            reached = [at for at in (held.at, tally.at) if at is not None]
            joined[period] = Tally(held.key, held.coins + tally.coins, max(reached, default=None))
    return joined


def _later(key: str, other: str) -> bool:
    """Whether a period begins after another of its kind: their names sort as they begin."""
    return key > other


def _added(held: Mapping[str, int], name: str, amount: int) -> dict[str, int]:
    after = {**held, name: held.get(name, 0) + amount}
    return {one: count for one, count in after.items() if count > 0}


def _least(held: datetime | None, at: datetime) -> datetime:
    return at if held is None else min(held, at)


def _most(held: datetime | None, at: datetime) -> datetime:
    return at if held is None else max(held, at)
