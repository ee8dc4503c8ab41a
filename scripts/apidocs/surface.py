"""What the deployed functions declare, in terms that no longer know Python."""

from __future__ import annotations

import dataclasses
import types
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from string import Formatter
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import main
from spaktok.core import standing
from spaktok.core.encode import camel
from spaktok.core.endpoint.declaration import AppCheck, Call, Declaration, Job, Schedule, declared
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
    InvalidRequest,
    TooManyRequests,
    TryAgain,
    SystemFailure,
)
"""What any call may answer."""

_FACTS: dict[type[Refusal], dict[str, str]] = {
    InvalidRequest: {"field": "string", "rule": "string"},
    TooManyRequests: {"retryAfterMs": "number"},
    SystemFailure: {"requestId": "string"},
}


@dataclass(frozen=True)
class Shape:
    """A type: a TypeScript expression, which Markdown shows as it is."""

    text: str
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A field of a request or of an answer."""

    name: str
    shape: Shape
    required: bool = True
    default: Any = None
    about: str = ""


@dataclass(frozen=True)
class Record:
    """A named collection of fields."""

    name: str
    about: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Choice:
    """A named set of texts."""

    name: str
    about: str
    values: tuple[str, ...]


@dataclass
class Names:
    """Every named type, each name once. Raises `ValueError` where two types share one."""

    known: dict[str, Record | Choice] = field(default_factory=dict)

    def add(self, kind: Record | Choice) -> None:
        """Register a type; the same one again is no news."""
        if self.known.setdefault(kind.name, kind) != kind:
            raise ValueError(f"Two different types are named {kind.name}: rename one of them")


@dataclass(frozen=True)
class Operation:
    """One callable."""

    call: Call
    request: Record
    answer: Shape
    answer_record: Record | None

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
    def feature(self) -> str:
        """The feature that has it."""
        return self.call.module.split(".")[1]


@dataclass(frozen=True)
class Surface:
    """Everything there is to describe."""

    operations: tuple[Operation, ...]
    work: tuple[Declaration, ...]
    names: Names

    @property
    def refusals(self) -> tuple[type[Refusal], ...]:
        """Every refusal that some call may answer."""
        found = {kind for operation in self.operations for kind in operation.refusals}
        return tuple(sorted(found | set(EVERYWHERE), key=lambda kind: kind.error()))


def read() -> Surface:
    """Import every function and look at what it declares."""
    names = Names()
    operations: list[Operation] = []
    work: list[Declaration] = []
    for functions in main.FUNCTIONS.values():
        for name in functions:
            found = declared(getattr(main, name))
            if isinstance(found, Call):
                operations.append(_operation(found, names))
            else:
                work.append(found)
    return Surface(tuple(operations), tuple(work), names)


def facts(kind: type[Refusal]) -> dict[str, str]:
    """What a refusal tells besides its name and sentence: name → TypeScript type."""
    if kind in _FACTS:
        return _FACTS[kind]
    named = [name for _, name, _, _ in Formatter().parse(kind.message) if name]
    return dict.fromkeys(named, "string | number | boolean")


def when(work: Declaration) -> str:
    """What starts a function that no client calls."""
    match work:
        case Job():
            return f"task, at most {work.rate} a second"
        case Schedule():
            return work.when
        case _:
            return "a stored object"


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
    if call.recent_sign_in:
        who += "; signed in during the last 5 minutes"
    app = {
        AppCheck.OFF: "; no App Check",
        AppCheck.REQUIRED: "",
        AppCheck.ONCE: "; each App Check token once",
    }
    return who + app[call.app_check]


def _operation(call: Call, names: Names) -> Operation:
    request = _request(call, names)
    names.add(request)
    answer = _shape(call.response, names)
    found = names.known.get(answer.text)
    return Operation(call, request, answer, found if isinstance(found, Record) else None)


def _request(call: Call, names: Names) -> Record:
    schema = call.request.model_json_schema()
    for name, definition in schema.get("$defs", {}).items():
        names.add(Choice(name, _first(definition.get("description")), tuple(definition["enum"])))
    members = tuple(
        Member(
            name=name,
            shape=_schema(shape),
            required=name in schema.get("required", ()),
            default=shape.get("default"),
            about=_about(shape),
        )
        for name, shape in schema.get("properties", {}).items()
    )
    return Record(schema["title"], _first(schema.get("description")), members)


def _schema(shape: dict[str, Any]) -> Shape:
    if "$ref" in shape:
        return Shape(shape["$ref"].rsplit("/", 1)[-1])
    if "enum" in shape:
        return Shape(" | ".join(f'"{value}"' for value in shape["enum"]))
    if "const" in shape:
        return Shape(f'"{shape["const"]}"')
    if "anyOf" in shape:
        parts = [_schema(one) for one in shape["anyOf"]]
        bounds = tuple(bound for part in parts for bound in part.bounds)
        return Shape(" | ".join(part.text for part in parts), bounds)
    if shape["type"] == "array":
        item = _schema(shape["items"])
        text = f"({item.text})[]" if " | " in item.text else f"{item.text}[]"
        return Shape(text, (*_bounds(shape), *(f"each {bound}" for bound in item.bounds)))
    plain = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
    return Shape(plain.get(shape["type"], "null"), _bounds(shape))


def _bounds(shape: dict[str, Any]) -> tuple[str, ...]:
    words = {
        "pattern": "matches `{}`",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minItems": "at least {} items",
        "maxItems": "at most {} items",
    }
    whole = ("a whole number",) if shape["type"] == "integer" else ()
    return (*whole, *(text.format(shape[key]) for key, text in words.items() if key in shape))


def _about(shape: dict[str, Any]) -> str:
    if "description" in shape:
        return str(shape["description"])
    return next((one["description"] for one in shape.get("anyOf", ()) if "description" in one), "")


def _shape(kind: Any, names: Names) -> Shape:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return Shape(" | ".join(_shape(part, names).text for part in parts))
    if origin is Literal:
        return Shape(" | ".join(f'"{value}"' for value in parts))
    if origin in (list, tuple, set, frozenset):
        item = _shape(parts[0], names).text
        return Shape(f"({item})[]" if " | " in item else f"{item}[]")
    if origin is dict:
        return Shape(f"Record<string, {_shape(parts[1], names).text}>")
    return _plain(getattr(kind, "__supertype__", kind), names)


def _plain(kind: Any, names: Names) -> Shape:
    simple = {str: "string", int: "number", float: "number", bool: "boolean", datetime: "Instant"}
    if kind in simple:
        return Shape(simple[kind])
    if kind in (None, types.NoneType):
        return Shape("null")
    if isinstance(kind, type) and issubclass(kind, Enum):
        values = tuple(str(one.value) for one in kind)
        names.add(Choice(kind.__name__, _first(kind.__doc__), values))
        return Shape(kind.__name__)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        members = tuple(
            Member(camel(one.name), _shape(hints[one.name], names))
            for one in dataclasses.fields(kind)
        )
        names.add(Record(kind.__name__, _first(kind.__doc__), members))
        return Shape(kind.__name__)
    raise ValueError(f"{kind!r} has no form in an answer")


def _first(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())
