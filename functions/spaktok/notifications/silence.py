"""When nothing may disturb: quiet hours, curfews and batches, as instants. Pure rules.

A window is given by the wall clock of its zone. It may wrap midnight. On the days when the clock
changes it begins at the earliest and ends at the latest instant that the clock can mean: an hour
that comes twice is quiet twice, and a time that the clock skips is the instant of the skip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from spaktok.safety.curfews import Window

_CHAIN_MAX: Final = 30


class Every(StrEnum):
    """How often what does not hurry is delivered."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"


def ends(at: datetime, windows: Iterable[tuple[Window, str]]) -> datetime | None:
    """When it stops being quiet, if it is quiet at `at`; None where it is not.

    Windows that touch or overlap are one silence. Those that never leave a gap end after the longest
    chain that is looked at, so that nothing is held for ever.
    """
    held = list(windows)
    reached = at
    for _ in range(_CHAIN_MAX):
        further = max(
            (end for one in held if (end := _end(reached, *one)) is not None), default=None
        )
        if further is None:
            break
        reached = further
    return reached if reached > at else None


def next_batch(at: datetime, every: Every, daily_at: time, zone: str) -> datetime | None:
    """When the next batch leaves; None where batches are off."""
    match every:
        case Every.OFF:
            return None
        case Every.HOURLY:
            seconds = int(at.timestamp()) // 3600 * 3600 + 3600
            return datetime.fromtimestamp(seconds, tz=UTC)
        case Every.DAILY:
            today = at.astimezone(ZoneInfo(zone)).date()
            days = (today + timedelta(days=offset) for offset in (0, 1, 2))
            return min(
                moment
                for day in days
                if (moment := instant(day, daily_at, zone, latest=False)) > at
            )


def instant(day: date, clock: time, zone: str, *, latest: bool) -> datetime:
    """The instant at which the wall clock of a zone shows this.

    Where it shows it twice, the earlier or the `latest`; where it skips it, the moment of the skip.
    """
    there = ZoneInfo(zone)
    wall = datetime.combine(day, clock)
    early, late = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early <= late:
        return late if latest else early
    return _skip(late, early, there)


def _end(at: datetime, window: Window, zone: str) -> datetime | None:
    """The latest end of those runs of the window that `at` is in."""
    found = [end for start, end in _runs(at, window, zone) if start <= at < end]
    return max(found, default=None)


def _runs(at: datetime, window: Window, zone: str) -> Iterator[tuple[datetime, datetime]]:
    today = at.astimezone(ZoneInfo(zone)).date()
    wraps = window.end <= window.start
    for offset in (-1, 0, 1):
        day = today + timedelta(days=offset)
        if day.weekday() in window.days and day.month in window.months:
            last = day + timedelta(days=1) if wraps else day
            yield (
                instant(day, window.start, zone, latest=False),
                instant(last, window.end, zone, latest=True),
            )


def _skip(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second in between at which the zone's offset changes."""
    offset = before.astimezone(zone).utcoffset()
    while (after - before) > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
