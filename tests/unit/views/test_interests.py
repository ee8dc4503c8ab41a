"""Interests fade, and add up in any order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spaktok.views import interests
from spaktok.views.interests import About, Sign

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ABOUT = About("ben", ("sun", "sea"), "s1", "en")


def test_an_interest_is_worth_half_after_a_half_life_and_nothing_once_it_faded() -> None:
    sums = interests.shown(ABOUT, Sign.LIKED, AT)
    now = interests.decode(sums, AT)
    assert now.sounds == {"s1": pytest.approx(3.0)}
    assert now.hashtags == {"sun": pytest.approx(1.5), "sea": pytest.approx(1.5)}
    assert interests.decode(sums, AT + interests.HALF_LIFE).languages["en"] == pytest.approx(1.5)
    assert interests.decode(sums, AT + 10 * interests.HALF_LIFE).languages == {}


def test_the_sums_are_the_same_in_whatever_order_the_signs_come() -> None:
    signs = [
        interests.shown(ABOUT, sign, AT + number * interests.HALF_LIFE / 7)
        for number, sign in enumerate(Sign)
    ]
    forward, backward = interests.together(signs), interests.together(reversed(signs))
    for kind in interests.KINDS:
        assert forward[kind] == pytest.approx(backward[kind])


def test_a_summary_names_no_author() -> None:
    sums = interests.shown(ABOUT, Sign.ENGAGED, AT)
    assert "ben" not in str(sums)
    assert list(sums["authors"]) == [interests.author_key("ben")]


def test_a_trimmed_summary_keeps_the_strongest() -> None:
    fields = {"hashtags": {f"t{n}": float(n) for n in range(interests.TRIM_ABOVE + 1)}}
    assert interests.overgrown(fields)
    kept = interests.trimmed(fields)
    assert not interests.overgrown(kept)
    assert min(kept["hashtags"].values()) == interests.TRIM_ABOVE - interests.KEPT_MAX + 1
