"""What tasks may ask of upkeep."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Request


class RollUpCounters(Request):
    """A task: write the sums of a document's shards into it."""

    path: Annotated[str, Field(pattern=r"^[a-zA-Z]+/[A-Za-z0-9-]+(/[a-zA-Z]+/[A-Za-z0-9-]+)?$")]
    fields: list[str]
    run_at: Annotated[datetime, Field(strict=False)]


class SealedUpTo(Request):
    """Where a page of sealed fields ended."""

    version: int
    path: str


class RotateSealedFields(Request):
    """A task: seal a page of a collection under the newest key."""

    collection: Annotated[str, Field(pattern=r"^[a-zA-Z]+$")]
    day: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    after: SealedUpTo | None
