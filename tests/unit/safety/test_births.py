"""From birth dates to bands, to the millisecond."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from spaktok.core.age import MATURE, Age, Band
from spaktok.safety import births
from spaktok.safety.births import Source

MS = timedelta(milliseconds=1)


def age_at(at: datetime, born: date, zone: str = "UTC", minimum: int = 13) -> Age:
    return births.age(born, zone=zone, region="US", minimum=minimum, at=at)


@pytest.mark.parametrize(
    "zone",
    [
        "Etc/GMT-14",
        "Etc/GMT+12",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "America/New_York",
        "Asia/Kathmandu",
        "Europe/Berlin",
        "Africa/Cairo",
    ],
)
@pytest.mark.parametrize(
    ("years", "before", "after"),
    [
        (13, (Band.UNDER_MINIMUM, 0), (Band.YOUNGER_TEEN, 13)),
        (16, (Band.YOUNGER_TEEN, 13), (Band.OLDER_TEEN, 16)),
        (18, (Band.OLDER_TEEN, 16), (Band.ADULT, 18)),
        (21, (Band.ADULT, 18), (Band.ADULT, MATURE)),
    ],
)
def test_a_band_begins_with_the_birthday_at_local_midnight(
    zone: str, years: int, before: tuple[Band, int], after: tuple[Band, int]
) -> None:
    born = date(2010, 5, 17)
    begins = births.local_midnight(births.birthday(born, years), zone)
    local = begins.astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour, local.minute) == (date(2010 + years, 5, 17), 0, 0)
    found = [age_at(at, born, zone) for at in (begins - MS, begins, begins + MS)]
    assert [(one.band, one.floor) for one in found] == [before, after, after]
    assert found[0].next_at == begins


@pytest.mark.parametrize("years", [16, 18, 21])
def test_what_was_written_before_a_birthday_is_right_after_it(years: int) -> None:
    """Nothing but the clock moves. Negative control: `Age.at` returning itself fails this."""
    born, zone = date(2010, 5, 17), "Asia/Tokyo"
    begins = births.local_midnight(births.birthday(born, years), zone)
    written = age_at(begins - timedelta(days=100), born, zone)
    assert written.at(begins - MS) == written
    for at in (begins, begins + MS):
        moved, computed = written.at(at), age_at(at, born, zone)
        assert (moved.band, moved.floor) == (computed.band, computed.floor)


def test_under_the_minimum_the_clock_alone_opens_nothing() -> None:
    begins = datetime(2023, 5, 17, tzinfo=UTC)
    written = age_at(begins - MS, date(2010, 5, 17))
    assert written.next_at == begins
    assert written.at(begins + MS).band is Band.UNDER_MINIMUM


def test_those_of_29_february_complete_a_year_on_1_march() -> None:
    assert births.birthday(date(2012, 2, 29), 13) == date(2025, 3, 1)
    assert births.birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)
    eve = datetime(2025, 2, 28, 12, tzinfo=UTC)
    assert age_at(eve, date(2012, 2, 29)).band is Band.UNDER_MINIMUM
    assert age_at(eve + timedelta(hours=12), date(2012, 2, 29)).band is Band.YOUNGER_TEEN


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        # The clocks go forward and back that day, but not at midnight.
        (date(2026, 3, 8), "America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC)),
        (date(2026, 11, 1), "America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        # They skip midnight itself: the day begins at one o'clock.
        (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # They strike midnight twice: it begins with the first.
        (date(2026, 11, 1), "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        # The day itself was skipped: it begins and ends as the next one begins.
        (date(2011, 12, 30), "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_day_begins_when_the_clock_says_so(day: date, zone: str, begins: datetime) -> None:
    assert births.local_midnight(day, zone) == begins
    local = (begins - MS).astimezone(ZoneInfo(zone))
    assert local.date() < day


@pytest.mark.parametrize(("minimum", "first"), [(13, 13), (14, 14), (15, 15), (16, 16)])
def test_the_first_band_begins_at_the_regions_minimum_age(minimum: int, first: int) -> None:
    born = date(2010, 5, 17)
    begins = births.local_midnight(births.birthday(born, first), "UTC")
    assert age_at(begins - MS, born, minimum=minimum).band is Band.UNDER_MINIMUM
    band = Band.OLDER_TEEN if minimum == 16 else Band.YOUNGER_TEEN
    assert age_at(begins, born, minimum=minimum).band is band


def test_every_age_lies_in_one_band_and_years_only_open() -> None:
    born = date(2008, 2, 29)
    ranks = [
        age_at(datetime(2008, 3, 1, tzinfo=UTC) + timedelta(days=days), born).band.rank
        for days in range(0, 366 * 25, 7)
    ]
    assert ranks == sorted(ranks)
    assert set(ranks) == {Band.UNDER_MINIMUM.rank, *(b.rank for b in list(Band)[2:])}


@pytest.mark.parametrize(
    "text",
    ["", "1990-02-30", "1990-2-3", "19900203", "1990-02-03T00:00", "0000-01-01", "９990-01-01"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert births.parse(text) is None


def test_nobody_is_born_tomorrow_or_before_anyone_alive() -> None:
    at = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
    assert births.plausible(date(2026, 3, 15), "Etc/GMT-14", at)
    assert not births.plausible(date(2026, 3, 15), "UTC", at)
    assert births.plausible(date(1906, 1, 1), "UTC", at)
    assert not births.plausible(date(1905, 12, 31), "UTC", at)


def test_an_age_without_a_date_is_taken_as_the_youngest() -> None:
    at = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert births.youngest(16, "UTC", at) == date(2012, 2, 29)
    assert births.youngest(17, "UTC", at) == date(2011, 2, 28)
    for years in range(30):
        born = births.youngest(years, "UTC", at)
        assert births.birthday(born, years) <= at.date() < births.birthday(born, years + 1)


ADULT = Age(Band.ADULT, 21)
TEEN = Age(Band.OLDER_TEEN, 16, datetime(2026, 5, 1, tzinfo=UTC))
AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_of_claims_the_strictest_counts() -> None:
    found, source = births.strictest(
        ADULT, Source.SELF_DECLARED, [Band.ADULT, Band.YOUNGER_TEEN], AT
    )
    assert (found.band, found.floor, source) == (Band.YOUNGER_TEEN, 13, Source.STORE)


def test_a_signal_opens_nothing() -> None:
    assert births.strictest(TEEN, Source.SELF_DECLARED, [Band.ADULT], AT)[0] == TEEN
    unknown, _ = births.strictest(Age(), Source.NONE, [Band.ADULT], AT)
    assert unknown.band is Band.UNKNOWN


def test_what_was_checked_overrules_what_is_claimed() -> None:
    """An adult mislabelled by a family's device comes back to their band, and a child to theirs."""
    for source in (Source.ID_VERIFIED, Source.REVIEWED):
        assert births.strictest(ADULT, source, [Band.UNDER_MINIMUM], AT) == (ADULT, source)


def test_a_birthday_changes_nothing_while_the_device_says_the_old_band() -> None:
    found, _ = births.strictest(TEEN, Source.SELF_DECLARED, [Band.OLDER_TEEN], AT)
    assert (found.band, found.next_at) == (Band.OLDER_TEEN, None)
    later = AT + timedelta(days=100)
    assert births.strictest(TEEN, Source.SELF_DECLARED, [Band.OLDER_TEEN], later)[0].band is (
        Band.OLDER_TEEN
    )
    assert births.strictest(TEEN, Source.SELF_DECLARED, [Band.ADULT], later)[0] == TEEN


def test_regions_and_zones_are_the_databases() -> None:
    assert {"DE", "US", "KR", "GB"} <= births.countries()
    assert len(births.countries()) > 240
    assert not {"UK", "EU", "XX", "de"} & births.countries()
    assert "Europe/Berlin" in births.zones()
    assert not {"../etc/passwd", "localtime", "Mars/Base"} & births.zones()
