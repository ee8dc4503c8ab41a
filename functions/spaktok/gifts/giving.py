"""What a sender's wallet remembers of their giving: pace, combos, totals. Pure rules.

It is a part of the one document that a gift reads and writes, so limits and combos are exact, however
many gifts are sent at once, and cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from spaktok.core.refusal import TooManyRequests
from spaktok.gifts import boards
from spaktok.gifts.boards import Deal, Period, Totals
from spaktok.gifts.model import COMBO_WINDOW, SENDS_A_MINUTE_MAX
from spaktok.gifts.refusals import DailyLimitReached

NOTE: Final = "gifts"
"""The name of it among the wallet's notes."""
COMBOS_MAX: Final = 8
"""Combos that a sender keeps up at once; with another, the one that would end first ends."""
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Combo:
    """Gifts of one kind at one place, each within five seconds of the one before."""

    id: str
    """The id of the gift that began it, which tells nothing of who gave it."""
    place: str
    gift_id: str
    anonymous: bool
    count: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Giving:
    """What is remembered of a sender."""

    totals: Totals = field(default_factory=Totals)
    minute: datetime | None = None
    sends: int = 0
    """Gifts sent since `minute`, which began a minute."""
    day: str = ""
    day_coins: int = 0
    combos: tuple[Combo, ...] = ()
    streak_days: int = 0
    longest_streak_days: int = 0


def give(  # noqa: PLR0913 - what a gift is
    held: Giving,
    deal: Deal,
    *,
    place: str,
    anonymous: bool,
    entry_id: str,
    daily_max: int | None,
) -> tuple[Giving, Combo]:
    """What is remembered after a gift, and the combo it belongs to.

    Raises `TooManyRequests` for the 31st in a minute, `DailyLimitReached` where the day's coins would
    exceed `daily_max` (None: no limit).
    """
    at = deal.at
    minute, sends = _paced(held, at)
    day = Period.DAILY.key(at)
    day_coins = deal.coins + coins_on(held, at)
    if daily_max is not None and day_coins > daily_max:
        raise DailyLimitReached(limitCoins=daily_max, retryAfterMs=_ms_to_midnight(at))
    combo = _combo(held, deal, place, entry_id, anonymous=anonymous)
    streak = _streak(held, at)
    return Giving(
        totals=held.totals.with_deal(deal),
        minute=minute,
        sends=sends,
        day=day,
        day_coins=day_coins,
        combos=_kept(held, combo, at),
        streak_days=streak,
        longest_streak_days=max(streak, held.longest_streak_days),
    ), combo


def take_back(held: Giving, deal: Deal, combo_id: str) -> Giving:
    """What is remembered once a gift is reversed: `deal` has a sign of -1. Pace and streak stay."""
    coins = held.day_coins
    if held.day == Period.DAILY.key(deal.at):
        coins = max(0, coins - deal.coins)
    combos = tuple(
        replace(one, count=one.count - deal.quantity) if one.id == combo_id else one
        for one in held.combos
    )
    return replace(
        held,
        totals=held.totals.with_deal(deal),
        day_coins=coins,
        combos=tuple(one for one in combos if one.count > 0),
    )


def corrected(held: Giving, deal: Deal) -> Giving:
    """What is remembered once a part of a gift does not count any more, or counts again.

    The day's limit, the pace and the combos are as they were.
    """
    return replace(held, totals=held.totals.with_deal(deal))


def coins_on(held: Giving, at: datetime) -> int:
    """What was given on the UTC day of an instant, anonymously too."""
    return held.day_coins if held.day == Period.DAILY.key(at) else 0


def streak_on(held: Giving, at: datetime) -> int:
    """The days in a row with a gift, as of an instant: over once a whole day has none."""
    last = held.totals.last_at
    return held.streak_days if last is not None and (at.date() - last.date()).days <= 1 else 0


def encode(held: Giving) -> dict[str, Any]:
    """It as it is stored."""
    return {
        **boards.encode(held.totals),
        "minute": held.minute,
        "sends": held.sends,
        "day": held.day,
        "dayCoins": held.day_coins,
        "combos": [
            {
                "id": one.id,
                "place": one.place,
                "giftId": one.gift_id,
                "anonymous": one.anonymous,
                "count": one.count,
                "until": one.until,
            }
            for one in held.combos
        ],
        "streakDays": held.streak_days,
        "longestStreakDays": held.longest_streak_days,
    }


def decode(fields: Mapping[str, Any]) -> Giving:
    """It from stored fields; of whoever never gave, nothing."""
    return Giving(
        totals=boards.decode(fields),
        minute=fields.get("minute"),
        sends=fields.get("sends", 0),
        day=fields.get("day", ""),
        day_coins=fields.get("dayCoins", 0),
        combos=tuple(
            Combo(
                id=one["id"],
                place=one["place"],
                gift_id=one["giftId"],
                anonymous=one["anonymous"],
                count=one["count"],
                until=one["until"],
            )
            for one in fields.get("combos", ())
        ),
        streak_days=fields.get("streakDays", 0),
        longest_streak_days=fields.get("longestStreakDays", 0),
    )


def _paced(held: Giving, at: datetime) -> tuple[datetime, int]:
    if held.minute is None or not held.minute <= at < held.minute + _MINUTE:
        return at, 1
    if held.sends >= SENDS_A_MINUTE_MAX:
        ahead = held.minute + _MINUTE - at
        raise TooManyRequests(retry_after_ms=-(-ahead // timedelta(milliseconds=1)))
    return held.minute, held.sends + 1


def _combo(held: Giving, deal: Deal, place: str, entry_id: str, *, anonymous: bool) -> Combo:
    until = deal.at + COMBO_WINDOW
    for one in held.combos:
        same = (one.place, one.gift_id, one.anonymous) == (place, deal.gift_id, anonymous)
        if same and deal.at <= one.until:
            return replace(one, count=one.count + deal.quantity, until=max(until, one.until))
    return Combo(entry_id, place, deal.gift_id, anonymous, deal.quantity, until)


def _kept(held: Giving, combo: Combo, at: datetime) -> tuple[Combo, ...]:
    running = [one for one in held.combos if one.id != combo.id and at <= one.until]
    newest = sorted([*running, combo], key=lambda one: (one.until, one.id))
    return tuple(newest[-COMBOS_MAX:])


def _streak(held: Giving, at: datetime) -> int:
    last = held.totals.last_at
    if last is None:
        return 1
    days = (at.date() - last.date()).days
    if days == 1:
        return held.streak_days + 1
    return max(1, held.streak_days) if days <= 0 else 1


def _ms_to_midnight(at: datetime) -> int:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return -(-(midnight - at) // timedelta(milliseconds=1))
