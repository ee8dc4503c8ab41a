"""Experience, levels and achievements: data and pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final


class Deed(StrEnum):
    """What gives experience."""

    VIDEO_POSTED = "video_posted"
    LIKE_RECEIVED = "like_received"
    COMMENT_RECEIVED = "comment_received"
    COMMENT_MADE = "comment_made"
    SHARE_RECEIVED = "share_received"
    LIVE_STARTED = "live_started"


EXPERIENCE: Final[Mapping[Deed, int]] = {
    Deed.VIDEO_POSTED: 10,
    Deed.LIKE_RECEIVED: 1,
    Deed.COMMENT_RECEIVED: 2,
    Deed.COMMENT_MADE: 2,
    Deed.SHARE_RECEIVED: 5,
    Deed.LIVE_STARTED: 20,
}
DAILY_CAP: Final = 300
"""The most experience that what happened on one day (UTC) can give."""

LEVEL_ANCHORS: Final = (
    (1, 0),
    (5, 500),
    (10, 2_000),
    (20, 10_000),
    (50, 100_000),
    (100, 1_000_000),
)
"""Levels and the experience they begin at; between two anchors every level is as far as the next."""
LEVEL_MAX: Final = LEVEL_ANCHORS[-1][0]


class Metric(StrEnum):
    """What is counted of a user, by the day on which it happened."""

    POINTS = "points"
    """Experience, before the daily cap."""
    VIDEOS = "videos"
    LIKES = "likes"
    COMMENTS = "comments"
    COMMENTS_MADE = "commentsMade"
    FOLLOWERS_GAINED = "followersGained"
    FOLLOWERS_LOST = "followersLost"
    VIDEO_VIEWS = "videoViews"
    GIFTS = "giftsReceived"
    VIEWS = "views"
    """Of the profile."""
    FROM_SEARCH = "viewsFromSearch"
    FROM_FEED = "viewsFromFeed"
    FROM_VIDEO = "viewsFromVideo"
    FROM_DIRECT = "viewsFromDirect"


class Source(StrEnum):
    """Where a visitor of a profile came from."""

    SEARCH = "search"
    FEED = "feed"
    VIDEO = "video"
    DIRECT = "direct"


SOURCES: Final[Mapping[Source, Metric]] = {
    Source.SEARCH: Metric.FROM_SEARCH,
    Source.FEED: Metric.FROM_FEED,
    Source.VIDEO: Metric.FROM_VIDEO,
    Source.DIRECT: Metric.FROM_DIRECT,
}

Counts = Mapping[str, int]
"""By metric; one that is absent is 0."""


class Category(StrEnum):
    """What an achievement is about."""

    CONTENT = "content"
    SOCIAL = "social"
    ENGAGEMENT = "engagement"
    MONETIZATION = "monetization"


class Rarity(StrEnum):
    """How few have it."""

    COMMON = "common"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


@dataclass(frozen=True, slots=True)
class Achievement:
    """Something to be reached once: `metric` came to `goal` over all days, or the level did."""

    id: str
    name: str
    description: str
    category: Category
    rarity: Rarity
    metric: str
    goal: int
    points: int
    """Experience that reaching it gives, beside the daily cap."""
    is_secret: bool = False
    """Not shown before it is reached."""


LEVEL: Final = "level"

_SOCIAL, _CONTENT = Category.SOCIAL, Category.CONTENT
_ENGAGEMENT, _MONEY = Category.ENGAGEMENT, Category.MONETIZATION
CATALOGUE: Final = (
    Achievement("first-video", "First light", "Publish a video", _CONTENT, Rarity.COMMON,
                Metric.VIDEOS, 1, 20),
    Achievement("ten-videos", "Regular", "Publish 10 videos", _CONTENT, Rarity.RARE,
                Metric.VIDEOS, 10, 50),
    Achievement("hundred-videos", "Studio", "Publish 100 videos", _CONTENT, Rarity.EPIC,
                Metric.VIDEOS, 100, 250),
    Achievement("ten-followers", "Circle", "Win 10 followers", _SOCIAL, Rarity.COMMON,
                Metric.FOLLOWERS_GAINED, 10, 20),
    Achievement("thousand-followers", "Crowd", "Win 1,000 followers", _SOCIAL, Rarity.EPIC,
                Metric.FOLLOWERS_GAINED, 1_000, 250),
    Achievement("first-comment", "Say something", "Comment on a video", _SOCIAL, Rarity.COMMON,
                Metric.COMMENTS_MADE, 1, 5),
    Achievement("hundred-likes", "Well liked", "Be given 100 likes", _ENGAGEMENT, Rarity.RARE,
                Metric.LIKES, 100, 50),
    Achievement("hundred-thousand-likes", "Beloved", "Be given 100,000 likes", _ENGAGEMENT,
                Rarity.LEGENDARY, Metric.LIKES, 100_000, 1_000),
    Achievement("thousand-visits", "Open house", "Be visited 1,000 times", _ENGAGEMENT, Rarity.EPIC,
                Metric.VIEWS, 1_000, 100, is_secret=True),
    Achievement("level-ten", "Well on the way", "Reach level 10", _ENGAGEMENT, Rarity.RARE,
                LEVEL, 10, 0),
    Achievement("level-fifty", "Half the sky", "Reach level 50", _ENGAGEMENT, Rarity.LEGENDARY,
                LEVEL, 50, 0, is_secret=True),
    Achievement("first-gift", "Gifted", "Be given a gift", _MONEY, Rarity.RARE,
                Metric.GIFTS, 1, 20),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """How far a user has come."""

    earned: int = 0
    """Experience of all days, each within its cap."""
    totals: Counts = field(default_factory=dict)
    awarded: Mapping[str, datetime] = field(default_factory=dict)
    """When each achievement was reached, by its id."""
    top_level: int = 1
    """The highest level ever told; a level lost and won again is no news."""

    @property
    def experience(self) -> int:
        """All there is."""
        return self.earned + sum(one.points for one in CATALOGUE if one.id in self.awarded)

    @property
    def level(self) -> int:
        """What it amounts to."""
        return level_of(self.experience)

    def measure(self, metric: str) -> int:
        """How much of a metric an achievement asks about."""
        return self.level if metric == LEVEL else self.totals.get(metric, 0)

    def progress(self, achievement: Achievement) -> int:
        """0 to 100; 100 for good once it was reached."""
        if achievement.id in self.awarded:
            return 100
        return min(99, max(0, self.measure(achievement.metric) * 100 // achievement.goal))


def threshold(level: int) -> int:
    """The experience at which a level (1 to 100) begins."""
    for (low, start), (high, end) in pairwise(LEVEL_ANCHORS):
        if low <= level <= high:
            return start + (level - low) * (end - start) // (high - low)
    raise ValueError(f"There are levels 1 to {LEVEL_MAX}")


def level_of(experience: int) -> int:
    """The level of so much experience, 1 to 100."""
    for (low, start), (high, end) in pairwise(LEVEL_ANCHORS):
        if experience < end:
            return low + max(0, experience - start) * (high - low) // (end - start)
    return LEVEL_MAX


def within_cap(points: int) -> int:
    """What a day's experience counts for."""
    return max(0, min(points, DAILY_CAP))


def settle(summary: Summary, before: Counts, after: Counts, at: datetime) -> Summary:
    """The summary once a day that had stood at `before` stands at `after`.

    Only the sums of days decide, so the order in which events arrive, and how late, changes nothing.
    """
    totals = {
        metric: summary.totals.get(metric, 0) + after.get(metric, 0) - before.get(metric, 0)
        for metric in summary.totals.keys() | before.keys() | after.keys()
    }
    gained = within_cap(after.get(Metric.POINTS, 0)) - within_cap(before.get(Metric.POINTS, 0))
    settled = _award(replace(summary, earned=summary.earned + gained, totals=totals), at)
    return replace(settled, top_level=max(settled.top_level, settled.level))


def _award(summary: Summary, at: datetime) -> Summary:
    """With every achievement that is reached now; one may give what another asks for."""
    reached = {
        one.id: at
        for one in CATALOGUE
        if one.id not in summary.awarded and summary.measure(one.metric) >= one.goal
    }
    if not reached:
        return summary
    return _award(replace(summary, awarded={**summary.awarded, **reached}), at)
