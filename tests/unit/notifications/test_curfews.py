"""Minors' curfews: the policy's data, worked out by the same clockwork as quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.core.age import Age, Band
from spaktok.notifications import silence
from spaktok.safety import policy

MS = timedelta(milliseconds=1)
STOCKHOLM = "Europe/Stockholm"
UNKNOWN, YOUNGER, OLDER, ADULT = Band.UNKNOWN, Band.YOUNGER_TEEN, Band.OLDER_TEEN, Band.ADULT


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("band", "region", "at", "until"),
    [
        # The younger: 21:00 to 07:00; the older from 22:00. Their own clock.
        (YOUNGER, "SE", utc(2026, 1, 10, 20), utc(2026, 1, 11, 6)),
        (OLDER, "SE", utc(2026, 1, 10, 20), None),
        (OLDER, "SE", utc(2026, 1, 10, 21), utc(2026, 1, 11, 6)),
        (OLDER, "KR", utc(2026, 1, 10, 20), utc(2026, 1, 11, 6)),
        (OLDER, None, utc(2026, 1, 10, 20), utc(2026, 1, 11, 6)),  # may be Korea
        (ADULT, "SE", utc(2026, 1, 10, 23), None),
        (ADULT, None, utc(2026, 1, 10, 23), None),
        # Of an unknown age: as the youngest.
        (UNKNOWN, "SE", utc(2026, 1, 10, 20), utc(2026, 1, 11, 6)),
        (Band.UNDER_MINIMUM, "SE", utc(2026, 1, 10, 20), utc(2026, 1, 11, 6)),
        # School hours bind in California, and wherever it is not known that they do not.
        (OLDER, "SE", utc(2026, 1, 12, 9), None),
        (OLDER, None, utc(2026, 1, 12, 9), utc(2026, 1, 12, 14)),
        (OLDER, "US", utc(2026, 1, 13, 15), None),
        (OLDER, "US", utc(2026, 1, 13, 16), utc(2026, 1, 14, 14)),  # and then the nights
        (OLDER, None, utc(2026, 1, 10, 9), None),  # a Saturday
        (OLDER, None, utc(2026, 7, 13, 9), None),  # July
    ],
)
def test_minors_have_the_curfew_of_their_band_and_region(
    band: Band, region: str | None, at: datetime, until: datetime | None
) -> None:
    found = policy.curfews(Age(band, region=region))
    windows = [(one, curfew.zone or STOCKHOLM) for curfew in found for one in curfew.windows]
    assert silence.ends(at, windows) == until


def _local(region: str, at: datetime) -> datetime | None:
    """By the curfews alone that a part of the world has besides its nights."""
    found = policy.curfews(Age(OLDER, region=region))
    return silence.ends(
        at, [(one, curfew.zone) for curfew in found if curfew.zone for one in curfew.windows]
    )


def test_new_york_is_quiet_from_midnight_to_six_eastern_time() -> None:
    start, end = utc(2026, 1, 10, 5), utc(2026, 1, 10, 11)
    assert _local("US-NY", start - MS) is None
    assert _local("US-NY", start) == end
    assert _local("US-NY", end) is None


def test_california_is_quiet_at_night_and_in_school_hours() -> None:
    assert _local("US-CA", utc(2026, 1, 10, 8)) == utc(2026, 1, 10, 14)
    monday, end = utc(2026, 1, 12, 16), utc(2026, 1, 12, 23)
    assert _local("US-CA", monday - MS) is None
    assert _local("US-CA", monday) == end
    assert _local("US-CA", end) is None
    assert _local("US-CA", utc(2026, 5, 29, 16)) is not None  # the last Friday of May
    assert _local("US-CA", utc(2026, 6, 1, 16)) is None
