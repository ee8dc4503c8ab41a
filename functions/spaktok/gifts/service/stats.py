"""What somebody gave and was given, for themselves; and what a creator was given, for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.feed import store as masks
from spaktok.gifts import giving, receiving, store, tallies
from spaktok.gifts.boards import Totals
from spaktok.gifts.receiving import Day, Received, day_name
from spaktok.gifts.refusals import GiftsHidden
from spaktok.gifts.service import catalogue
from spaktok.users import lookup
from spaktok.users import store as users
from spaktok.wallet.service import reading

FAVOURITES_MAX: Final = 5
TOP_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a gift."""

    gift_id: str
    name: str
    image_url: str | None
    """The path of its picture."""
    count: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What one gave, and was given."""

    total_gifts_sent: int
    total_coins_spent: int
    total_gifts_received: int
    total_points_received: int
    """Coins that others gave."""
    total_revenue_earned_micro: int
    """One's share of it, in micro-USD, before what was taken back later."""
    favourite_gifts_sent: list[Counted]
    favourite_gifts_received: list[Counted]
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    first_received_at: datetime | None
    last_received_at: datetime | None
    current_streak_days: int | None
    """Days in a row with a gift; told only where it was asked for."""
    longest_streak_days: int | None


@dataclass(frozen=True, slots=True)
class Wall:
    """What a user was given, by gift: how many, and not what they earned by it."""

    user_id: str
    received_gifts: list[Counted]


@dataclass(frozen=True, slots=True)
class DayOfGifts:
    """A day of a creator's."""

    date: str
    gifts: int
    points: int
    earned_micro: int


@dataclass(frozen=True, slots=True)
class Fan:
    """Who gave, openly."""

    user_id: str
    username: str
    profile_image: str | None
    coins: int


@dataclass(frozen=True, slots=True)
class Analytics:
    """How gifts do for a creator."""

    days: list[DayOfGifts]
    """The asked days, oldest first."""
    gifts_by_hour: list[int]
    """24 numbers, by the hour of UTC, over all that is kept."""
    popular_gifts: list[Counted]
    top_gifters: list[Fan]


def own(uid: UserId, *, with_streaks: bool) -> Stats:
    """What one gave and was given. Two reads."""
    given = giving.decode(reading.load(uid).notes.get("gifts", {}))
    snapshot = store.stats_ref(uid).get()
    received = receiving.decode(snapshot.to_dict() or {})
    return Stats(
        total_gifts_sent=given.totals.gifts,
        total_coins_spent=given.totals.coins,
        total_gifts_received=received.totals.gifts,
        total_points_received=received.totals.coins,
        total_revenue_earned_micro=received.earned_micro,
        favourite_gifts_sent=_counted(given.totals, FAVOURITES_MAX),
        favourite_gifts_received=_counted(received.totals, FAVOURITES_MAX),
        first_sent_at=given.totals.first_at,
        last_sent_at=given.totals.last_at,
        first_received_at=received.totals.first_at,
        last_received_at=received.totals.last_at,
        current_streak_days=giving.streak_on(given, clock.now()) if with_streaks else None,
        longest_streak_days=given.longest_streak_days if with_streaks else None,
    )


def wall(viewer: UserId, user_id: UserId) -> Wall:
    """What a user was given, by gift, for whoever may see what they have. Three reads, two RPCs.

    Raises `NotFound`, and `GiftsHidden` at a private account that the viewer does not follow.
    """
    card, relation = lookup.load(viewer, user_id)
    if card.is_private and not (relation.follows or relation.is_self):
        raise GiftsHidden
    received = receiving.decode(store.stats_ref(user_id).get().to_dict() or {})
    return Wall(user_id, _counted(received.totals, len(received.totals.by_gift)))


def analytics(uid: UserId, days: int) -> Analytics:
    """How gifts do for a creator. A read a part (1 to 17), one a gifter, and the mask; two RPCs.

    Whoever blocks the creator or is blocked is not named, as on the boards.
    """
    found = [one.to_dict() or {} for one in store.tallies_of(f"users/{uid}").stream()]
    whole = receiving.together(receiving.decode(one.get("received", {})) for one in found)
    top = tallies.ranked(tallies.credit(tallies.decode(one) for one in found), TOP_MAX)
    mask, *cards = users.read([masks.mask_ref(uid), *(users.card_ref(one) for one, _ in top)])
    hidden = masks.mask(mask).users
    named = zip(top, (users.decode_card(card) for card in cards), strict=True)
    return Analytics(
        days=_days(whole, days),
        gifts_by_hour=[whole.hours.get(hour, 0) for hour in range(24)],
        popular_gifts=_counted(whole.totals, FAVOURITES_MAX),
        top_gifters=[
            Fan(gifter, card.username, card.profile_image, given.coins)
            for (gifter, given), card in named
            if card is not None and not card.deactivated and gifter not in hidden
        ],
    )


def _days(whole: Received, count: int) -> list[DayOfGifts]:
    today = clock.now()
    names = [day_name(today - timedelta(days=back)) for back in range(count - 1, -1, -1)]
    found = [(name, whole.days.get(name, Day())) for name in names]
    return [DayOfGifts(name, day.gifts, day.coins, day.earned_micro) for name, day in found]


def _counted(totals: Totals, most: int) -> list[Counted]:
    """The gifts of which there are most."""
    names = catalogue.current()
    ordered = sorted(totals.by_gift.items(), key=lambda one: (-one[1], one[0]))[:most]
    return [
        Counted(
            gift_id,
            gift.name if (gift := names.find(gift_id)) else gift_id,
            gift.image_path if gift else None,
            count,
        )
        for gift_id, count in ordered
    ]
