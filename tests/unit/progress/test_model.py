"""Levels, the daily cap and achievements."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.progress.model import (
    CATALOGUE,
    DAILY_CAP,
    EXPERIENCE,
    LEVEL_ANCHORS,
    LEVEL_MAX,
    Category,
    Deed,
    Metric,
    Summary,
    level_of,
    settle,
    threshold,
)

AT = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "experience"),
    [(1, 0), (5, 500), (10, 2_000), (20, 10_000), (50, 100_000), (100, 1_000_000)],
)
def test_levels_begin_where_the_table_says(level: int, experience: int) -> None:
    assert threshold(level) == experience
    assert level_of(experience) == level
    assert level_of(experience - 1) == max(1, level - 1)


def test_between_two_anchors_every_level_is_as_far_as_the_next() -> None:
    steps = []
    for (low, _), (high, _) in pairwise(LEVEL_ANCHORS):
        (step,) = {threshold(level + 1) - threshold(level) for level in range(low, high)}
        steps.append(step)
    assert steps == [125, 300, 800, 3_000, 18_000]


def test_every_level_begins_exactly_at_its_threshold() -> None:
    for level in range(2, LEVEL_MAX + 1):
        assert level_of(threshold(level)) == level
        assert level_of(threshold(level) - 1) == level - 1


@given(st.integers(-10, 2_000_000), st.integers(0, 1_000))
def test_more_experience_is_never_a_lower_level(experience: int, more: int) -> None:
    assert 1 <= level_of(experience) <= level_of(experience + more) <= LEVEL_MAX


@pytest.mark.parametrize("level", [0, 101, -1])
def test_there_is_no_other_level(level: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        threshold(level)


def test_every_deed_gives_what_the_table_says() -> None:
    assert {deed.value: EXPERIENCE[deed] for deed in Deed} == {
        "video_posted": 10,
        "like_received": 1,
        "comment_received": 2,
        "comment_made": 2,
        "share_received": 5,
        "live_started": 20,
    }


def points(amount: int) -> dict[str, int]:
    return {Metric.POINTS: amount}


def test_a_day_gives_no_more_than_its_cap_and_no_less_than_nothing() -> None:
    assert settle(Summary(), {}, points(DAILY_CAP + 1), AT).earned == DAILY_CAP
    assert settle(Summary(), {}, points(-5), AT).earned == 0
    full = settle(Summary(), {}, points(DAILY_CAP * 2), AT)
    assert settle(full, points(DAILY_CAP * 2), points(DAILY_CAP - 1), AT).earned == DAILY_CAP - 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-200, 200)), max_size=40), st.randoms())
def test_only_the_sums_of_days_decide(changes: list[tuple[int, int]], shuffle: object) -> None:
    """In any order, and settled after any of them, the same experience comes out."""

    def run(events: list[tuple[int, int]]) -> int:
        summary, days = Summary(), Counter[int]()
        for day, amount in events:
            before = points(days[day])
            days[day] += amount
            summary = settle(summary, before, points(days[day]), AT)
        return summary.earned

    shuffled = list(changes)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    assert run(shuffled) == run(changes)


def test_an_achievement_is_reached_once_and_stays() -> None:
    won = settle(Summary(), {}, {Metric.VIDEOS: 1}, AT)
    assert set(won.awarded) == {"first-video"}
    lost = settle(won, {Metric.VIDEOS: 1}, {}, AT)
    again = settle(lost, {}, {Metric.VIDEOS: 1}, datetime(2027, 1, 1, tzinfo=UTC))
    assert won.awarded == lost.awarded == again.awarded


def test_achievements_give_experience_that_may_give_another() -> None:
    near = Summary(earned=1_985)
    won = settle(near, {}, {Metric.VIDEOS: 1}, AT)
    assert won.experience == 2_005
    assert set(won.awarded) == {"first-video", "level-ten"}


def test_progress_is_100_when_it_is_reached_and_not_before() -> None:
    ten = next(one for one in CATALOGUE if one.id == "ten-videos")
    assert Summary().progress(ten) == 0
    assert Summary(totals={Metric.VIDEOS: 9}).progress(ten) == 90
    assert Summary(totals={Metric.VIDEOS: -3}).progress(ten) == 0
    assert Summary(totals={Metric.VIDEOS: 0}, awarded={"ten-videos": AT}).progress(ten) == 100


def test_a_level_that_was_told_is_not_told_again() -> None:
    high = settle(Summary(), {}, points(DAILY_CAP), AT)
    low = settle(high, points(DAILY_CAP), {}, AT)
    assert (low.level, low.top_level) == (1, high.level)


def test_the_catalogue_is_sound() -> None:
    assert len({one.id for one in CATALOGUE}) == len(CATALOGUE)
    assert {one.category for one in CATALOGUE} == set(Category)
    assert all(one.goal > 0 and one.points >= 0 for one in CATALOGUE)
    assert any(one.is_secret for one in CATALOGUE)
