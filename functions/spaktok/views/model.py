"""What a play is, which of them is an engaged view, and what they add up to: values and pure rules.

A play is what an app reports: somebody watched so long of a video. An engaged view is the first play
of a viewer, a video and a month that lasted `ENGAGED`, by whoever is neither its owner nor a bot. Both
follow from the batches alone, so they can be counted anew at any time, in any order, to the same sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final

BATCH_MAX: Final = 50
"""Plays in one batch."""
KEPT_FOR: Final = timedelta(days=90)
"""How long batches are kept, and so for how long totals can be counted anew."""
STEPS: Final = 10
"""Parts of a video that the retention curve tells apart."""
CLIP_MS_MAX: Final = 10 * 60 * 1000
"""No clip is longer, whatever a client says."""
UNPROVEN_MS: Final = 3 * 60 * 1000
"""What may have been watched before a batch that does not say which batch it continues."""
ELAPSED_MS_MAX: Final = 6 * 60 * 60 * 1000
SLACK_MS: Final = 5_000
"""Clocks, pauses and networks: so much more than the time that passed is believed, and no more."""
IMPLAUSIBLE: Final = 2
"""Whoever claims that many times the time that passed is a bot."""
TRUSTED_AFTER: Final = timedelta(days=1)
"""Accounts younger than that move no trend."""
CROWD_MIN: Final = 10
"""A breakdown tells of no group with fewer people: who watched could be told from it."""


@dataclass(frozen=True, slots=True)
class Engaged:
    """From when on a play is an engaged view: the one or the other. Change the version with them."""

    after_ms: int = 10_000
    after_percent: int = 50
    version: int = 1

    def holds(self, watched_ms: int, duration_ms: int) -> bool:
        """Whether that much of a clip is enough."""
        return watched_ms >= self.after_ms or watched_ms * 100 >= duration_ms * self.after_percent


ENGAGED: Final = Engaged()


class Source(StrEnum):
    """Where a video was met."""

    FEED = "feed"
    PROFILE = "profile"
    HASHTAG = "hashtag"
    SOUND = "sound"
    SHARE = "share"
    SEARCH = "search"
    TRENDING = "trending"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Plays:
    """How long one video was watched, play by play, in one batch."""

    watched_ms: tuple[int, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Batch:
    """What one app reported at once."""

    batch_id: str
    viewer: str
    at: datetime
    """When it reached the server."""
    plays: Mapping[str, Plays]
    """By video."""
    plausible: bool = True
    trusted: bool = False
    withheld: bool = False
    """Its viewer is banned: it counts for nothing."""

    @property
    def month(self) -> str:
        """The month of UTC, in which a viewer counts once for a video."""
        return self.at.strftime("%Y-%m")

    @property
    def rank(self) -> int:
        """Orders a viewer's batches: by arrival, and among equals by id."""
        return int(self.at.timestamp() * 1_000_000) * 4096 + int(self.batch_id[:3], 16)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a video when its plays are counted."""

    owner: str
    duration_ms: int
    hashtags: tuple[str, ...] = ()
    sound_id: str | None = None
    language: str | None = None
    open: bool = True
    """Whether it is there for everyone, so that nobody has to be looked at."""
    public: bool = True
    """Whether it may be shown to people who did not ask for it, and so may trend."""


@dataclass(slots=True)
class Tally:
    """What plays of one video add up to."""

    plays: int = 0
    engaged: int = 0
    trusted: int = 0
    """Engaged views by accounts that are trusted: what trends are made of."""
    completed: int = 0
    watched_ms: int = 0
    seen_ms: int = 0
    """How much of it the engaged viewers saw, each in the longest play of the first report: what one
    person watches again and again adds nothing."""
    retention: Counter[int] = field(default_factory=Counter)
    """By step k: plays that reached k tenths of the video."""
    sources: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    """Engaged views by day of UTC."""

    def add(self, other: Tally) -> None:
        """Add another's sums."""
        self.plays += other.plays
        self.engaged += other.engaged
        self.trusted += other.trusted
        self.completed += other.completed
        self.watched_ms += other.watched_ms
        self.seen_ms += other.seen_ms
        self.retention.update(other.retention)
        self.sources.update(other.sources)
        self.days.update(other.days)

    def negative(self) -> Tally:
        """What takes these sums back."""
        return Tally(
            plays=-self.plays,
            engaged=-self.engaged,
            trusted=-self.trusted,
            completed=-self.completed,
            watched_ms=-self.watched_ms,
            seen_ms=-self.seen_ms,
            retention=Counter({key: -count for key, count in self.retention.items()}),
            sources=Counter({key: -count for key, count in self.sources.items()}),
            days=Counter({key: -count for key, count in self.days.items()}),
        )


