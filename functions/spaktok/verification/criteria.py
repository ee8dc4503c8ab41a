"""Who may ask for the badge. Data, and one pure function over measured facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FOLLOWERS_MIN: Final = 10_000
VIEWS_MIN: Final = 100_000
VIDEOS_MIN: Final = 5
POSTED_WITHIN: Final = timedelta(days=30)
ASK_AGAIN_AFTER: Final = timedelta(days=30)
"""After a refusal."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is measured about an account, at the moment it asks."""

    followers: int
    views: int
    videos: int
    last_posted_at: datetime | None
    complete: bool
    """A display name, a bio and a photo."""
    violations: bool
    """A ban, be it over, or a video that was removed."""


def missing(facts: Facts, at: datetime) -> list[str]:
    """What the account lacks, in words for its owner; empty where it may ask."""
    recent = facts.last_posted_at is not None and at - facts.last_posted_at <= POSTED_WITHIN
    checks = (
        (facts.followers >= FOLLOWERS_MIN, f"{FOLLOWERS_MIN:,} followers"),
        (facts.views >= VIEWS_MIN, f"{VIEWS_MIN:,} views"),
        (facts.videos >= VIDEOS_MIN, f"{VIDEOS_MIN} videos"),
        (recent, f"a video of the last {POSTED_WITHIN.days} days"),
        (facts.complete, "a name, a bio and a photo"),
        (not facts.violations, "an account without violations"),
    )
    return [name for holds, name in checks if not holds]
