"""What the staff may ask of trends."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from spaktok.core.shape import Cursor, Line, PageSize, Request
from spaktok.trends.model import TrendKind
from spaktok.users import text

NAME_MAX = 200


class DecideTrend(Request):
    """Say whether something may trend, with a reason for the record."""

    kind: Annotated[TrendKind, Field(strict=False)]
    name: Annotated[
        str,
        Field(min_length=1, max_length=NAME_MAX, description="A video's or sound's id, or a tag."),
    ]
    reason: Annotated[Line, AfterValidator(text.line), Field(max_length=300)]


class HoldTrend(DecideTrend):
    """Keep something from trending."""


class ReleaseTrend(DecideTrend):
    """Let something trend."""


class GetTrendCandidates(Request):
    """List what could trend and nobody has looked at, the longest known first."""

    kind: Annotated[TrendKind, Field(strict=False)]
    limit: PageSize = 20
    cursor: Cursor | None = None
