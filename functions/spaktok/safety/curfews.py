"""When nothing is pushed to minors: windows of the wall clock, for everywhere and for regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from spaktok.core.age import Band
from spaktok.safety import births

EVERY_DAY: Final = frozenset(range(7))
ALL_YEAR: Final = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` by the wall clock, on the days (Monday is 0) on which it starts.

    An end that is not after the start is on the next day.
    """

    start: time
    end: time
    days: frozenset[int] = EVERY_DAY
    months: frozenset[int] = ALL_YEAR


@dataclass(frozen=True, slots=True)
class Curfew:
    """Windows in which nothing is pushed, by the clock of a zone, or of the person where it is None."""

    windows: tuple[Window, ...]
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Local:
    """A curfew that a part of the world has besides the nights."""

    region: str
    """ISO 3166, with the subdivision where there is one."""
    bands: frozenset[Band]
    curfew: Curfew

    def may_bind(self, band: Band, region: str | None) -> bool:
        """Whether it holds for someone there; a country alone (`US`) may be any of its parts."""
        if band not in self.bands:
            return False
        return region is None or self.region == region or self.region.startswith(f"{region}-")


Nights = Mapping[Band, Window | None]


def night(hours: list[str] | None) -> Window | None:
    """The night that a table gives a band. Raises `ValueError`."""
    if hours is None:
        return None
    start, end = (time.fromisoformat(hour) for hour in hours)
    return Window(start, end)


def local(raw: dict[str, Any]) -> list[Local]:
    """What one entry of a table's `localCurfews` says. Raises `ValueError`, `KeyError`."""
    bands = frozenset(Band(name) for name in raw["bands"])
    if Band.ADULT in bands or not bands >= {Band.UNDER_MINIMUM, Band.UNKNOWN}:
        raise ValueError("a curfew is for minors, and for whoever may be one")
    if raw["zone"] not in births.zones():
        raise ValueError(f"no such zone: {raw['zone']}")
    curfew = Curfew(tuple(_window(one) for one in raw["windows"]), raw["zone"])
    for region in raw["regions"]:
        if region.partition("-")[0] not in births.countries():
            raise ValueError(f"no such region: {region}")
    return [Local(region, bands, curfew) for region in raw["regions"]]


def _window(raw: dict[str, Any]) -> Window:
    start, end = (time.fromisoformat(hour) for hour in raw["hours"])
    days, months = frozenset(raw.get("days", EVERY_DAY)), frozenset(raw.get("months", ALL_YEAR))
    if not (days and months and days <= EVERY_DAY and months <= ALL_YEAR):
        raise ValueError("days are 0 to 6, months 1 to 12")
    return Window(start, end, days, months)