class Deed(StrEnum):
    """What somebody does with a video besides watching it, by the name of its total."""

    LIKED = "likes"
    COMMENTED = "comments"
    SHARED = "shares"
    SAVED = "saves"
    UNWANTED = "unwanted"
    """They said "not interested"."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One deed of one person: a like, a comment, a share, a save, a "not interested"."""

    deed: Deed
    mark_id: str
    viewer: str
    video_id: str
    at: datetime

    @property
    def month(self) -> str:
        """The month of UTC, in which a person counts once for a video and a deed."""
        return self.at.strftime("%Y-%m")

    @property
    def rank(self) -> int:
        """Orders a person's marks: by arrival, and among equals by id."""
        drawn = blake2b(self.mark_id.encode(), digest_size=2).digest()
        return int(self.at.timestamp() * 1_000_000) * 4096 + int.from_bytes(drawn, "big") % 4096


@dataclass(frozen=True, slots=True)
class Regard:
    """What trusted people did with a video, and how much of it was seen: what ranks it."""

    actors: Mapping[str, int] = field(default_factory=dict)
    """Distinct people by deed, the owner not among them."""
    seen_ms: int | None = None
    """Of all its engaged viewers; None where nobody measured it."""

    def of(self, deed: Deed, total: int, viewers: int) -> int:
        """How many did something: no more than still stand, than are people, than watched."""
        return max(0, min(total, viewers, self.actors.get(deed, 0)))

    def shares(self, duration_ms: int) -> float | None:
        """The sum of the shares of the clip that its viewers watched."""
        return None if self.seen_ms is None or not duration_ms else self.seen_ms / duration_ms


def within(claims: Sequence[int], elapsed_ms: int | None) -> tuple[list[int], bool]:
    """How much of what was claimed, play by play, is believed, and whether the whole is plausible.

    `elapsed_ms` is the time since the batch before, by the server's clock; None: there is none.
    """
    proven = elapsed_ms is not None
    budget = UNPROVEN_MS if elapsed_ms is None else min(elapsed_ms, ELAPSED_MS_MAX) + SLACK_MS
    plausible = not proven or sum(claims) <= IMPLAUSIBLE * budget
    believed = []
    for claim in claims:
        some = min(claim, CLIP_MS_MAX, budget)
        budget -= some
        believed.append(some)
    return believed, plausible


def tally(batch: Batch, video_id: str, facts: Facts, *, first: bool) -> Tally:
    """What a batch's plays of one video add; `first`: the viewer's first of the month."""
    plays = batch.plays[video_id]
    watched = [min(one, facts.duration_ms) for one in plays.watched_ms]
    engaged = first and engages(batch, video_id, facts)
    found = Tally(
        plays=len(watched),
        engaged=int(engaged),
        trusted=int(engaged and batch.trusted),
        completed=sum(one == facts.duration_ms for one in watched),
        watched_ms=sum(watched),
        seen_ms=max(watched) if engaged else 0,
        sources=Counter({plays.source: len(watched)}),
    )
    for one in watched:
        reached = STEPS * one // facts.duration_ms if facts.duration_ms else 0
        found.retention.update(range(reached + 1))
    if engaged:
        found.days[batch.at.date().isoformat()] += 1
    return found


def engages(batch: Batch, video_id: str, facts: Facts) -> bool:
    """Whether a batch holds an engaged view of this video, be it the first or a replay."""
    if not batch.plausible or batch.viewer == facts.owner:
        return False
    return any(
        ENGAGED.holds(min(one, facts.duration_ms), facts.duration_ms)
        for one in batch.plays[video_id].watched_ms
    )


def recounted(batches: Iterable[Batch], video_id: str, facts: Facts) -> Tally:
    """The sums of a video from all batches that hold it, in any order."""
    seen: set[tuple[str, str]] = set()
    total = Tally()
    for batch in sorted(batches, key=lambda one: (one.rank, one.batch_id)):
        if batch.withheld:
            continue
        key = (batch.viewer, batch.month)
        first = key not in seen
        if first and engages(batch, video_id, facts):
            seen.add(key)
        total.add(tally(batch, video_id, facts, first=first))
    return total
