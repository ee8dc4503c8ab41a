"""What clients and tasks may ask of the feed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, PageSize, Request, Vid


class GetUserFeed(Request):
    """Read the caller's feed of followed accounts, newest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class FanOutVideo(Request):
    """A task: carry a published video to followers; to those of one shard, where it is named."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid
    shard: Annotated[int, Field(ge=0)] | None = None
    shards: Annotated[int, Field(ge=1)] = 1
    """How many there were when the video went out."""


class ApplyVideoChange(Request):
    """A task: bring a video's cards to where its audience now is; in one shard, where it is named."""

    owner: Annotated[str, Field(pattern=ID_PATTERN)]
    video_id: Vid
    epoch: Annotated[int, Field(ge=0)]
    """The `audienceEpoch` that the change made."""
    shard: Annotated[int, Field(ge=0)] | None = None
    shards: Annotated[int, Field(ge=1)] = 1


class TrimInbox(Request):
    """A task: forget the oldest cards of an inbox that grew too long."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class RefreshAuthorCard(Request):
    """A task: bring the copies of a user's name and photo to their card's."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
