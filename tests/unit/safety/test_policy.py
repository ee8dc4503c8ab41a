"""The policy table, cell by cell."""

from __future__ import annotations

import copy
import json
from datetime import time
from typing import Any

import pytest

from spaktok.core.age import UNKNOWN, Age, Band
from spaktok.safety import births, model, policy
from spaktok.safety.model import FilterLevel
from spaktok.safety.policy import Decision, Feature, Unsound
from spaktok.safety.service import access

REGIONS = sorted(births.countries())
RAW = json.loads(policy._FILE.read_text(encoding="utf-8"))
D, O, A = Decision.DENY, Decision.OPT_IN, Decision.ALLOW  # noqa: E741

EXPECTED: dict[Feature, tuple[Decision, Decision, Decision]] = {
    Feature.ACCOUNT: (A, A, A),
    Feature.PUBLIC_ACCOUNT: (D, O, A),
    Feature.SUGGESTED_TO_ADULTS: (D, D, A),
    Feature.MESSAGES_FROM_STRANGERS: (D, D, A),
    Feature.COMMENTS_FROM_STRANGERS: (D, O, A),
    Feature.DOWNLOADS_BY_OTHERS: (D, O, A),
    Feature.GIFTS_SEND: (D, D, A),
    Feature.GIFTS_RECEIVE: (D, D, A),
    Feature.PAYOUTS: (D, D, A),
    Feature.LIVE_HOST: (D, D, A),
    Feature.LOCATION: (D, O, O),
    Feature.PROFILED_FEED: (D, O, A),
    Feature.AUTOPLAY: (D, O, A),
    Feature.STREAK_PUSH: (D, D, A),
    Feature.ADS_PROFILING: (D, D, A),
    Feature.MATURE_CONTENT: (D, D, O),
    Feature.MODERATE_CONTENT: (O, O, A),
}
"""13 to 15, 16 to 17, adult; where nothing else is said below."""
EUROPE = set(RAW["groups"]["EEA"]) | {"GB"}
ELSEWHERE = {
    (Feature.ADS_PROFILING, Band.ADULT): (EUROPE, O),
    (Feature.PROFILED_FEED, Band.OLDER_TEEN): (EUROPE, D),
}


def expected(band: Band, region: str, feature: Feature) -> Decision:
    if band in (Band.UNKNOWN, Band.UNDER_MINIMUM):
        stays = feature is Feature.ACCOUNT and band is Band.UNKNOWN
        return A if stays else D
    regions, decision = ELSEWHERE.get((feature, band), (set(), D))
    if region in regions:
        return decision
    return EXPECTED[feature][(Band.YOUNGER_TEEN, Band.OLDER_TEEN, Band.ADULT).index(band)]


def test_every_cell_is_what_was_decided() -> None:
    """5 bands × 249 regions × 17 features."""
    wrong = [
        (band, region, feature)
        for region in REGIONS
        for band in Band
        for feature in Feature
        if policy.decide(Age(band, region=region), feature) is not expected(band, region, feature)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("years", "regions"),
    [
        (13, {"US", "GB", "BR", "JP", "SE"}),
        (14, {"KR", "IT", "ES", "AT"}),
        (15, {"FR", "DK", "CZ", "GR"}),
        (16, {"DE", "NL", "IE", "PL", "AU"}),
    ],
)
def test_accounts_begin_at_the_regions_age(years: int, regions: set[str]) -> None:
    assert {policy.minimum_age(region) for region in regions} == {years}


def test_no_region_has_accounts_under_13_and_every_european_state_is_named() -> None:
    assert {policy.minimum_age(region) for region in REGIONS} == {13, 14, 15, 16}
    named = {region for regions in RAW["minimumAge"]["regions"].values() for region in regions}
    assert set(RAW["groups"]["EEA"]) <= named


@pytest.mark.parametrize("region", REGIONS)
def test_an_unknown_age_may_no_more_than_any_other(region: str) -> None:
    for feature in Feature:
        if feature is Feature.ACCOUNT:
            continue
        ranks = [policy.decide(Age(band, region=region), feature).rank for band in Band]
        assert ranks[Band.UNKNOWN.rank] == min(ranks)


def test_an_unknown_region_gets_the_strictest_of_all() -> None:
    for band in Band:
        for feature in Feature:
            ranks = [policy.decide(Age(band, region=region), feature).rank for region in REGIONS]
            assert policy.decide(Age(band), feature).rank == min(ranks)


