"""From our values to the JSON a client receives: one function, for every response."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

from pydantic import BaseModel

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_SAFE_INTEGER_MAX = 2**53 - 1


def encode(value: object) -> Json:  # noqa: C901, PLR0912 - one branch a type is the clearest form
    """Turn a response into JSON values.

    Dataclass fields become camelCase; instants become ISO-8601 in UTC with milliseconds and `Z`;
    document references become their path. NaN, infinities and integers that JavaScript would round
    are errors of ours and raise `ValueError`.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        if abs(value) > _SAFE_INTEGER_MAX:
            raise ValueError("An integer beyond 2^53 would be rounded by the client")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("NaN and infinities are not JSON")
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, BaseModel):
        return encode(value.model_dump(by_alias=True))
    if is_dataclass(value) and not isinstance(value, type):
        return {camel: encode(getattr(value, name)) for name, camel in _names(type(value))}
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    if hasattr(value, "path") and hasattr(value, "parent"):
        return str(value.path)
    raise ValueError(f"{type(value).__name__} has no form in a response")


def instant(value: datetime) -> str:
    """`2026-01-31T12:00:00.000Z`."""
    if value.tzinfo is None:
        raise ValueError("An instant without a zone is ambiguous")
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, camel(field.name)) for field in fields(kind))


def camel(name: str) -> str:
    """`follower_count` → `followerCount`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
