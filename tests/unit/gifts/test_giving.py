"""Pace, limits, combos and streaks of a sender."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.core.refusal import TooManyRequests
from spaktok.gifts import giving
from spaktok.gifts.boards import Deal
from spaktok.gifts.giving import Combo, Giving
from spaktok.gifts.model import DAILY_COINS_MAX, SENDS_A_MINUTE_MAX, multiplier, points
from spaktok.gifts.refusals import DailyLimitReached
from tests.support.time import NOON

MS = timedelta(milliseconds=1)


def give(
    held: Giving,
    *,
    coins: int = 10,
    at: datetime = NOON,
    quantity: int = 1,
    anonymous: bool = False,
    place: str = "liveStreams/s1",
    entry_id: str = "e1",
    daily_max: int | None = DAILY_COINS_MAX,
    gift_id: str = "rose",
) -> tuple[Giving, Combo]:
    deal = Deal(gift_id, quantity, coins, at, ranked=not anonymous)
    return giving.give(
        held,
        deal,
        place=place,
        anonymous=anonymous,
        entry_id=entry_id,
        daily_max=daily_max,
    )


def test_the_thirty_first_gift_of_a_minute_is_refused_and_the_next_minutes_first_is_not() -> None:
    held = Giving()
    for _ in range(SENDS_A_MINUTE_MAX):
        held, _ = give(held, coins=1)
    with pytest.raises(TooManyRequests) as refused:
        give(held, coins=1, at=NOON + timedelta(seconds=59))
    assert refused.value.facts["retryAfterMs"] == 1_000
    give(held, coins=1, at=NOON + timedelta(seconds=60))


def test_the_days_coins_end_at_the_limit_and_begin_again_at_midnight() -> None:
    held, _ = give(Giving(), coins=DAILY_COINS_MAX)
    with pytest.raises(DailyLimitReached) as refused:
        give(held, coins=1)
    assert refused.value.facts["limitCoins"] == DAILY_COINS_MAX
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    with pytest.raises(DailyLimitReached):
        give(held, coins=1, at=midnight - MS)
    give(held, coins=DAILY_COINS_MAX, at=midnight)


def test_who_is_verified_has_no_daily_limit() -> None:
    held, _ = give(Giving(), coins=DAILY_COINS_MAX * 5, daily_max=None)
    give(held, coins=DAILY_COINS_MAX * 5, daily_max=None)


def test_an_undone_gift_does_not_count_for_the_day() -> None:
    held, combo = give(Giving(), coins=DAILY_COINS_MAX)
    deal = Deal("rose", 1, DAILY_COINS_MAX, NOON, sign=-1)
    held = giving.take_back(held, deal, combo.id)
    assert held.combos == ()
    give(held, coins=DAILY_COINS_MAX)


def test_a_combo_lasts_five_seconds_after_its_last_gift() -> None:
    held, first = give(Giving(), entry_id="a")
    held, second = give(held, at=NOON + timedelta(seconds=5), quantity=3, entry_id="b")
    assert (second.id, second.count) == (first.id, 4)
    _, third = give(held, at=NOON + timedelta(seconds=10) + MS, entry_id="c")
    assert (third.id, third.count) == ("c", 1)


@pytest.mark.parametrize(
    "other",
    [{"gift_id": "heart"}, {"place": "liveStreams/s2"}, {"anonymous": True}],
    ids=["another gift", "another place", "anonymously"],
)
def test_a_combo_is_of_one_gift_at_one_place_and_shows_its_sender_always_or_never(
    other: dict[str, object],
) -> None:
    held, first = give(Giving(), entry_id="a")
    held, second = give(held, entry_id="b", **other)  # type: ignore[arg-type]
    assert second.id == "b"
    _, third = give(held, entry_id="c")
    assert (third.id, third.count) == (first.id, 2)


def test_combos_multiply_points_and_never_coins() -> None:
    steps = [multiplier(count) for count in (1, 9, 10, 49, 50, 99, 100, 10_000)]
    assert steps == [1, 1, 2, 2, 3, 3, 5, 5]
    assert points(7, 50) == 21


def test_days_in_a_row_make_a_streak_and_a_day_without_ends_it() -> None:
    held = Giving()
    for day, expected in ((0, 1), (0, 1), (1, 2), (2, 3), (4, 1), (5, 2)):
        held, _ = give(held, coins=1, at=NOON + timedelta(days=day))
        assert held.streak_days == expected
    assert held.longest_streak_days == 3


def test_what_is_stored_is_what_was_meant() -> None:
    held, _ = give(Giving())
    held, _ = give(held, gift_id="heart", entry_id="b", at=NOON + timedelta(seconds=1))
    assert giving.decode(giving.encode(held)) == held
    assert giving.decode({}) == Giving()