def test_minors_are_told_nothing_at_night() -> None:
    for region in REGIONS:
        for band in set(Band) - {Band.ADULT}:
            night = policy.curfews(Age(band, region=region))[0].windows[0]
            assert time(21) <= night.start <= time(22)
            assert night.end == time(7)
        assert policy.curfews(Age(Band.ADULT, region=region)) == ()
    teens = [policy.curfews(Age(Band.OLDER_TEEN, region=r))[0].windows[0] for r in ("US", "KR")]
    assert [night.start for night in teens] == [time(22), time(21)]


def test_a_country_alone_may_be_any_of_its_parts_and_nowhere_may_be_anywhere() -> None:
    def zones(region: str | None) -> list[str | None]:
        return [one.zone for one in policy.curfews(Age(Band.YOUNGER_TEEN, region=region))]

    assert zones("SE") == [None]
    assert zones("US-NY") == [None, "America/New_York"]
    assert zones("US") == [None, "America/New_York", "America/Los_Angeles"]
    assert set(zones(None)) == {None}
    assert len(zones(None)) >= len(zones("US"))


def broken(change: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    change(raw)
    return raw


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw["features"].pop("payouts"),
        lambda raw: raw["features"]["payouts"].pop("adult"),
        lambda raw: raw["underMinimum"].update(erasedAfterDays=0),
        lambda raw: raw["features"].update(flying={}),
        lambda raw: raw["features"]["payouts"].update(adult="maybe"),
        lambda raw: raw["features"]["payouts"].update({"13-15": "allow"}),
        lambda raw: raw["features"]["payouts"].update(unknown="allow"),
        lambda raw: raw["curfew"].pop("16-17"),
        lambda raw: raw["curfew"].update(adult=["25:00", "07:00"]),
        lambda raw: raw["localCurfews"][0]["bands"].append("adult"),
        lambda raw: raw["localCurfews"][0]["bands"].remove("unknown"),
        lambda raw: raw["localCurfews"][0]["regions"].append("XX-NY"),
        lambda raw: raw["localCurfews"][0].update(zone="America/Gotham"),
        lambda raw: raw["localCurfews"][0]["windows"][0].update(days=[7]),
        lambda raw: raw["minimumAge"].update(default=12),
        lambda raw: raw["minimumAge"]["regions"].update({"12": ["US"]}),
        lambda raw: raw["minimumAge"]["regions"]["13"].append("DE"),
        lambda raw: raw["minimumAge"]["regions"]["13"].append("XX"),
        lambda raw: raw["groups"]["EEA"].append("EU"),
        lambda raw: raw["overrides"][0]["features"].update(
            {"payouts": {"16-17": "allow", "adult": "deny"}}
        ),
        lambda raw: raw.pop("overrides"),
    ],
)
def test_a_table_that_is_not_sound_decides_nothing(change: Any) -> None:
    """Negative control: without `_check_order` the loosened cells are accepted."""
    policy.read(RAW)
    with pytest.raises(Unsound):
        policy.read(broken(change))


@pytest.mark.parametrize(
    ("band", "loosest", "default"),
    [
        (Band.UNKNOWN, FilterLevel.STRICT, FilterLevel.STRICT),
        (Band.UNDER_MINIMUM, FilterLevel.STRICT, FilterLevel.STRICT),
        (Band.YOUNGER_TEEN, FilterLevel.MODERATE, FilterLevel.STRICT),
        (Band.OLDER_TEEN, FilterLevel.MODERATE, FilterLevel.STRICT),
        (Band.ADULT, FilterLevel.OFF, FilterLevel.MODERATE),
    ],
)
def test_a_filter_is_never_looser_than_the_age_allows(
    band: Band, loosest: FilterLevel, default: FilterLevel
) -> None:
    levels = list(FilterLevel)
    for region in (None, "US", "DE"):
        age = Age(band, region=region)
        assert model.filter_level(None, age) is default
        for chosen in FilterLevel:
            held = model.filter_level(chosen, age)
            assert levels.index(held) == min(levels.index(chosen), levels.index(loosest))


def test_minors_are_suggested_to_minors_alone() -> None:
    """Of whoever never said, the worse is assumed on both sides."""
    ages = [Age(band, region="US") for band in Band if band is not Band.UNDER_MINIMUM]
    shown = {
        (viewer.band, other.band)
        for viewer in ages
        for other in ages
        if access.shown_to(viewer, other)
    }
    teens = {Band.YOUNGER_TEEN, Band.OLDER_TEEN}
    held = {age.band for age in ages}
    assert shown == {(viewer, Band.ADULT) for viewer in held} | {
        (viewer, other) for viewer in teens for other in teens | {Band.UNKNOWN}
    }


def test_the_default_is_the_youngest() -> None:
    assert Age(Band.UNKNOWN, 0, None, None) == UNKNOWN
