"""What clients and tasks may ask of the graph."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Line, Request, Uid

REASON_MAX = 200


class FollowUser(Request):
    """Follow a user."""

    target_user_id: Uid


class UnfollowUser(Request):
    """Stop following a user."""

    target_user_id: Uid


class BlockUser(Request):
    """Block a user: neither exists for the other any more."""

    target_user_id: Uid
    reason: Annotated[Line, Field(max_length=REASON_MAX)] | None = None


class UnblockUser(Request):
    """Take a block back. Follows it ended stay ended."""

    target_user_id: Uid


class CountFollowing(Request):
    """A task: count whom a user follows."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    run_at: Annotated[datetime, Field(strict=False)]


class SeverTies(Request):
    """A task: end the follows between two users that a block ended."""

    one: Annotated[str, Field(pattern=ID_PATTERN)]
    other: Annotated[str, Field(pattern=ID_PATTERN)]
    at: Annotated[datetime, Field(strict=False)]
