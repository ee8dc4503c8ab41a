"""What clients may ask of discovery."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, PageSize, Request
from spaktok.videos.model import fold_hashtag


class Order(StrEnum):
    """The order of a hashtag's or a sound's videos."""

    TRENDING = "trending"
    """What trends, and then the most viewed."""
    RECENT = "recent"
    POPULAR = "popular"


def _folded(tag: str) -> str:
    folded = fold_hashtag(tag)
    if folded is None:
        raise ValueError("must be letters, digits and inner underscores, at most 50")
    return folded


class GetTrendingVideos(Request):
    """List the videos that trend, best first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class GetTrendingHashtags(Request):
    """List the hashtags that trend, best first."""

    limit: PageSize = 20


class GetTrendingSounds(Request):
    """List the sounds that trend, best first."""

    limit: PageSize = 20


class GetVideosByHashtag(Request):
    """List a hashtag's videos."""

    hashtag: Annotated[str, Field(max_length=64), AfterValidator(_folded)]
    order: Annotated[Order, Field(strict=False)] = Order.TRENDING
    limit: PageSize = 20
    cursor: Cursor | None = None


class GetVideosBySound(Request):
    """List a sound's videos."""

    sound_id: Annotated[str, Field(pattern=ID_PATTERN, description="A sound's id.")]
    order: Annotated[Order, Field(strict=False)] = Order.TRENDING
    limit: PageSize = 20
    cursor: Cursor | None = None
