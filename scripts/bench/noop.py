"""A callable that does nothing, declared as every one of ours is: what remains is the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.shape import Request, Uid


class Ask(Request):
    """A request like most: an id, a choice of how much, a text."""

    user_id: Uid
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    text: Annotated[str, Field(max_length=100)] = ""


@dataclass(frozen=True)
class Said:
    """An answer like most."""

    user_id: str
    text: str


@call(Ask, limit=per_minute(1_000_000))
def noop(caller: Caller, request: Ask) -> Said:
    """Answer what was sent."""
    return Said(caller.uid, request.text)
