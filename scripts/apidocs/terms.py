"""The words a surface is described in: types, fields and named types, without any Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Shape:
    """A type: a TypeScript expression, which Markdown shows as it is, and the rules it is under."""

    text: str
    bounds: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """The identifiers in it, each once."""
        return list(dict.fromkeys(_NAME.findall(_TEXT.sub("", self.text))))


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
    """A named set of values."""

    name: str
    about: str
    values: tuple[str | int, ...]


Known = Mapping[str, Record | Choice]
"""Every named type, by its name."""


def records_in(shapes: Iterable[Shape], known: Known) -> Iterator[Record]:
    """The records that these types are made of, and those in turn; each once, outer ones first."""
    waiting = [name for shape in shapes for name in shape.names()]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        kind = known.get(name)
        if name in seen or not isinstance(kind, Record):
            continue
        seen.add(name)
        yield kind
        waiting.extend(inner for member in kind.members for inner in member.shape.names())


def literal(value: str | int | float | None) -> str:
    """A value as TypeScript writes it."""
    return json.dumps(value, ensure_ascii=False)


def union(shapes: Iterable[Shape]) -> Shape:
    """One of these; what is said twice is said once."""
    parts = list(shapes)
    text = " | ".join(dict.fromkeys(part.text for part in parts))
    return Shape(text, tuple(dict.fromkeys(bound for part in parts for bound in part.bounds)))


def array(item: Shape, bounds: tuple[str, ...] = ()) -> Shape:
    """Any number of these."""
    text = f"({item.text})[]" if " | " in item.text else f"{item.text}[]"
    return Shape(text, (*bounds, *(f"each {bound}" for bound in item.bounds)))


def mapping(item: Shape, bounds: tuple[str, ...] = ()) -> Shape:
    """One of these for each of some texts."""
    return Shape(
        f"Record<string, {item.text}>", (*bounds, *(f"each {bound}" for bound in item.bounds))
    )


def row(items: Iterable[Shape]) -> Shape:
    """Exactly these, in this order."""
    return Shape(f"[{', '.join(item.text for item in items)}]")


def first(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())
