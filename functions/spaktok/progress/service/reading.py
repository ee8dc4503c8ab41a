"""What a user and their visitors read of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from spaktok.core import clock
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.progress import store
from spaktok.progress.model import CATALOGUE, SOURCES, Category, Metric, Rarity, threshold
from spaktok.progress.model import LEVEL_MAX as _LEVEL_MAX
from spaktok.progress.model import Achievement as _Achievement
from spaktok.progress.model import Summary as _Summary
from spaktok.users import lookup as people
from spaktok.users import store as users
from spaktok.users.relation import Visibility, can_view


@dataclass(frozen=True, slots=True)
class Reach:
    """What happened to a profile, on one day or on all that were asked for."""

    views: int
    followers_gained: int
    followers_lost: int
    likes: int
    comments: int
    videos: int
    """That were published."""
    video_views: int
    by_source: dict[str, int]
    """Views by where the visitors came from."""


@dataclass(frozen=True, slots=True)
class DayReach:
    """A day of UTC."""

    date: str
    unique_viewers: int
    """The same as its views: a visitor is counted once a day."""
    reach: Reach


@dataclass(frozen=True, slots=True)
class Content:
    """What stands published, and what it has brought since the beginning."""

    videos: int
    likes: int
    video_views: int
    """Of all that ever stood published: unlike the videos, these are not taken back by a deletion, so
    there is no average of them."""
    likes_per_video: float
    """To the hundredth; 0 where there is no video."""


@dataclass(frozen=True, slots=True)
class Analytics:
    """The owner's view of their profile, the oldest day first."""

    total: Reach
    days: list[DayReach]
    content: Content


@dataclass(frozen=True, slots=True)
class AchievementView:
    """An achievement, as whoever asks may see it."""

    achievement_id: str
    name: str
    description: str
    category: Category
    rarity: Rarity
    points: int
    progress: int
    """0 to 100."""
    earned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a user has come."""

    user_id: UserId
    level: int
    achievements: list[AchievementView]
    experience: int | None
    """Of the caller only, as is the next."""
    next_level_at: int | None
    """The experience at which the next level begins; None on the last."""


def analytics(caller: UserId, target: str | None, days: int) -> Analytics:
    """The caller's own reach over the last `days` days of UTC: a read a day and one more, one RPC.

    Whoever asks for somebody else's is answered `NotFound` without a look, whether or not they exist.
    """
    if target is not None and target != caller:
        raise NotFound
    today = clock.now().date()
    dates = [(today - timedelta(days=back)).isoformat() for back in reversed(range(days))]
    summary, *found = users.read(
        [store.summary_ref(caller), *(store.day_ref(caller, date) for date in dates)]
    )
    counted = [store.counts(snapshot.to_dict() or {}) for snapshot in found]
    total = {metric: sum(one[metric] for one in counted) for metric in store.METRICS}
    return Analytics(
        total=_reach(total),
        days=[
            DayReach(date, one[Metric.VIEWS], _reach(one))
            for date, one in zip(dates, counted, strict=True)
        ],
        content=_content(store.decode_summary(summary)),
    )


def achievements(viewer: UserId, user_id: UserId) -> Standing:
    """What a user has reached: one read of one's own, three of another's.

    Of a private account only followers learn it. Raises `NotFound`.
    """
    if viewer == user_id:
        summary = store.decode_summary(store.summary_ref(user_id).get())
        return Standing(
            user_id=user_id,
            level=summary.level,
            achievements=[
                _view(one, summary)
                for one in CATALOGUE
                if one.id in summary.awarded or not one.is_secret
            ],
            experience=summary.experience,
            next_level_at=_next(summary.level),
        )
    card, relation = people.load(viewer, user_id)
    summary = store.decode_summary(store.summary_ref(user_id).get())
    open_to = can_view(relation, Visibility.PUBLIC, owner_private=card.is_private)
    return Standing(
        user_id=user_id,
        level=card.level,
        achievements=[
            _view(one, summary) for one in CATALOGUE if open_to and one.id in summary.awarded
        ],
        experience=None,
        next_level_at=None,
    )


def _reach(counted: Any) -> Reach:
    return Reach(
        views=counted[Metric.VIEWS],
        followers_gained=counted[Metric.FOLLOWERS_GAINED],
        followers_lost=counted[Metric.FOLLOWERS_LOST],
        likes=counted[Metric.LIKES],
        comments=counted[Metric.COMMENTS],
        videos=counted[Metric.VIDEOS],
        video_views=counted[Metric.VIDEO_VIEWS],
        by_source={source.value: counted[metric] for source, metric in SOURCES.items()},
    )


def _content(summary: _Summary) -> Content:
    videos, likes, views = (
        summary.measure(metric) for metric in (Metric.VIDEOS, Metric.LIKES, Metric.VIDEO_VIEWS)
    )
    return Content(
        videos=videos,
        likes=likes,
        video_views=views,
        likes_per_video=round(likes / videos, 2) if videos > 0 else 0.0,
    )


def _view(achievement: _Achievement, summary: _Summary) -> AchievementView:
    return AchievementView(
        achievement_id=achievement.id,
        name=achievement.name,
        description=achievement.description,
        category=achievement.category,
        rarity=achievement.rarity,
        points=achievement.points,
        progress=summary.progress(achievement),
        earned_at=summary.awarded.get(achievement.id),
    )


def _next(level: int) -> int | None:
    return threshold(level + 1) if level < _LEVEL_MAX else None
