"""What the deployed functions declare, in terms that no longer know Python."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any, get_type_hints

import main
from apidocs import kinds
from apidocs.terms import Known, Record, Shape
from spaktok.core import standing
from spaktok.core.encode import camel
from spaktok.core.endpoint.declaration import (
    AppCheck,
    Call,
    Declaration,
    Hook,
    Job,
    Schedule,
    declared,
)
from spaktok.core.refusal import (
    AppCheckRequired,
    AuthenticationRequired,
    InvalidRequest,
    PermissionDenied,
    RecentSignInRequired,
    Refusal,
    SystemFailure,
    TooManyRequests,
    TryAgain,
)

EVERYWHERE: tuple[type[Refusal], ...] = (
    AuthenticationRequired,
    AppCheckRequired,
    standing.AccountSuspended,
    standing.AccountDeactivated,
    standing.AgeReviewRequired,
    InvalidRequest,
    TooManyRequests,
    TryAgain,
    SystemFailure,
)
"""What any call may answer, besides those that are open to whom the others refuse."""

RESERVED = (
    *("Answer", "AnyRefusal", "CallName", "Envelope", "Functions", "Instant", "Promise"),
    *("Record", "Refusal", "RefusalOf", "Refusals", "Spaktok"),
)
"""Names that the client package has already."""


@dataclass(frozen=True)
class Operation:
    """One callable."""

    call: Call
    request: Record
    answer: Shape

    @cached_property
    def refusals(self) -> tuple[type[Refusal], ...]:
        """What it may answer besides what every call may, in a stable order."""
        call = self.call
        own = set(call.refusals)
        if call.profile:
            own.add(standing.ProfileRequired)
        if call.roles:
            own.add(PermissionDenied)
        if call.recent_sign_in:
            own.add(RecentSignInRequired)
        return tuple(sorted(own - set(EVERYWHERE), key=lambda kind: kind.error()))

    @property
    def never(self) -> tuple[type[Refusal], ...]:
        """What it does not answer although the other calls may."""
        if self.call.while_deactivated:
            return (standing.AccountDeactivated, standing.AgeReviewRequired)
        return (standing.AgeReviewRequired,) if self.call.any_age else ()

    @property
    def feature(self) -> str:
        """The feature that has it."""
        return self.call.module.split(".")[1]


@dataclass(frozen=True)
class Work:
    """A function that no client calls."""

    name: str
    doc: str
    starts: str
    """What starts it, in words."""


@dataclass(frozen=True)
class Surface:
    """Everything there is to describe."""

    operations: tuple[Operation, ...]
    work: tuple[Work, ...]
    known: Known

    @cached_property
    def refusals(self) -> tuple[type[Refusal], ...]:
        """Every refusal that some call may answer."""
        found = {kind for operation in self.operations for kind in operation.refusals}
        return tuple(sorted(found | set(EVERYWHERE), key=lambda kind: kind.error()))


def read() -> Surface:
    """Import every function and look at what it declares."""
    calls: list[Call] = []
    work: list[Work] = []
    for functions in main.FUNCTIONS.values():
        for name in functions:
            entry = getattr(main, name)
            found = declared(entry)
            if isinstance(found, Call):
                calls.append(found)
            else:
                work.append(Work(found.name, found.doc, _starts(found, entry)))
    named = kinds.reachable(kind for call in calls for kind in (call.request, call.response))
    refusals = {kind.__name__ for call in calls for kind in (*call.refusals, *EVERYWHERE)}
    names = kinds.name(named, (*RESERVED, *refusals))
    known = {names[kind]: kinds.describe(kind, names) for kind in named}
    operations = tuple(_operation(call, names, known) for call in calls)
    return Surface(operations, tuple(work), known)


def facts(kind: type[Refusal]) -> dict[str, str]:
    """What a refusal tells besides its name and sentence: name → TypeScript type.

    Its constructor says so where it has one of its own, otherwise the braces of its sentence.
    """
    if kind is SystemFailure:
        return {"requestId": "string"}
    if "__init__" in vars(kind):
        told = get_type_hints(kind.__init__)
        told.pop("return", None)
        return {camel(name): kinds.shape(hint, {}).text for name, hint in told.items()}
    named = [name for _, name, _, _ in Formatter().parse(kind.message) if name]
    return dict.fromkeys(named, "string | number | boolean")


def limit(call: Call) -> str:
    """The rate limit in words."""
    if call.limit is None:
        return "none"
    window = {60: "a minute", 3600: "an hour", 86_400: "a day"}
    every = window.get(call.limit.window_s, f"in {call.limit.window_s} s")
    reach = "over all instances" if call.limit.counted else "on each instance"
    return f"{call.limit.count} {every}, {reach}"


def access(call: Call) -> str:
    """Who may call it, in words."""
    who = " or ".join(sorted(call.roles)) if call.roles else "any signed-in user"
    if not call.profile:
        who += ", with or without a profile"
    if call.while_deactivated:
        who += ", deactivated or of whatever age too"
    elif call.any_age:
        who += ", of whatever age too"
    if call.recent_sign_in:
        who += "; signed in during the last 5 minutes"
    app = {
        AppCheck.OFF: "; no App Check",
        AppCheck.REQUIRED: "",
        AppCheck.ONCE: "; each App Check token once",
    }
    return who + app[call.app_check]


def _operation(call: Call, names: kinds.Names, known: Known) -> Operation:
    request = known[names[call.request]]
    if not isinstance(request, Record):
        raise TypeError(f"{call.name} takes no object")
    return Operation(call, request, kinds.shape(call.response, names))


def _starts(work: Declaration, entry: Any) -> str:
    match work:
        case Job():
            return f"task, at most {work.rate} a second"
        case Schedule():
            return work.when
        case Hook():
            return "a provider's HTTPS request"
    patterns = entry.__firebase_endpoint__.eventTrigger.get("eventFilterPathPatterns", {})
    return f"a write of `{patterns['document']}`" if patterns else "a stored object"
