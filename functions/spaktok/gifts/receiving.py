"""What a creator was given: totals, earnings, days and hours. Pure rules.

Kept in parts, as the tallies are, so that no document is written more than once a second; the parts sum
to what the creator sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from spaktok.gifts import boards
from spaktok.gifts.boards import Deal, Totals

DAYS_KEPT: Final = 92


@dataclass(frozen=True, slots=True)
class Day:
    """What came on one UTC day."""

    gifts: int = 0
    coins: int = 0
    earned_micro: int = 0

    def __add__(self, other: Day) -> Day:
        """Both."""
        return Day(
            self.gifts + other.gifts,
            self.coins + other.coins,
            self.earned_micro + other.earned_micro,
        )


@dataclass(frozen=True, slots=True)
class Earning:
    """What of a gift is the creator's; negative where it is reversed."""

    day: str
    """The UTC day on which it was given, or reversed."""
    micro: int


@dataclass(frozen=True, slots=True)
class Received:
    """What came, as far as one part goes, or in all."""

    totals: Totals = field(default_factory=Totals)
    earned_micro: int = 0
    days: Mapping[str, Day] = field(default_factory=dict)
    """By date, the last 92 of them."""
    hours: Mapping[int, int] = field(default_factory=dict)
    """Gifts by the hour of the day, UTC."""

    def with_news(self, deals: Iterable[Deal], earnings: Iterable[Earning]) -> Received:
        """It with these gifts, and with what was earned or reversed meanwhile."""
        found = list(deals)
        days, hours = dict(self.days), dict(self.hours)
        for deal in found:
            name, gifts = day_name(deal.at), deal.sign * deal.quantity
            days[name] = days.get(name, Day()) + Day(gifts, deal.sign * deal.coins)
            hours[deal.at.hour] = hours.get(deal.at.hour, 0) + gifts
        earned = 0
        for one in earnings:
            days[one.day] = days.get(one.day, Day()) + Day(earned_micro=one.micro)
            earned += one.micro
        return Received(
            totals=self.totals.with_deals(found),
            earned_micro=self.earned_micro + earned,
            days=_kept(days),
            hours=hours,
        )


def together(parts: Iterable[Received]) -> Received:
    """All parts as one."""
    found = list(parts)
    days: dict[str, Day] = {}
    hours: dict[int, int] = {}
    for part in found:
        for name, day in part.days.items():
            days[name] = days.get(name, Day()) + day
        for hour, gifts in part.hours.items():
            hours[hour] = hours.get(hour, 0) + gifts
    return Received(
        totals=boards.together(part.totals for part in found),
        earned_micro=sum(part.earned_micro for part in found),
        days=_kept(days),
        hours=hours,
    )


def day_name(at: datetime) -> str:
    """`2026-03-14`, of UTC."""
    return f"{at:%Y-%m-%d}"


def summary(whole: Received) -> dict[str, Any]:
    """`users/{uid}/giftStats/summary`: the totals, and what was earned."""
    return {**boards.encode(whole.totals), "earnedMicro": whole.earned_micro}


def encode(part: Received) -> dict[str, Any]:
    """A part as it is stored."""
    return {
        **summary(part),
        "days": {
            name: {"gifts": day.gifts, "coins": day.coins, "earnedMicro": day.earned_micro}
            for name, day in part.days.items()
        },
        "hours": {str(hour): gifts for hour, gifts in part.hours.items()},
    }


def decode(fields: Mapping[str, Any]) -> Received:
    """A part from stored fields; nothing where there are none."""
    return Received(
        totals=boards.decode(fields),
        earned_micro=fields.get("earnedMicro", 0),
        days={
            name: Day(one["gifts"], one["coins"], one["earnedMicro"])
            for name, one in fields.get("days", {}).items()
        },
        hours={int(hour): gifts for hour, gifts in fields.get("hours", {}).items()},
    )


def _kept(days: Mapping[str, Day]) -> Mapping[str, Day]:
    if not days:
        return days
    oldest = (date.fromisoformat(max(days)) - timedelta(days=DAYS_KEPT)).isoformat()
    return {name: day for name, day in sorted(days.items()) if name > oldest}
