"""A short storm of gifts in virtual time; the long one is `scripts/bench/gift_storm.py`."""

from __future__ import annotations

from bench.gift_storm import Storm


def test_thousands_of_gifts_a_second_make_no_hot_document_and_arrive_within_two_seconds() -> None:
    """The whole storm, 5,000 a second for 60 s, seed 1: 1 write a second, 1.99 s, 8.066 units."""
    report = Storm(per_second=2_000, seconds=3, seed=1).run()
    assert report.misses() == []
    assert report.gifts == 6_000
    assert report.hottest == 1
