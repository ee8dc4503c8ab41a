"""What a function declares about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from spaktok.core import config, keys
from spaktok.core.caller import PRIVILEGED, Role
from spaktok.core.limits import Limit
from spaktok.core.refusal import Refusal


class AppCheck(StrEnum):
    """Whether a request must prove that it comes from the genuine app."""

    OFF = "off"
    REQUIRED = "required"
    ONCE = "once"
    """Each App Check token is accepted a single time, against replay."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What every kind of function has."""

    name: str
    doc: str
    module: str
    size: config.Size
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call(Declaration):
    """A function that clients call."""

    request: type[BaseModel] = BaseModel
    response: Any = None
    """The annotation of what it returns, for the reference and the client package."""
    message: str = "OK"
    profile: bool = True
    """Whether the caller must have made a profile."""
    roles: frozenset[Role] = field(default_factory=frozenset)
    """Any one of these; empty means every signed-in user."""
    sensitive: bool = False
    """Money, messages, publishing, live and anything privileged: the standing is read anew."""
    recent_sign_in: bool = False
    while_deactivated: bool = False
    """Whether an account that is away may call it: to return, to take its data, to go for good."""
    any_age: bool = False
    """Whether an account under the minimum age may call it: to have that reviewed. What an account
    that is away may call, it may too."""
    app_check: AppCheck = AppCheck.REQUIRED
    limit: Limit | None = None
    refusals: tuple[type[Refusal], ...] = ()
    cost: str = ""

    @property
    def privileged(self) -> bool:
        """Whether only staff may call it."""
        return bool(self.roles) and self.roles <= PRIVILEGED

    @property
    def fresh_standing(self) -> bool:
        """Whether a ban must count at once rather than within 30 seconds."""
        return self.sensitive or bool(self.roles & PRIVILEGED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a queue tries a task before it goes to the dead letters."""

    attempts_max: int
    backoff_max_s: int = 300
    """Of the waits between attempts, which begin with two seconds and double."""
    alarms: bool = False
    """Whether somebody is told of each task that failed to the last."""


USUAL: Final = Patience(attempts_max=5)
"""Half a minute."""
MONEY: Final = Patience(attempts_max=20, alarms=True)
"""An hour and three minutes: a provider may be away for longer than a client's patience."""


@dataclass(frozen=True, slots=True)
class Job(Declaration):
    """A Cloud Tasks handler."""

    request: type[BaseModel] = BaseModel
    rate: int = 100
    """Dispatches a second, and at a time."""
    patience: Patience = USUAL


@dataclass(frozen=True, slots=True)
class Schedule(Declaration):
    """Work that Cloud Scheduler starts."""

    when: str = ""


@dataclass(frozen=True, slots=True)
class Hook(Declaration):
    """A public address to which another company's servers send messages."""


@dataclass(frozen=True, slots=True)
class Event(Declaration):
    """A handler of stored objects or of written documents."""


_ATTRIBUTE = "__spaktok__"
D = TypeVar("D", bound=Declaration)


def declare(kind: type[D], handler: Callable[..., Any], **more: Any) -> D:
    """The declaration of a handler, under whose name and docstring its entry point is deployed."""
    doc = (handler.__doc__ or "").strip()
    return kind(name=handler.__name__, doc=doc, module=handler.__module__, **more)


def attach(entry: Callable[..., Any], declaration: Declaration) -> None:
    """Remember on the entry point what it declared.

    An instance that is to serve it does not start with a secret that is not for here (a test key in
    production). Raises `RuntimeError`.
    """
    if config.serves(declaration.name):
        keys.check(declaration.secrets)
    setattr(entry, _ATTRIBUTE, declaration)


def declared(entry: Callable[..., Any]) -> Declaration:
    """The declaration of an entry point. Raises `TypeError` for any other function."""
    found = getattr(entry, _ATTRIBUTE, None)
    if not isinstance(found, Declaration):
        raise TypeError(f"{entry!r} is no entry point")
    return found
