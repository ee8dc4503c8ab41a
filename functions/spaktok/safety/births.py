"""From a birth date to a band: calendars, zones and the order of sources. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

from spaktok.core.age import FLOORS, MATURE, Age, Band

YEARS_MAX: Final = 120
"""Older than anyone has become, but for a few: a slip of the keyboard."""


class Source(StrEnum):
    """Where a band comes from."""

    NONE = "none"
    SELF_DECLARED = "self_declared"
    STORE = "store"
    ID_VERIFIED = "id_verified"
    REVIEWED = "reviewed"
    """A member of the staff corrected it, for a reason that was recorded."""

    @property
    def evidence(self) -> bool:
        """Whether somebody checked it, rather than the person or their device saying so."""
        return self in (Source.ID_VERIFIED, Source.REVIEWED)


@cache
def zones() -> frozenset[str]:
    """Every time zone of the IANA database."""
    return frozenset(_table("zones").split())


@cache
def countries() -> frozenset[str]:
    """Every ISO 3166 alpha-2 code."""
    lines = _table("zoneinfo", "iso3166.tab").splitlines()
    return frozenset(line.split("\t")[0] for line in lines if not line.startswith("#"))


def _table(*place: str) -> str:
    return resources.files("tzdata").joinpath(*place).read_text(encoding="utf-8")


def parse(text: str) -> date | None:
    """The date that `YYYY-MM-DD` names; None where it names none."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return None
    return born if born.isoformat() == text else None


def plausible(born: date, zone: str, at: datetime) -> bool:
    """Whether someone alive can be born then."""
    today = at.astimezone(ZoneInfo(zone)).date()
    return born <= today and today.year - born.year <= YEARS_MAX


def birthday(born: date, years: int) -> date:
    """The day on which that many years are completed; for those of 29 February the 1st of March.

    Laws differ on which day it is in common years; the later one never comes too soon.
    """
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def local_midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins somewhere.

    Where the clock skips midnight (or the day), the day begins as it jumps; where midnight comes
    twice, with the first: both are what `fold=0` says (PEP 495).
    """
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def age(born: date, *, zone: str, region: str, minimum: int, at: datetime) -> Age:
    """The band of someone born that day, where accounts begin at `minimum` years (13 to 16)."""
    steps = {minimum: Band.YOUNGER_TEEN, 16: Band.OLDER_TEEN, 18: Band.ADULT, MATURE: Band.ADULT}
    band, floor, next_at = Band.UNDER_MINIMUM, 0, None
    for years in sorted(steps):
        begins = local_midnight(birthday(born, years), zone)
        if at < begins:
            next_at = begins
            break
        band = steps[years]
        floor = MATURE if years == MATURE else FLOORS[band]
    return Age(band, floor, next_at, region, zone)


def youngest(years: int, zone: str, at: datetime) -> date:
    """The latest birth date of someone who has completed that many years: who turned them today."""
    today = at.astimezone(ZoneInfo(zone)).date()
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 2, 28)


def strictest(
    dated: Age, source: Source, signals: Iterable[Band], at: datetime
) -> tuple[Age, Source]:
    """The band that counts, and where it comes from.

    What was checked overrules what is claimed: it is how an adult whose device says otherwise, and
    a child who said they were grown up, come to their right band. Among claims the strictest wins.
    """
    lowest = min(signals, key=lambda band: band.rank, default=None)
    if source.evidence or lowest is None:
        return dated, source
    now = dated.at(at)
    if lowest.rank < now.band.rank:
        return Age(lowest, FLOORS[lowest], None, dated.region, dated.zone), Source.STORE
    if lowest is now.band and lowest is not Band.ADULT:
        # The next birthday changes nothing for as long as the device says this.
        return Age(now.band, now.floor, None, dated.region, dated.zone), source
    return dated, source
