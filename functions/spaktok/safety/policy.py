"""The policy engine: (band, region, feature) → decision. What it decides is `policy.json`'s.

The table is checked as a whole when it is first read: every cell is there, regions and bands exist,
and no younger band may do more than an older one. A table that fails stops the instance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from spaktok.core.age import Age, Band
from spaktok.safety import births
from spaktok.safety import curfews as nightly
from spaktok.safety.curfews import Curfew, Local, Nights, Window

_FILE: Final = Path(__file__).with_name("policy.json")
_MINIMUM_AGES: Final = range(13, 17)
_ERASED_AFTER_DAYS: Final = range(1, 91)


class Feature(StrEnum):
    """What age decides about. Each is something that may be done, or done to one."""

    ACCOUNT = "account"
    PUBLIC_ACCOUNT = "public_account"
    SUGGESTED_TO_ADULTS = "suggested_to_adults"
    MESSAGES_FROM_STRANGERS = "messages_from_strangers"
    COMMENTS_FROM_STRANGERS = "comments_from_strangers"
    DOWNLOADS_BY_OTHERS = "downloads_by_others"
    GIFTS_SEND = "gifts_send"
    GIFTS_RECEIVE = "gifts_receive"
    PAYOUTS = "payouts"
    LIVE_HOST = "live_host"
    LOCATION = "location"
    PROFILED_FEED = "profiled_feed"
    AUTOPLAY = "autoplay"
    STREAK_PUSH = "streak_push"
    ADS_PROFILING = "ads_profiling"
    MATURE_CONTENT = "mature_content"
    """The content filter off."""
    MODERATE_CONTENT = "moderate_content"
    """The content filter less than strict."""


class Decision(StrEnum):
    """What the policy says, from the strictest."""

    DENY = "deny"
    OPT_IN = "opt_in"
    """Off, until the person turns it on."""
    ALLOW = "allow"
    """On, until the person turns it off."""

    @property
    def rank(self) -> int:
        """Its place from the strictest on."""
        return tuple(Decision).index(self)


class Unsound(ValueError):
    """The table is not one that may decide."""


Cells = Mapping[Feature, Mapping[Band, Decision]]


@dataclass(frozen=True, slots=True)
class Table:
    """A checked table: what holds everywhere, and the regions where something else does."""

    minimum_age: int
    minimum_ages: Mapping[str, int]
    cells: Cells
    nights: Nights
    regional_cells: Mapping[str, Cells]
    regional_nights: Mapping[str, Nights]
    local_curfews: tuple[Local, ...]
    erased_after: timedelta

    def decide(self, band: Band, region: str | None, feature: Feature) -> Decision:
        """One cell. A region that is not known gets the strictest of all regions."""
        if region is None:
            everywhere = (self.cells, *self.regional_cells.values())
            return min((cells[feature][band] for cells in everywhere), key=lambda one: one.rank)
        return self.regional_cells.get(region, self.cells)[feature][band]

    def curfews(self, band: Band, region: str | None) -> tuple[Curfew, ...]:
        """What keeps a band undisturbed there: the night, and what parts of the world have besides.

        Of whoever may be anywhere all of it is kept, by their own clock.
        """
        if region is None:
            tables = (self.nights, *self.regional_nights.values())
            nights = dict.fromkeys(one for table in tables if (one := table[band]) is not None)
        else:
            own = self.regional_nights.get(region, self.nights)[band]
            nights = {} if own is None else {own: None}
        found = [Curfew((one,)) for one in nights]
        found += [
            local.curfew if region else Curfew(local.curfew.windows)
            for local in self.local_curfews
            if local.may_bind(band, region)
        ]
        return tuple(found)

    def minimum(self, region: str) -> int:
        """From which age on there are accounts there."""
        return self.minimum_ages.get(region, self.minimum_age)


@cache
def table() -> Table:
    """The table that is deployed. Raises `Unsound`."""
    return read(json.loads(_FILE.read_text(encoding="utf-8")))


def decide(age: Age, feature: Feature) -> Decision:
    """What holds for someone of that age (`Age.at` the instant that matters)."""
    return table().decide(age.band, age.region, feature)


def curfews(age: Age) -> tuple[Curfew, ...]:
    """When nothing is pushed to someone of that age; empty where their night is their own matter."""
    return table().curfews(age.band, age.region)


def minimum_age(region: str) -> int:
    """From which age on there are accounts in a region."""
    return table().minimum(region)


def erased_after() -> timedelta:
    """How long an account of somebody under the minimum age waits for a review to be asked for."""
    return table().erased_after


def read(raw: dict[str, Any]) -> Table:
    """Check and index a table. Raises `Unsound`, naming what is wrong."""
    try:
        built = _build(raw)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unsound(f"policy.json has not the expected shape: {error!r}") from error
    except ValueError as error:
        raise Unsound(f"policy.json: {error}") from error
    for place, cells in {"everywhere": built.cells, **built.regional_cells}.items():
        _check_order(place, cells)
    return built


def _build(raw: dict[str, Any]) -> Table:
    ages = raw["minimumAge"]
    cells = {Feature(name): _row(row) for name, row in raw["features"].items()}
    if set(cells) != set(Feature) or any(set(row) != set(Band) for row in cells.values()):
        raise ValueError("every feature needs a decision for every band")
    nights = {Band(name): nightly.night(hours) for name, hours in raw["curfew"].items()}
    if set(nights) != set(Band):
        raise ValueError("every band needs a curfew, or null")
    regional_cells: dict[str, dict[Feature, dict[Band, Decision]]] = {}
    regional_nights: dict[str, dict[Band, Window | None]] = {}
    for override in raw["overrides"]:
        for region in _expand(override["regions"], raw["groups"]):
            changed = regional_cells.setdefault(
                region, {one: dict(row) for one, row in cells.items()}
            )
            for name, row in override["features"].items():
                changed[Feature(name)].update(_row(row))
            own = regional_nights.setdefault(region, dict(nights))
            for name, hours in override.get("curfew", {}).items():
                own[Band(name)] = nightly.night(hours)
    return Table(
        minimum_age=_minimum(ages["default"]),
        minimum_ages=_minimum_ages(ages["regions"]),
        cells=cells,
        nights=nights,
        regional_cells=regional_cells,
        regional_nights=regional_nights,
        local_curfews=tuple(
            one for raw_one in raw["localCurfews"] for one in nightly.local(raw_one)
        ),
        erased_after=_erased_after(raw["underMinimum"]["erasedAfterDays"]),
    )


def _row(raw: dict[str, str]) -> dict[Band, Decision]:
    return {Band(band): Decision(decision) for band, decision in raw.items()}


def _minimum(years: int) -> int:
    if years not in _MINIMUM_AGES:
        raise ValueError("a minimum age is 13 to 16")
    return years


def _erased_after(days: int) -> timedelta:
    if days not in _ERASED_AFTER_DAYS:
        raise ValueError("whoever is too young is erased after 1 to 90 days")
    return timedelta(days=days)


def _minimum_ages(raw: dict[str, list[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for years, regions in raw.items():
        for region in _expand(regions, {}):
            if region in found:
                raise ValueError(f"{region} has two minimum ages")
            found[region] = _minimum(int(years))
    return found


def _expand(named: list[str], groups: dict[str, list[str]]) -> list[str]:
    regions = [region for name in named for region in groups.get(name, [name])]
    if unknown := set(regions) - births.countries():
        raise ValueError(f"no such region: {', '.join(sorted(unknown))}")
    return regions


def _check_order(place: str, cells: Cells) -> None:
    """Unknown ages aside: an account that is older than the question exists, and so may stay."""
    known = [band for band in Band if band is not Band.UNKNOWN]
    for feature, row in cells.items():
        ranks = [row[band].rank for band in known]
        if ranks != sorted(ranks):
            raise Unsound(f"{feature} ({place}): a younger band may do more than an older one")
        if feature is not Feature.ACCOUNT and row[Band.UNKNOWN] is not row[Band.UNDER_MINIMUM]:
            raise Unsound(f"{feature} ({place}): an unknown age is treated as the youngest")
