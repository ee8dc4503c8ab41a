"""Scores: people and not events, fading, and nobody alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.trends.model import (
    HALF_LIFE,
    WINDOW,
    Drawn,
    Hold,
    HoldState,
    Policy,
    TrendingTopic,
    TrendKind,
    candidates,
    drawn,
    listed,
    score,
    wilson,
)

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def test_whom_something_drew_counts_half_after_a_half_life_and_not_at_all_after_the_window() -> (
    None
):
    found = drawn(
        [(AT, {"a": 8}), (AT - HALF_LIFE, {"a": 8}), (AT - WINDOW - HALF_LIFE, {"a": 99})], AT
    )
    assert found["a"] == Drawn(16, pytest.approx(12.0))


def test_nobody_trends_alone_and_nothing_below_the_threshold() -> None:
    found = {"alone": Drawn(1, 1.0), "few": Drawn(4, 4.0), "many": Drawn(9, 9.0)}
    assert candidates(found, Policy()) == ["many"]
    assert score(found["alone"]) == 0.0


def test_a_score_grows_with_every_signal_and_at_most_doubles_by_engagement() -> None:
    ten = Drawn(10, 10.0)
    rising = [score(ten, likes, 100) for likes in (0, 1, 10, 50, 100)]
    assert rising == sorted(rising)
    assert rising[0] == 9.0
    assert rising[-1] < 2 * 9.0
    assert score(ten, 1, 1) < score(ten, 100, 100), "few say less than many"


@pytest.mark.parametrize(
    ("successes", "trials", "bound"),
    # Wilson's bounds at z = 1.96, worked out by hand from the formula.
    [(0, 10, 0.0), (5, 10, 0.2366), (50, 100, 0.4038), (100, 100, 0.9630), (0, 0, 0.0)],
)
def test_the_bound_is_wilsons(successes: int, trials: int, bound: float) -> None:
    assert wilson(successes, trials) == pytest.approx(bound, abs=1e-4)


def test_what_is_held_never_trends_and_what_is_new_only_once_it_was_there_to_be_seen() -> None:
    policy, tags = Policy(), Policy(reviewed=(TrendKind.HASHTAGS,))
    new = Hold(HoldState.WAITING, AT)
    known = Hold(HoldState.WAITING, AT - timedelta(minutes=policy.wait_minutes))
    almost = Hold(HoldState.WAITING, known.since + timedelta(milliseconds=1))
    held, released = Hold(HoldState.HELD, known.since), Hold(HoldState.RELEASED, AT)
    verdicts = [policy.lets(TrendKind.HASHTAGS, one, AT) for one in (new, almost, known)]
    assert verdicts == [False, False, True]
    assert not policy.lets(TrendKind.HASHTAGS, held, AT)
    assert policy.lets(TrendKind.HASHTAGS, released, AT)
    assert not tags.lets(TrendKind.HASHTAGS, known, AT)
    assert tags.lets(TrendKind.VIDEOS, known, AT)


def test_the_order_is_always_the_same_and_what_faded_is_forgotten() -> None:
    items = [TrendingTopic(name, 1.0, 5) for name in ("b", "a", "c")]
    assert [one.name for one in listed([*items, TrendingTopic("z", 0.1, 5)])] == ["a", "b", "c"]
