"""What clients may ask of progress."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Request, Uid
from spaktok.progress.model import Source

DAYS_MAX = 30


class RecordProfileView(Request):
    """Say that the caller looks at a profile."""

    user_id: Uid
    source: Annotated[Source, Field(strict=False)] = Source.DIRECT


class GetProfileAnalytics(Request):
    """Read the caller's own reach, by day."""

    days: Annotated[int, Field(ge=1, le=DAYS_MAX, description="Today and the days before it.")] = (
        DAYS_MAX
    )
    target_user_id: Annotated[
        Uid | None, Field(description="The caller; anyone else is not found.")
    ] = None


class SetAchievementDisplayed(Request):
    """Show an achievement of the caller's as a badge, or hide it."""

    achievement_id: Annotated[str, Field(pattern=r"^[a-z]+(?:-[a-z]+)*$", max_length=40)]
    displayed: bool


class GetUserAchievements(Request):
    """List what a user has reached; for the caller, also how far the rest is."""

    user_id: Annotated[Uid | None, Field(description="The caller, where it is left out.")] = None
