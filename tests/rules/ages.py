"""Videos that are restricted by age, and people of whom different ages are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from tests.rules.people import NOW, OWNER, SIGNED_IN, Fields, Person

RESTRICTED_ID: Final = "rules-restricted"
RESTRICTIONS: Final = (0, 1, 13, 16, 17, 18, 21)
"""Years; what lies inside a band holds until the band ends."""

_PAST, _FUTURE = NOW - timedelta(seconds=1), NOW + timedelta(days=1)
_KNOWN: Final[tuple[tuple[str, Fields, int], ...]] = (
    ("nothing", {}, 0),
    ("unknown", {"ageFloor": 0, "nextBandAt": None}, 0),
    ("13", {"ageFloor": 13, "nextBandAt": None}, 13),
    ("13, soon 16", {"ageFloor": 13, "nextBandAt": _FUTURE}, 13),
    ("13, now 16", {"ageFloor": 13, "nextBandAt": _PAST}, 16),
    ("16, now 18", {"ageFloor": 16, "nextBandAt": _PAST}, 18),
    ("18, soon 21", {"ageFloor": 18, "nextBandAt": _FUTURE}, 18),
    ("18, now 21", {"ageFloor": 18, "nextBandAt": _PAST}, 21),
    ("21", {"ageFloor": 21, "nextBandAt": None}, 21),
    ("21, and a birthday that means nothing", {"ageFloor": 21, "nextBandAt": _PAST}, 21),
    ("too young, and a birthday that does not tell", {"ageFloor": 0, "nextBandAt": _PAST}, 0),
)
"""What `security/{uid}` says, and the years that are completed by that (`core.age`)."""


def people() -> Iterator[tuple[Person, int]]:
    """Everyone of whom something is known, and how old they certainly are."""
    for number, (role, known, years) in enumerate(_KNOWN):
        security = {"hasProfile": True, "createdAt": SIGNED_IN, **known}
        yield Person(f"of age {role}", f"rules-aged-{number}", security=security), years


def restricted(years: int) -> Fields:
    """A public video of Maria's that is for whoever is that old."""
    return {
        "userId": OWNER.uid,
        "status": "active",
        "visibility": "public",
        "ownerPrivate": False,
        "ageRestriction": years,
        "media": {"state": "ready"},
    }
