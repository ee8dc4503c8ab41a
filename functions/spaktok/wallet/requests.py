"""What the wallet may be asked, by clients and by its own tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from spaktok.core.shape import Request, Uid


class SweepIncome(Request):
    """Move a receiver's income into the wallet."""

    uid: Uid
    run_at: Annotated[datetime, Field(strict=False)]


class ReverseGifts(Request):
    """Have the gifts that a lot paid follow its refunds and disputes."""

    uid: Uid
    lot_id: Annotated[str, Field(min_length=1, max_length=64)]
