"""What clients may ask of search."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Request

QUERY_MAX = 100


class SearchUsers(Request):
    """Find users by handle or name: by how they begin, or nearly so."""

    query: Annotated[str, Field(min_length=1, max_length=QUERY_MAX)]
    limit: Annotated[
        int, Field(ge=5, le=50, description="The most results on the page; it may hold fewer.")
    ] = 20
    cursor: Cursor | None = None


class Uploaded(StrEnum):
    """How long ago a video was published, at most."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


Query = Annotated[str, Field(min_length=1, max_length=QUERY_MAX)]
Results = Annotated[
    int, Field(ge=5, le=50, description="The most results on the page; it may hold fewer.")
]
Seconds = Annotated[int, Field(ge=0, le=86_400, description="Seconds.")]


class SearchVideos(Request):
    """Find public videos by caption, hashtag or owner's handle: by how words begin, or nearly so."""

    query: Query
    limit: Results = 20
    cursor: Cursor | None = None
    uploaded: Annotated[Uploaded, Field(strict=False)] | None = None
    duration_min: Seconds | None = None
    duration_max: Seconds | None = None


class SearchHashtags(Request):
    """Find hashtags by how they begin, or nearly so."""

    query: Query
    limit: Results = 20
    cursor: Cursor | None = None


class SearchSounds(Request):
    """Find sounds by name or artist."""

    query: Query
    limit: Results = 20
    cursor: Cursor | None = None


class ReindexVideos(Request):
    """A task: put a user's videos into the index anew, from the video after `after` on."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    after: Annotated[str, Field(max_length=160)] | None = None


class ReindexUsers(Request):
    """A task: put everyone into the index anew, from the user after `after` on."""

    run: Annotated[str, Field(max_length=64)]
    after: Annotated[str, Field(max_length=160)] | None = None
