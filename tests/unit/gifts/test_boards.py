"""Totals and boards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from spaktok.gifts.boards import (
    Deal,
    Period,
    Place,
    Totals,
    decode,
    encode,
    rank,
)
from tests.support.time import NOON


def deal(coins: int = 10, *, at: datetime = NOON, **more: object) -> Deal:
    return Deal("rose", 1, coins, at, **more)  # type: ignore[arg-type]


def coins_in(totals: Totals, period: Period) -> int:
    return totals.tallies[period].coins


def test_periods_are_days_iso_weeks_and_months_of_utc() -> None:
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    assert Period.DAILY.key(new_year) == "2027-01-01"
    assert Period.WEEKLY.key(new_year) == "2026-W53"
    assert Period.MONTHLY.key(new_year) == "2027-01"
    assert Period.ALL_TIME.key(new_year) == "always"


def test_a_period_ends_with_its_last_millisecond() -> None:
    midnight = datetime(2026, 3, 15, tzinfo=UTC)
    before, after = midnight - timedelta(milliseconds=1), midnight
    totals = Totals().with_deals([deal(10, at=before), deal(7, at=after)])
    assert coins_in(totals, Period.DAILY) == 7
    assert coins_in(totals, Period.ALL_TIME) == 17


def test_a_gift_that_comes_late_from_an_earlier_period_does_not_count_in_the_later() -> None:
    yesterday = NOON - timedelta(days=1)
    totals = Totals().with_deals([deal(10), deal(500, at=yesterday)])
    assert coins_in(totals, Period.DAILY) == 10
    assert coins_in(totals, Period.ALL_TIME) == 510


def test_a_reversal_leaves_what_there_was_before() -> None:
    one = Totals().with_deals([deal(10), deal(25, at=NOON + timedelta(seconds=9))])
    both = one.with_deals([deal(40), deal(40, sign=-1)])
    assert both.coins == one.coins
    assert both.by_gift == one.by_gift
    assert {p: t.coins for p, t in both.tallies.items()} == {
        p: t.coins for p, t in one.tallies.items()
    }


def test_a_reversal_after_its_period_takes_nothing_from_the_next() -> None:
    tomorrow = NOON + timedelta(days=1)
    totals = Totals().with_deals([deal(40), deal(3, at=tomorrow), deal(40, sign=-1)])
    assert coins_in(totals, Period.DAILY) == 3
    assert coins_in(totals, Period.ALL_TIME) == 3


def test_what_is_given_anonymously_counts_for_no_board() -> None:
    totals = Totals().with_deal(deal(10, ranked=False))
    assert totals.coins == 10
    assert totals.tallies == {}


def test_of_equal_totals_the_earlier_leads_and_nobody_without_coins_stands_there() -> None:
    later = NOON + timedelta(seconds=1)
    places = [
        Place("late", 50, later),
        Place("early", 50, NOON),
        Place("most", 51, later),
        Place("none", 0, NOON),
    ]
    assert [(one.user_id, one.rank) for one in rank(places)] == [
        ("most", 1),
        ("early", 2),
        ("late", 3),
    ]


def test_a_place_says_how_far_it_rose_since_the_board_before() -> None:
    before = rank([Place("a", 9, NOON), Place("b", 8, NOON), Place("c", 7, NOON)])
    now = rank([Place("c", 20, NOON), Place("a", 9, NOON), Place("d", 1, NOON)], before)
    assert {one.user_id: one.change for one in now} == {"c": 2, "a": -1, "d": 0}


def test_a_board_has_a_hundred_places() -> None:
    assert len(rank(Place(f"u{n}", n + 1, NOON) for n in range(150))) == 100


def test_what_is_stored_is_what_was_meant() -> None:
    totals = Totals().with_deals([deal(10), deal(3), deal(3, sign=-1)])
    assert decode(encode(totals)) == totals
    assert decode({}) == Totals()
    assert replace(totals) == totals
