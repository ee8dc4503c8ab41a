"""What a play counts for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from spaktok.views.model import (
    CLIP_MS_MAX,
    ENGAGED,
    SLACK_MS,
    UNPROVEN_MS,
    Batch,
    Facts,
    Plays,
    Source,
    Tally,
    recounted,
    tally,
    within,
)
from spaktok.views.service.analytics import retention, shares

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
VIDEO = "x" * 20 + "-ana"
FACTS = Facts("ana", 30_000)


def batch(*watched_ms: int, viewer: str = "ben", number: int = 0, **more: bool) -> Batch:
    return Batch(
        f"{number:032x}",
        viewer,
        AT + timedelta(seconds=number),
        {VIDEO: Plays(watched_ms, Source.FEED)},
        **more,
    )


@pytest.mark.parametrize(
    ("watched_ms", "duration_ms", "engaged"),
    [
        (ENGAGED.after_ms, 600_000, True),
        (ENGAGED.after_ms - 1, 600_000, False),
        (2_000, 4_000, True),
        (1_999, 4_000, False),
    ],
)
def test_a_view_is_engaged_by_time_or_by_share(
    watched_ms: int, duration_ms: int, engaged: bool
) -> None:
    assert ENGAGED.holds(watched_ms, duration_ms) is engaged


def test_nothing_is_believed_beyond_the_clip_and_the_time_that_passed() -> None:
    believed, plausible = within([20_000, 20_000, 20_000], 30_000)
    assert sum(believed) == 30_000 + SLACK_MS
    assert plausible
    believed, plausible = within([CLIP_MS_MAX * 9], 10**9)
    assert believed == [CLIP_MS_MAX]
    assert not within([200_000], 30_000)[1]
    assert sum(within([CLIP_MS_MAX], None)[0]) == UNPROVEN_MS
    assert sum(within([60_000], 0)[0]) == SLACK_MS
    found = tally(batch(90_000), VIDEO, FACTS, first=True)
    assert (found.watched_ms, found.completed) == (FACTS.duration_ms, 1)


def test_owners_replays_bots_and_the_banned_are_plays_and_no_engaged_views() -> None:
    """Negative control: without the owner's exception in `engages` there are four."""
    batches = [
        batch(30_000, 30_000),
        batch(30_000, number=1),
        batch(30_000, viewer="ana", number=2),
        batch(30_000, viewer="bot", number=3, plausible=False),
        batch(1_000, viewer="carl", number=4),
        batch(30_000, viewer="gone", number=5, withheld=True),
        batch(15_000, viewer="carl", number=6),
    ]
    found = recounted(batches, VIDEO, FACTS)
    assert (found.plays, found.engaged) == (7, 2)
    assert found.days == {"2026-03-14": 2}


def test_the_sums_are_the_same_in_whatever_order_batches_are_looked_at() -> None:
    rolls = Random(7)
    batches = [
        batch(rolls.randrange(40_000), viewer=f"v{rolls.randrange(8)}", number=number)
        for number in range(60)
    ]
    expected = recounted(batches, VIDEO, FACTS)
    for _ in range(5):
        rolls.shuffle(batches)
        assert recounted(batches, VIDEO, FACTS) == expected
    assert expected.engaged <= 8


def test_what_is_taken_back_leaves_nothing() -> None:
    found = tally(batch(30_000, 12_000, trusted=True), VIDEO, FACTS, first=True)
    assert found.trusted == 1
    found.add(found.negative())
    found.retention, found.sources, found.days = (
        +found.retention,
        +found.sources,
        +found.days,
    )
    assert found == Tally()


def test_a_breakdown_tells_of_no_small_group() -> None:
    """Negative control: without `CROWD_MIN` in `shares` the three are told of."""
    told = shares({"feed": 40, "profile": 3, "sound": 4})
    assert {one.source: one.plays for one in told} == {Source.FEED: 40}
    told = shares({"feed": 40, "profile": 6, "sound": 5})
    assert {one.source: one.plays for one in told} == {Source.FEED: 40, Source.OTHER: 11}
    few = recounted([batch(30_000)], VIDEO, FACTS)
    assert retention(few) == []


def test_the_retention_curve_falls_from_all_to_those_who_saw_the_end() -> None:
    batches = [batch(3_000 * n, viewer=f"v{n}", number=n) for n in range(11)]
    curve = retention(recounted(batches, VIDEO, FACTS))
    assert curve[0] == 1000
    assert curve == sorted(curve, reverse=True)
    assert curve[10] == 1000 // 11
