"""Recipes: the versioned weights of the ranking, and how posts are carried. Data, checked when read.

A version is never changed: its digest stands beside it, and the tests know the digests of all that
were served. So the version that a page records is enough to rank it anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("recipes.json")

POSITIVE: Final = ("like", "comment", "share", "save")
NEGATIVE: Final = ("notInterested", "report")
ACTIONS: Final = (*POSITIVE, *NEGATIVE)
"""What people do with a video, in the order of the ranking's columns."""


class Unsound(ValueError):
    """The file is not one that may rank."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One version of the ranking."""

    version: str
    weights: Mapping[str, float]
    """Of an action's probability; of the negative ones below zero."""
    priors: Mapping[str, tuple[float, float]]
    """(α, β): as if α of α + β viewers had done it, before anybody was counted."""
    watch: float
    """Weight of the share of the clip that is watched."""
    interest: float
    half_life_hours: float
    author_ratio: float
    author_floor: float
    out_of_network: float
    quality: tuple[tuple[int, float], ...]
    """(shorter side in pixels from which on, factor), highest first."""
    slate: int
    """Cards of a session's slate."""
    candidates_max: int
    window: int
    per_author: int
    """Cards of one author in a window, at most."""
    slots: tuple[int, ...]
    """Places in each window that are kept for new creators, from 0."""
    trending_slots: tuple[int, ...]
    """Places in each window that are kept for what trends."""
    followers_max: int
    views_max: int
    """A creator is new with at most so many followers, a video with fewer views."""

    def author_factor(self, before: int) -> float:
        """What is left of a card's score after so many of the same author that score higher."""
        return (1 - self.author_floor) * self.author_ratio**before + self.author_floor

    def quality_of(self, width: int, height: int) -> float:
        """The factor of a video of that size."""
        return next(factor for least, factor in self.quality if min(width, height) >= least)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How posts reach the feeds: the cost model's figures (`scripts/bench/simulate_fanout.py`)."""

    writes_per_second: int
    """What a database takes that nobody warmed up."""
    deadline_s: int
    """How long a post may be under way."""
    follows_max: int
    """Whoever follows more is brought `follows_max / follows` of what is published."""
    idle_after_days: int
    """Whoever has not looked for so long is brought nothing until they return."""
    outboxes_cached_s: int

    @property
    def push_max(self) -> int:
        """Followers up to whom a post is pushed; beyond, they pull."""
        return self.writes_per_second * self.deadline_s

    def share(self, follows: int) -> float:
        """Which part of what is published reaches someone who follows so many."""
        return min(self.follows_max / follows, 1.0) if follows else 1.0


def recipe(version: str | None = None) -> Recipe:
    """The version of that name, or the current one. Raises `Unsound`, `KeyError`."""
    found = _read()
    return _recipe(version or found["current"])


@cache
def delivery() -> Delivery:
    """How posts are carried."""
    raw = _read()["delivery"]
    return Delivery(
        writes_per_second=raw["writesPerSecond"],
        deadline_s=raw["deadlineSeconds"],
        follows_max=raw["followsMax"],
        idle_after_days=raw["idleAfterDays"],
        outboxes_cached_s=raw["outboxesCachedSeconds"],
    )


def digest(raw: Mapping[str, Any]) -> str:
    """What a version must say it is: 32 hex digits over everything else it says."""
    body = {name: value for name, value in raw.items() if name != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def check(version: str, raw: Mapping[str, Any]) -> Recipe:
    """The recipe that a version is. Raises `Unsound`, naming what is wrong."""
    if raw.get("digest") != digest(raw):
        raise Unsound(f"{version} was changed: make a new version, and leave this one as it was")
    built = _build(version, raw)
    wrong = [name for name in POSITIVE if built.weights[name] < 0]
    wrong += [name for name in NEGATIVE if built.weights[name] > 0]
    if wrong:
        raise Unsound(f"{version}: the weights of {', '.join(wrong)} point the wrong way")
    if any(alpha <= 0 or beta <= 0 for alpha, beta in built.priors.values()):
        raise Unsound(f"{version}: a prior is not positive")
    if not 0 < built.out_of_network <= 1 or not 0 <= built.author_floor <= 1:
        raise Unsound(f"{version}: a factor is not between 0 and 1")
    if built.quality[-1][0] != 0 or max((*built.slots, *built.trending_slots)) >= built.window:
        raise Unsound(f"{version}: a size has no quality, or a slot lies outside the window")
    return built


@cache
def _read() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return raw


@cache
def _recipe(version: str) -> Recipe:
    return check(version, _read()["versions"][version])


def _build(version: str, raw: Mapping[str, Any]) -> Recipe:
    explored = raw["exploration"]
    return Recipe(
        version=version,
        weights={name: raw["weights"][name] for name in ACTIONS},
        priors={name: (alpha, beta) for name, (alpha, beta) in raw["priors"].items()},
        watch=raw["watch"],
        interest=raw["interest"],
        half_life_hours=raw["halfLifeHours"],
        author_ratio=raw["authorDecay"]["ratio"],
        author_floor=raw["authorDecay"]["floor"],
        out_of_network=raw["outOfNetwork"],
        quality=tuple((least, factor) for least, factor in raw["quality"]),
        slate=raw["slate"],
        candidates_max=raw["candidatesMax"],
        window=raw["window"],
        per_author=raw["perAuthor"],
        slots=tuple(explored["slots"]),
        trending_slots=tuple(raw.get("trendingSlots", ())),
        followers_max=explored["followersMax"],
        views_max=explored["viewsMax"],
    )
