"""All that is left of somebody in the database, as text in which only ids and instants are blotted out.

For whatever has no balance to look at: whether one run and two leave the same. A document that only one
of them leaves, an amount, a status or a count that differs is seen; another digest or time is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from spaktok.core import clients, dispatch
from tests.support.queue import Queue
from tests.support.time import TestClock

_BLOTS = (
    (re.compile(r"\d{4}-\d\d-\d\d(T[\d:.+Z]*)?"), "at"),
    (re.compile(r"(?<![A-Za-z])(pi|cs|ch|re|cus|sub|in|evt|du|acct|ba|tr|po|ek)_\w+"), "#"),
    (re.compile(r"(?=[\w-]*\d)[\w-]{16,}|[0-9a-f]{8,}|\d{4,}|(?<=[a-z]-)\d$"), "#"),
    (re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{20}(?![A-Za-z0-9])"), "#"),
)
_INSTANTS = range(1_500_000_000, 2_500_000_000)
"""Seconds since 1970."""


def left(uid: str, queue: Queue, time: TestClock, *others: str) -> list[str]:
    """The tasks that were sent since, by name, and every document that names `uid`, or one of `others`.

    What was staged and not sent is sent before, as the sweeper does. Reads everything there is.
    """
    time.pass_(minutes=2)
    dispatch.sweep()
    sent = [f"task {function}" for function in sorted(queue.names())]
    queue.waiting.clear()
    return [*sent, *documents(uid, *others)]


def documents(*uids: str) -> list[str]:
    """Every document that names one of them, by itself, as text in which they are U0, U1, …"""
    marks = {uid: f"U{number}" for number, uid in enumerate(uids)}
    either = "|".join(re.escape(uid) for uid in uids)
    name = re.compile(rf"(?<![A-Za-z0-9])({either})(?![A-Za-z0-9])", re.IGNORECASE)
    everything = clients.db().collection_group("").stream()
    found = [_fields(one) for one in everything]
    return sorted(
        json.dumps(_plain([path, fields], lambda text: name.sub(_mark(marks), text)))
        for path, fields in found
        if name.search(path) or name.search(json.dumps(fields, default=lambda _: ""))
    )


def _mark(marks: dict[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: marks.get(found.group(), "U")  # as it is shown, the name begins otherwise


def _fields(document: Any) -> tuple[str, dict[str, Any]]:
    path, fields = document.reference.path, document.to_dict() or {}
    if path.startswith("audit/"):
        fields.pop("seq")  # of all that an actor does
    return path, fields


def _plain(value: Any, named: Callable[[str], str]) -> Any:
    """Maps in the order of what is left of their keys.

    Of a tally's `hours` only what was counted stays: an hour ends while a scene's points are tried.
    """
    match value:
        case str():
            value = named(value)
            for pattern, mark in _BLOTS:
                value = pattern.sub(mark, value)
            return value
        case {"hours": {} as hours}:
            return _plain({**value, "hours": sorted(hours.values())}, named)
        case dict():
            pairs = [[_plain(key, named), _plain(one, named)] for key, one in value.items()]
            return {"map": sorted(pairs, key=json.dumps)}
        case list():
            return [_plain(one, named) for one in value]
        case datetime():
            return "at"
        case bytes():
            return "bytes"
        case int() if value in _INSTANTS:
            return "at"
    return value
