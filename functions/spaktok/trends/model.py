"""What trends, and how much: values and pure rules.

A score counts people, never what they did how often: `drawn` is the sum of the trusted people whom a
thing drew in each hour, halved every `HALF_LIFE` since (a person is counted once a month for a video,
once a day for a topic). It is taken less one, as Hacker News and Mastodon take their votes, so that
its maker alone is nobody; and up to doubled by how sure it is that whoever watches also engages: the
lower bound of Wilson's interval for likes, comments and shares over views, at 95 %. Those are distinct
trusted people as well, and its maker is not one of them.

    score = (drawn − 1) · (1 + wilson(engagements, views))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

HALF_LIFE: Final = timedelta(hours=6)
WINDOW: Final = timedelta(hours=48)
LISTED_MAX: Final = 100
CANDIDATES_MAX: Final = 200
SCORE_MIN: Final = 0.3
"""Less than that is forgotten, as in Mastodon."""
_Z: Final = 1.96


class TrendKind(StrEnum):
    """What can trend."""

    VIDEOS = "videos"
    HASHTAGS = "hashtags"
    SOUNDS = "sounds"


class HoldState(StrEnum):
    """What people have said of something that could trend."""

    WAITING = "waiting"
    """Nothing yet: it has been seen, and since when."""
    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Policy:
    """When something may trend. Data: `settings/trends` may say otherwise, by these names."""

    viewers_min: int = 5
    """Distinct trusted people, without whom nothing is looked at."""
    wait_minutes: int = 30
    """How long something is on the moderators' list before it trends by itself."""
    reviewed: tuple[TrendKind, ...] = ()
    """The kinds of which nothing trends that a moderator has not released."""
    version: int = 1

    def lets(self, kind: TrendKind, hold: Hold, at: datetime) -> bool:
        """Whether something may trend now, by what is said of it."""
        match hold.state:
            case HoldState.HELD:
                return False
            case HoldState.RELEASED:
                return True
            case HoldState.WAITING:
                waited = at - hold.since >= timedelta(minutes=self.wait_minutes)
                return waited and kind not in self.reviewed


@dataclass(frozen=True, slots=True)
class Hold:
    """What is said of something, and since when it is known."""

    state: HoldState
    since: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many people something drew: in all, and as much as they still count."""

    viewers: int
    weight: float


@dataclass(frozen=True, slots=True)
class TrendingVideo:
    """A video that trends, with what a ranking asks of it and a card shows.

    It was active and public when the list was made, a few minutes ago: whoever shows it looks again.
    """

    video_id: str
    score: float
    viewers: int
    """Distinct trusted people who engaged with it, in the time that the score looks at."""
    user_id: str
    username: str
    user_profile_image: str | None
    user_is_verified: bool
    caption: str
    hashtags: tuple[str, ...]
    sound_id: str | None
    language: str | None
    duration_ms: int
    width: int
    height: int
    age_restriction: int
    published_at: datetime
    likes: int
    """Like the ones below: distinct trusted people who did it, the owner not among them."""
    comments: int
    shares: int
    views: int
    saves: int = 0
    unwanted: int = 0
    """Who said "not interested"."""
    watched: float | None = None
    """The sum of the shares of it that its viewers watched; None where nobody measured it."""
    for_adults: bool = False
    """Whether its owner is suggested to adults."""


@dataclass(frozen=True, slots=True)
class TrendingTopic:
    """A hashtag (`name` is the folded tag) or a sound (`name` is its id) that trends."""

    name: str
    score: float
    viewers: int
    for_adults: bool = True
    """Of a sound: whether its maker is suggested to adults."""


@dataclass(frozen=True, slots=True)
class Trends(Generic[T]):
    """A list of what trends, best first."""

    items: tuple[T, ...] = ()
    computed_at: datetime | None = None
    """None where none was made yet."""


def drawn(hours: Iterable[tuple[datetime, Mapping[str, int]]], at: datetime) -> dict[str, Drawn]:
    """Whom each thing drew, from the counts of hours."""
    found: dict[str, Drawn] = {}
    for hour, counts in hours:
        age = max(timedelta(), at - hour)
        if age > WINDOW:
            continue
        fade = 0.5 ** (age / HALF_LIFE)
        for name, count in counts.items():
            before = found.get(name, Drawn(0, 0.0))
            found[name] = Drawn(before.viewers + count, before.weight + count * fade)
    return found


def candidates(found: Mapping[str, Drawn], policy: Policy) -> list[str]:
    """What may be looked at, the strongest first."""
    enough = [name for name, one in found.items() if one.viewers >= policy.viewers_min]
    return sorted(enough, key=lambda name: (-found[name].weight, name))[:CANDIDATES_MAX]


def score(one: Drawn, engagements: int = 0, views: int = 0) -> float:
    """How much something trends; see above."""
    return max(0.0, one.weight - 1) * (1 + wilson(engagements, views))


def wilson(successes: int, trials: int) -> float:
    """The lower bound of Wilson's score interval (E. B. Wilson, 1927): 0 where nothing was tried."""
    if trials <= 0:
        return 0.0
    share = min(successes, trials) / trials
    square = _Z * _Z
    middle = share + square / (2 * trials)
    spread = _Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, (middle - spread) / (1 + square / trials))


def listed(items: Iterable[Any]) -> list[Any]:
    """What the list holds of scored items: the best, in an order that is always the same."""
    strong = [one for one in items if one.score >= SCORE_MIN]

    def name(one: Any) -> str:
        return str(getattr(one, "video_id", None) or one.name)

    return sorted(strong, key=lambda one: (-one.score, name(one)))[:LISTED_MAX]
