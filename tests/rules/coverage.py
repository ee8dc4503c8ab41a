"""What the emulator's coverage report says of a rules file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def gaps(report: Sequence[Mapping[str, Any]], rules: str) -> list[str]:
    """Expressions that were never evaluated, or whose truth never came out both ways.

    An expression that fails refuses like a false one, so it counts as one. Each gap is named by its
    line and its text.
    """
    found = []
    for node in _nodes(report):
        outcomes = {_outcome(entry["value"]) for entry in node.get("values", []) if entry["value"]}
        at = node["sourcePosition"]
        text = rules[at.get("currentOffset", 0) : at["endOffset"] + 1]
        if not outcomes:
            found.append(f"line {at['line']}: never evaluated: {text}")
        elif True in outcomes and not outcomes & {False, "undefined"}:
            found.append(f"line {at['line']}: never false: {text}")
        elif False in outcomes and True not in outcomes:
            found.append(f"line {at['line']}: never true: {text}")
    return found


def _nodes(level: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for node in level:
        yield node
        yield from _nodes(node.get("children", []))


def _outcome(value: Mapping[str, Any]) -> bool | str:
    kind, content = next(iter(value.items()))
    return bool(content) if kind == "boolValue" else kind
