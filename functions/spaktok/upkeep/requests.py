"""What tasks may ask of upkeep."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Request


class RollUpCounters(Request):
    """A task: write the sums of a document's shards into it."""

    path: Annotated[str, Field(pattern=r"^[a-zA-Z]+/[A-Za-z0-9-]+$")]
    fields: list[str]
    run_at: Annotated[datetime, Field(strict=False)]
