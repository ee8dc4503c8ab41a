"""The Python types of requests and answers: which there are, their names, what each looks like."""

from __future__ import annotations

import dataclasses
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from apidocs import schema
from apidocs.terms import Choice, Member, Record, Shape, array, first, literal, mapping, row, union
from spaktok.core.encode import camel

Names = Mapping[type, str]
"""What each named type is called."""

_PLAIN = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    datetime: "Instant",
    types.NoneType: "null",
}


def reachable(annotations: Iterable[Any]) -> list[type]:
    """Every dataclass, model and enumeration that these are made of, each once."""
    found: dict[type, None] = {}
    waiting = list(annotations)
    while waiting:
        kind = waiting.pop(0)
        waiting.extend(get_args(kind))
        if _named(kind) and kind not in found:
            found[kind] = None
            waiting.extend(_hints(kind).values())
    return list(found)


def name(kinds: Iterable[type], taken: Iterable[str]) -> dict[type, str]:
    """A name for each: its own, or `OwnInFeature` where the own one is not unique.

    Raises `ValueError` where even that leaves two of one name.
    """
    kinds = list(kinds)
    often = Counter([kind.__name__ for kind in kinds] + list(taken))
    names = {
        kind: kind.__name__
        if often[kind.__name__] == 1
        else f"{kind.__name__}In{kind.__module__.split('.')[1].capitalize()}"
        for kind in kinds
    }
    for one, times in Counter([*names.values(), *taken]).items():
        if times > 1 and one in names.values():
            raise ValueError(f"Two different types are named {one}: rename one of them")
    return names


def describe(kind: type, names: Names) -> Record | Choice:
    """The declaration of a named type."""
    about = first(kind.__doc__)
    if issubclass(kind, Enum):
        return Choice(names[kind], about, tuple(one.value for one in kind))
    if issubclass(kind, BaseModel):
        inner = {one.__name__: names[one] for one in reachable([kind])}
        return Record(names[kind], about, schema.members(kind.model_json_schema(), inner))
    members = tuple(Member(camel(field), shape(hint, names)) for field, hint in _fields(kind))
    return Record(names[kind], about, members)


def shape(kind: Any, names: Names) -> Shape:
    """The form in which `core.encode` sends a value of this type.

    Raises `ValueError` for a type that it does not send.
    """
    origin, parts = get_origin(kind), get_args(kind)
    kind = getattr(kind, "__supertype__", kind)
    if origin in (Union, types.UnionType):
        return union(shape(part, names) for part in parts)
    if origin is Literal:
        return union(Shape(literal(part)) for part in parts)
    if origin is tuple and parts[-1] is not Ellipsis:
        return row(shape(part, names) for part in parts)
    if origin in (list, tuple, set, frozenset):
        return array(shape(parts[0], names))
    if origin is dict:
        return mapping(shape(parts[1], names))
    if kind in names:
        return Shape(names[kind])
    if kind is None or kind in _PLAIN:
        return Shape(_PLAIN[kind or types.NoneType])
    raise ValueError(f"{kind!r} has no form in an answer")


def _named(kind: Any) -> TypeGuard[type]:
    if not isinstance(kind, type):
        return False
    return dataclasses.is_dataclass(kind) or issubclass(kind, Enum | BaseModel)


def _hints(kind: type) -> dict[str, Any]:
    if issubclass(kind, BaseModel):
        return {field: told.annotation for field, told in kind.model_fields.items()}
    return dict(_fields(kind))


def _fields(kind: Any) -> Iterator[tuple[str, Any]]:
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        yield from ((field.name, hints[field.name]) for field in dataclasses.fields(kind))
