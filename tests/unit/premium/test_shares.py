"""The share of a gift is a question about its commit time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.premium.model import Settings, Shares, Tenure, Terms, slot_id

T = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
END = T + timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "bps"),
    [(T - TICK, 5_000), (T, 9_000), (END - TICK, 9_000), (END, 5_000), (END + TICK, 5_000)],
)
@pytest.mark.parametrize("end", ["until", "ends_at"])
def test_ninety_percent_hold_from_the_first_microsecond_to_the_last(
    at: datetime, bps: int, end: str
) -> None:
    """However the tenure ends: taken away, or over though nobody has freed the slot yet.

    Negative control: `<=` in place of either `<` of `Tenure.covers` gives a microsecond away.
    """
    tenure = Tenure("premium_slot_1", T, **{end: END})
    assert Shares((tenure,)).at(at) == bps


def test_a_gap_between_two_tenures_is_a_gap_and_two_that_touch_leave_none() -> None:
    second = END + timedelta(minutes=5)
    apart = Shares((Tenure("premium_slot_1", second), Tenure("premium_slot_2", T, END)))
    assert [apart.at(at) for at in (END - TICK, END, second - TICK, second)] == [
        9_000,
        5_000,
        5_000,
        9_000,
    ]
    touching = Shares((Tenure("premium_slot_1", T, END), Tenure("premium_slot_2", END)))
    assert {touching.at(T + number * (END - T) / 50) for number in range(100)} == {9_000}


def test_shares_change_with_the_commit_of_their_version_and_never_backwards() -> None:
    terms = (Terms(9_000, 5_000, T), Terms(8_000, 4_000, END))
    holder = Shares((Tenure("premium_slot_1", T),), terms)
    other = Shares((), terms)
    assert [holder.at(at) for at in (T, END - TICK, END)] == [9_000, 9_000, 8_000]
    assert [other.at(at) for at in (T - TICK, END - TICK, END)] == [5_000, 5_000, 4_000]


def test_the_first_version_holds_for_what_came_before_it() -> None:
    assert Shares((), (Terms(9_000, 4_500, T),)).at(T - timedelta(days=9)) == 4_500


def test_no_slot_beyond_the_maximum() -> None:
    assert Settings(slots_max=5).numbered(slot_id(5))
    assert not Settings(slots_max=5).numbered(slot_id(6))
