"""What trends, and how much: values and pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class TrendKind(StrEnum):
    """What can trend."""

    VIDEOS = "videos"
    HASHTAGS = "hashtags"
    SOUNDS = "sounds"


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
    comments: int
    shares: int
    views: int


@dataclass(frozen=True, slots=True)
class TrendingTopic:
    """A hashtag (`name` is the folded tag) or a sound (`name` is its id) that trends."""

    name: str
    score: float
    viewers: int


@dataclass(frozen=True, slots=True)
class Trends(Generic[T]):
    """A list of what trends, best first."""

    items: tuple[T, ...] = ()
    computed_at: datetime | None = None
    """None where none was made yet."""
