"""Quiet hours, curfews and batches: by the wall clock, on every day that clocks have."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from spaktok.notifications import silence
from spaktok.notifications.silence import Every
from spaktok.safety.curfews import Window

MS = timedelta(milliseconds=1)
NEW_YORK = "America/New_York"
STOCKHOLM = "Europe/Stockholm"
NIGHT = Window(time(22), time(7))
EARLY = Window(time(1, 30), time(2, 30))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def quiet(at: datetime, window: Window, zone: str) -> bool:
    return silence.ends(at, [(window, zone)]) is not None


def edges(window: Window, zone: str, start: datetime, end: datetime) -> None:
    """Quiet from `start` to `end` and neither a millisecond before nor at the end."""
    assert not quiet(start - MS, window, zone)
    assert quiet(start, window, zone)
    assert quiet(start + MS, window, zone)
    assert quiet(end - MS, window, zone)
    assert not quiet(end, window, zone)
    assert not quiet(end + MS, window, zone)
    assert silence.ends(start, [(window, zone)]) == end
    assert silence.ends(end - MS, [(window, zone)]) == end


def test_a_night_wraps_midnight_and_ends_to_the_millisecond() -> None:
    edges(NIGHT, STOCKHOLM, utc(2026, 1, 10, 21), utc(2026, 1, 11, 6))


def test_a_window_within_a_day_does_not_wrap() -> None:
    edges(Window(time(9), time(17)), STOCKHOLM, utc(2026, 1, 10, 8), utc(2026, 1, 10, 16))


def test_an_equal_start_and_end_is_a_whole_day() -> None:
    edges(
        Window(time(9), time(9), days=frozenset({0})),
        "UTC",
        utc(2026, 1, 12, 9),
        utc(2026, 1, 13, 9),
    )


@pytest.mark.parametrize(
    ("zone", "start", "end", "hours"),
    [
        (STOCKHOLM, utc(2026, 3, 28, 21), utc(2026, 3, 29, 5), 8),
        (STOCKHOLM, utc(2026, 10, 24, 20), utc(2026, 10, 25, 6), 10),
        (NEW_YORK, utc(2026, 3, 8, 3), utc(2026, 3, 8, 11), 8),
        (NEW_YORK, utc(2026, 11, 1, 2), utc(2026, 11, 1, 12), 10),
    ],
)
def test_on_both_daylight_saving_days_the_night_follows_the_wall_clock(
    zone: str, start: datetime, end: datetime, hours: int
) -> None:
    """Negative control: nine hours added to the start instead of the clock's end fails all four."""
    assert (end - start) == timedelta(hours=hours)
    edges(NIGHT, zone, start, end)


def test_a_time_that_the_clock_skips_is_the_moment_of_the_skip() -> None:
    # New York, 8 March 2026: 02:00 EST is 03:00 EDT, at 07:00 UTC; 02:30 never is.
    edges(EARLY, NEW_YORK, utc(2026, 3, 8, 6, 30), utc(2026, 3, 8, 7))
    edges(Window(time(2, 30), time(5)), NEW_YORK, utc(2026, 3, 8, 7), utc(2026, 3, 8, 9))


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    # New York, 1 November 2026: 01:00 to 02:00 comes twice, from 05:00 and from 06:00 UTC.
    edges(Window(time(1), time(1, 30)), NEW_YORK, utc(2026, 11, 1, 5), utc(2026, 11, 1, 6, 30))


def test_only_the_days_on_which_it_starts_count() -> None:
    friday_night = Window(time(22), time(7), days=frozenset({4}))
    assert quiet(utc(2026, 1, 9, 23), friday_night, "UTC")
    assert quiet(utc(2026, 1, 10, 6), friday_night, "UTC")  # Saturday morning
    assert not quiet(utc(2026, 1, 10, 23), friday_night, "UTC")


def test_windows_that_touch_are_one_silence() -> None:
    evening, night = Window(time(20), time(22)), NIGHT
    at = utc(2026, 1, 10, 20, 30)
    assert silence.ends(at, [(evening, "UTC"), (night, "UTC")]) == utc(2026, 1, 11, 7)


def test_a_silence_without_a_gap_ends_nevertheless() -> None:
    always = [(Window(time(0), time(12)), "UTC"), (Window(time(12), time(0)), "UTC")]
    at = utc(2026, 1, 10, 3)
    end = silence.ends(at, always)
    assert end is not None
    assert end < at + timedelta(days=31)


def test_hourly_batches_leave_at_the_hour_and_daily_ones_by_the_users_clock() -> None:
    at = utc(2026, 3, 28, 12, 0)
    assert silence.next_batch(at, Every.OFF, time(18), STOCKHOLM) is None
    assert silence.next_batch(at, Every.HOURLY, time(18), STOCKHOLM) == utc(2026, 3, 28, 13)
    first = silence.next_batch(at, Every.DAILY, time(18), STOCKHOLM)
    assert first == utc(2026, 3, 28, 17)
    # The next is 23 hours later: the clocks change in between.
    assert silence.next_batch(first, Every.DAILY, time(18), STOCKHOLM) == utc(2026, 3, 29, 16)
