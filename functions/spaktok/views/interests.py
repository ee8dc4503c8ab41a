"""What a user is interested in, by what they engaged with: values and pure rules.

Weights decay by half in `HALF_LIFE`, by forward decay (Cormode et al., "Forward Decay", ICDE 2009):
what happens at t adds `2^((t − LANDMARK) / HALF_LIFE)` times its strength, so that sums grow by blind
increments, in any order, and a reader divides by the same power of its own moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from spaktok.core import ids

HALF_LIFE: Final = timedelta(days=14)
LANDMARK: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where all powers count from: 2^52 two years on, and within a double for a lifetime."""
KEPT_MAX: Final = 100
"""Keys of a kind that a summary keeps once it is trimmed, about 8 KB in all."""
TRIM_ABOVE: Final = 300


class Sign(StrEnum):
    """What somebody did that shows an interest."""

    ENGAGED = "engaged"
    COMPLETED = "completed"
    LIKED = "liked"
    COMMENTED = "commented"
    SHARED = "shared"
    SAVED = "saved"


STRENGTH: Final[Mapping[Sign, float]] = {
    Sign.ENGAGED: 1.0,
    Sign.COMPLETED: 2.0,
    Sign.LIKED: 3.0,
    Sign.COMMENTED: 4.0,
    Sign.SHARED: 5.0,
    Sign.SAVED: 5.0,
}
"""How much each says, in engaged views."""


@dataclass(frozen=True, slots=True)
class Interests:
    """A user's interests at one moment: weights in engaged views' worth, what faded left out."""

    hashtags: Mapping[str, float] = field(default_factory=dict)
    """By folded tag."""
    sounds: Mapping[str, float] = field(default_factory=dict)
    """By sound id."""
    authors: Mapping[str, float] = field(default_factory=dict)
    """By `author_key(uid)`: the summary itself names nobody."""
    languages: Mapping[str, float] = field(default_factory=dict)
    """By language tag."""


NONE: Final = Interests()
KINDS: Final = ("hashtags", "sounds", "authors", "languages")
FADED: Final = 0.05


@dataclass(frozen=True, slots=True)
class About:
    """What of a video an interest can be in."""

    author: str
    hashtags: tuple[str, ...] = ()
    sound_id: str | None = None
    language: str | None = None


def author_key(uid: str) -> str:
    """Under which key a summary holds an author: 16 hex digits that say nothing by themselves."""
    return ids.digest("interest", uid)[:16]


def sound_owners(sums: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Whose the sounds among these interests are, as `author_key` names them.

    A sound's id names its owner, and what an erasure cannot find it cannot take out.
    """
    owners = {ids.owner_of(sound) for sound in sums.get("sounds", {})}
    return sorted(author_key(owner) for owner in owners if owner is not None)


def growth(at: datetime) -> float:
    """How much a unit of interest shown at this moment weighs in the sums."""
    return 2.0 ** ((at - LANDMARK) / HALF_LIFE)


def shown(about: About, sign: Sign, at: datetime) -> dict[str, dict[str, float]]:
    """What a sign adds to the sums, by kind and key; a tag's share is that of all the tags."""
    weight = STRENGTH[sign] * growth(at)
    found: dict[str, dict[str, float]] = {"authors": {author_key(about.author): weight}}
    if about.hashtags:
        found["hashtags"] = dict.fromkeys(about.hashtags, weight / len(about.hashtags))
    if about.sound_id is not None:
        found["sounds"] = {about.sound_id: weight}
    if about.language is not None:
        found["languages"] = {about.language: weight}
    return found


def together(parts: Iterable[Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """The sum of what several signs add."""
    sums: dict[str, dict[str, float]] = {}
    for part in parts:
        for kind, weights in part.items():
            into = sums.setdefault(kind, {})
            for key, weight in weights.items():
                into[key] = into.get(key, 0.0) + weight
    return sums


def decode(fields: Mapping[str, Any] | None, at: datetime) -> Interests:
    """The interests that a summary says there are at this moment."""
    if fields is None:
        return NONE
    scale = growth(at)
    return Interests(
        **{
            kind: {
                key: weight
                for key, total in fields.get(kind, {}).items()
                if (weight := total / scale) >= FADED
            }
            for kind in KINDS
        }
    )


def trimmed(fields: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The strongest keys of every kind: `KEPT_MAX` of each."""
    return {
        kind: dict(
            sorted(fields.get(kind, {}).items(), key=lambda one: (-one[1], one[0]))[:KEPT_MAX]
        )
        for kind in KINDS
    }


def overgrown(fields: Mapping[str, Any]) -> bool:
    """Whether a summary holds more than is worth reading."""
    return any(len(fields.get(kind, {})) > TRIM_ABOVE for kind in KINDS)
