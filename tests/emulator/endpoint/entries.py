"""Functions declared for these tests, one a shape of declaration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from spaktok.core import clients, clock
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.endpoint.declaration import AppCheck
from spaktok.core.limits import Limit
from spaktok.core.refusal import (
    Code,
    KeyReused,
    NotFound,
    PermissionDenied,
    Refusal,
    SystemFailure,
    TryAgain,
)
from spaktok.core.shape import Nothing, Request, Uid


class OutOfStock(Refusal):
    """There are fewer left than were asked for."""

    code = Code.FAILED_PRECONDITION
    message = "Only {left} left"


class ProviderDown(Refusal):
    """A service of somebody else's is not there."""

    code = Code.UNAVAILABLE
    message = "Try again in a minute"


class Size(StrEnum):
    """How much."""

    SMALL = "small"


class Order(Request):
    """Order something."""

    target_user_id: Uid
    count: Annotated[int, Field(ge=1, le=9)]
    note: Annotated[str, Field(max_length=20)] = ""


@dataclass(frozen=True)
class Receipt:
    """What was ordered."""

    order_id: str
    count: int
    size: Size
    ordered_at: datetime
    note: str | None
    tags: tuple[str, ...]


@call(Order, message="Ordered", profile=False)
def order(caller: Caller, request: Order) -> Receipt:
    """Order something."""
    return Receipt("o-1", request.count, Size.SMALL, clock.now(), None, ("a", "b"))


REFUSALS: dict[str, Refusal] = {
    "out-of-stock": OutOfStock(left=3),
    "not-found": NotFound(),
    "permission-denied": PermissionDenied(),
    "key-reused": KeyReused(),
    "try-again": TryAgain(),
    "provider-down": ProviderDown(),
    "system-failure": SystemFailure(requestId="r"),
}


class Refuse(Request):
    """Be refused."""

    how: str


@call(Refuse, profile=False)
def refuse(caller: Caller, request: Refuse) -> None:
    """Say no in the way that is asked for."""
    raise REFUSALS[request.how]


@call(Nothing, profile=False)
def fail(caller: Caller, request: Nothing) -> None:
    """Have a bug."""
    raise RuntimeError(f"bug at /srv/secret/path of {caller.request_id}")


@dataclass(frozen=True)
class Odd:
    """A number that JSON has not."""

    number: float


@call(Nothing, profile=False)
def unspeakable(caller: Caller, request: Nothing) -> Odd:
    """Answer what can't be said."""
    return Odd(float("nan"))


@call(Nothing)
def browse(caller: Caller, request: Nothing) -> None:
    """An ordinary call, which wants a profile."""


@call(Nothing, sensitive=True)
def pay(caller: Caller, request: Nothing) -> None:
    """A sensitive call."""


@call(Nothing, roles=(Role.MODERATOR, Role.ADMIN))
def moderate(caller: Caller, request: Nothing) -> None:
    """For staff."""


@call(Nothing, sensitive=True, recent_sign_in=True)
def changeEmail(caller: Caller, request: Nothing) -> None:
    """Wants a fresh sign-in."""


@call(Nothing, profile=False, limit=Limit(3, 60))
def limited(caller: Caller, request: Nothing) -> None:
    """Three a minute."""


@call(Nothing, profile=False, app_check=AppCheck.ONCE)
def buy(caller: Caller, request: Nothing) -> None:
    """Each App Check token counts once."""


@call(Order)
def remember(caller: Caller, request: Order) -> None:
    """Write what was sent, to see what the log says of it."""
    clients.db().collection("orders").document(caller.uid).set({"note": request.note})
