"""What clients and tasks may ask of views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, Request, Vid
from spaktok.views.model import BATCH_MAX, Source

Seconds = Annotated[
    float, Field(ge=0, le=86_400, allow_inf_nan=False, description="Seconds; fractions are fine.")
]
Rate = Annotated[
    float,
    Field(
        ge=0, le=100, allow_inf_nan=False, description="Not looked at: it follows from the time."
    ),
]


class Play(Request):
    """One play of a video."""

    video_id: Vid
    watch_time: Seconds
    completion_rate: Rate | None = None
    source: Annotated[Source, Field(strict=False)] = Source.FEED


class RecordVideoViews(Keyed):
    """Report what was watched since the last report."""

    plays: Annotated[list[Play], Field(min_length=1, max_length=BATCH_MAX)]
    continuation: Cursor | None = None
    """What the last report was answered with: it proves how much time has passed."""


class RecordVideoView(Keyed):
    """Report one play. Apps send them together, by `recordVideoViews`."""

    video_id: Vid
    watch_time: Seconds
    completion_rate: Rate | None = None
    source: Annotated[Source, Field(strict=False)] = Source.FEED


class GetVideoAnalytics(Request):
    """Read how a video of one's own is watched."""

    video_id: Vid


class RollUpViews(Request):
    """A task: count the batches of one bucket."""

    bucket: Annotated[int, Field(ge=0, le=1023)]
    at: Annotated[datetime, Field(strict=False)]


class RollUpEngagement(Request):
    """A task: count what people did with videos."""


class RecountViews(Request):
    """A task: count a video's views anew, from the batches."""

    video_id: Vid


class AttributeFollow(Request):
    """A task: note which video won a follower."""

    follower: Annotated[str, Field(pattern=ID_PATTERN)]
    followed: Annotated[str, Field(pattern=ID_PATTERN)]
    at: Annotated[datetime, Field(strict=False)]


class TrimInterests(Request):
    """A task: forget the weakest of a user's interests where they have grown too many."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class SettleStanding(Request):
    """A task: have a user's engagement count or not, as their account stands."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    run_at: Annotated[datetime, Field(strict=False)]
