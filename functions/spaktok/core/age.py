"""What the server knows of a person's age where it has to act on it: a band, and when it ends.

Everything that decides by age takes an `Age` and the instant of the decision; so the band is right
the moment after a birthday's midnight, whether or not a job has moved it in the database yet. The
birth date itself is sealed (`core.sealed`) and appears nowhere here. How bands come about and what
each may do is `spaktok.safety`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class Band(StrEnum):
    """Ages that are treated alike."""

    UNDER_MINIMUM = "under_minimum"
    UNKNOWN = "unknown"
    YOUNGER_TEEN = "13-15"
    OLDER_TEEN = "16-17"
    ADULT = "adult"

    @property
    def rank(self) -> int:
        """Its place from the most to the least restricted."""
        return tuple(Band).index(self)


FLOORS: Final = {
    Band.UNDER_MINIMUM: 0,
    Band.UNKNOWN: 0,
    Band.YOUNGER_TEEN: 13,
    Band.OLDER_TEEN: 16,
    Band.ADULT: 18,
}
"""The years that whoever is in a band has certainly completed."""

MATURE: Final = 21
"""The floor of an adult whom no content is kept from. The band stays the adult's."""

_NEXT: Final = {
    13: (Band.OLDER_TEEN, 16),
    16: (Band.ADULT, 18),
    18: (Band.ADULT, MATURE),
}
"""What the next instant brings, by the floor before it. Whoever is under the minimum age waits for
the job: where the first band begins depends on the region."""


@dataclass(frozen=True, slots=True)
class Age:
    """A band as of when it was written; `at` says what it is at an instant."""

    band: Band = Band.UNKNOWN
    floor: int = 0
    """Years that have certainly been completed: 0, 13, 16, 18 or 21."""
    next_at: datetime | None = None
    """Midnight of the birthday that ends this, in the person's zone; None where none is ahead."""
    region: str | None = None
    """ISO 3166 alpha-2."""
    zone: str | None = None
    """IANA name: by whose clock birthdays and curfews are."""

    def at(self, instant: datetime) -> Age:
        """The age at an instant, at most one birthday ahead of what was written."""
        if self.next_at is None or instant < self.next_at or self.floor not in _NEXT:
            return self
        band, floor = _NEXT[self.floor]
        return replace(self, band=band, floor=floor, next_at=None)


UNKNOWN: Final = Age()
"""Of whoever never said, and treated as the youngest."""


def encode(age: Age) -> dict[str, Any]:
    """The fields of `security/{uid}` that say it. Of an adult past 21 no birthday is among them."""
    return {
        "band": age.band,
        "ageFloor": age.floor,
        "nextBandAt": age.next_at,
        "region": age.region,
        "timeZone": age.zone,
    }


def decode(fields: dict[str, Any]) -> Age:
    """The age in `security/{uid}`; unknown where the account is older than the question."""
    return Age(
        band=Band(fields.get("band", Band.UNKNOWN)),
        floor=fields.get("ageFloor", 0),
        next_at=fields.get("nextBandAt"),
        region=fields.get("region"),
        zone=fields.get("timeZone"),
    )
