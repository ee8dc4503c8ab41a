"""What is seen of gifts where they are given."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

from spaktok.gifts import tallies
from spaktok.gifts.tallies import Item, Tally, credit, picture, ranked
from tests.support.time import NOON

SECOND = timedelta(seconds=1)


def item(sender: str | None = "ana", coins: int = 10, **more: object) -> Item:
    made = Item(sender, "rose", 1, coins, coins, "combo-1", 1, NOON)
    return replace(made, **more)  # type: ignore[arg-type]


def test_the_picture_has_totals_the_top_twenty_and_the_running_combos() -> None:
    items = [item(f"u{n:02}", n, combo_id=f"c{n}") for n in range(1, 31)]
    shown = picture([Tally().with_items(items)], NOON)
    assert (shown["gifts"], shown["coins"]) == (30, sum(range(1, 31)))
    assert [one["userId"] for one in shown["topGifters"]] == [f"u{n:02}" for n in range(30, 10, -1)]
    assert len(shown["combos"]) == 20


def test_of_equal_gifters_the_earlier_leads() -> None:
    items = [item("late", at=NOON + SECOND), item("early"), item("most", 11, at=NOON + SECOND)]
    top = ranked(credit([Tally().with_items(items)]), 20)
    assert [uid for uid, _ in top] == ["most", "early", "late"]


def test_a_combo_is_one_animation_whose_number_grows() -> None:
    grown = [item(combo=n, at=NOON + n * SECOND, points=10) for n in (1, 3, 2)]
    (shown,) = picture([Tally().with_items(grown)], NOON + 3 * SECOND)["combos"]
    assert (shown["count"], shown["points"]) == (3, 30)


def test_a_combo_is_shown_until_five_seconds_after_its_last_gift() -> None:
    tally = Tally().with_items([item()])
    assert len(picture([tally], NOON + 5 * SECOND)["combos"]) == 1
    assert picture([tally], NOON + 5 * SECOND + timedelta(milliseconds=1))["combos"] == []


def test_what_is_taken_back_is_seen_no_more() -> None:
    tally = Tally().with_items([item(), item(sign=-1)])
    shown = picture([tally], NOON)
    assert (shown["gifts"], shown["coins"], shown["points"]) == (0, 0, 0)
    assert shown["topGifters"] == []
    assert shown["combos"] == []


def test_a_reversal_lowers_a_gifter_who_gave_more() -> None:
    tally = Tally().with_items([item(coins=10), item(coins=30), item(coins=30, sign=-1)])
    assert picture([tally], NOON)["topGifters"] == [{"userId": "ana", "coins": 10}]


def test_an_anonymous_gift_counts_and_names_nobody() -> None:
    tally = Tally().with_items([item(None)])
    shown = picture([tally], NOON)
    assert shown["coins"] == 10
    assert (shown["topGifters"], shown["gifterIds"]) == ([], [])
    assert shown["combos"][0]["senderId"] is None
    assert "ana" not in json.dumps([shown, tallies.encode(tally)], default=str)


def test_however_gifts_are_spread_over_tallies_the_picture_is_the_same() -> None:
    rolls = Random(11)
    items = [
        item(
            f"u{rolls.randrange(9)}",
            rolls.randint(1, 9),
            combo_id=f"c{n}",
            at=NOON + n * SECOND / 9,
        )
        for n in range(40)
    ]
    whole = picture([Tally().with_items(items)], NOON + 5 * SECOND)
    spread = [Tally().with_items(items[start::4]) for start in range(4)]
    assert picture(spread, NOON + 5 * SECOND) == whole


def test_a_tally_names_two_thousand_and_loses_no_coin() -> None:
    items = [item(f"u{n}", n % 7 + 1) for n in range(2_500)]
    tally = Tally().with_items(items)
    assert len(tally.senders) == tallies.SENDERS_MAX
    assert tally.coins == sum(one.coins for one in items)
    assert min(one.coins for one in tally.senders.values()) >= 2


def test_what_is_stored_is_what_was_meant() -> None:
    tally = Tally().with_items([item(), item(None, combo_id="c2")])
    assert tallies.decode(tallies.encode(tally)) == tally
    assert tallies.decode({}) == Tally()
