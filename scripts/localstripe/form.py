"""The vendor's form encoding: `a[b][0]=c` both ways (docs.stripe.com/api, "form-encoded requests")."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

Params = dict[str, Any]

_PART = re.compile(r"\[([^\]]*)\]")


def decode(text: str) -> Params:
    """Nested dictionaries; keys that are numbers, or empty, make lists."""
    found: Params = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, _, _ = name.partition("[")
        _place(found, [head, *_PART.findall(name)], value)
    return {key: _lists(value) for key, value in found.items()}


def _place(into: Params, path: list[str], value: str) -> None:
    for part in path[:-1]:
        into = into.setdefault(part, {})
    last = path[-1]
    into[last or str(len(into))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item) for key, item in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
