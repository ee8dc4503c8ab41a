"""A short storm of gifts in virtual time; the long one is `scripts/bench/gift_storm.py`."""

from __future__ import annotations

from bench.gift_storm import Storm


def test_thousands_of_gifts_a_second_make_no_hot_document_and_arrive_within_two_seconds() -> None:
    """Of wallets, income, and what is seen. 20 s of 5,000 a second, seed 1: 1 write a second, 1.98 s,
    8.125 units, 12 late roll-ups.

    Control tried: with late roll-ups in the tallies of their parts, these take 2 in a second.
    """
    report = Storm(per_second=4_000, seconds=2, seed=1).run()
    assert report.misses() == []
    assert report.gifts == 8_000
    assert report.hottest == 1
    assert report.late_roll_ups
