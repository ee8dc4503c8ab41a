"""Sessions, exports and erasures: values, states and pure rules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from spaktok.core import ids
from spaktok.core.ids import UserId

SESSIONS_MAX: Final = 20
"""Signed-in devices an account keeps; one more signs out the one that was away longest."""
SESSION_KEPT: Final = timedelta(days=180)
"""A device that was not seen for so long is listed no more."""
SEEN_EVERY: Final = timedelta(days=1)
"""How coarse `lastSeenAt` is: exact times would tell when somebody sleeps."""
REVOKED_MAX: Final = 100
"""Sign-ins ended one by one that are remembered each; before them, all are ended."""

EXPORT_KEPT: Final = timedelta(days=7)

GRACE: Final = timedelta(0)
"""How long an erasure waits for its owner to think better of it; returning then stops it."""
TOKENS_DIE: Final = timedelta(minutes=65)
"""ID tokens live an hour, and clocks differ."""
ERASURE_LATE: Final = timedelta(days=7)
"""An erasure takes some hours, or waits for a provider that has money. What is not over by then is not
over by itself: it leaves three weeks of the month in which the law wants it done."""
EXPORT_LATE: Final = timedelta(days=1)
"""The same of an export: after `EXPORT_KEPT`, an unfinished one would be removed without a word."""
STALLED: Final = timedelta(minutes=15)
"""A job that has not reported for so long is dead, and is sent again: longer than one run."""


class Platform(StrEnum):
    """What a device runs."""

    ANDROID = "android"
    IOS = "ios"
    WEB = "web"
    MACOS = "macos"
    WINDOWS = "windows"
    LINUX = "linux"


class ExportState(StrEnum):
    """How far an export has come."""

    RUNNING = "running"
    READY = "ready"


class Phase(StrEnum):
    """How far an erasure has come."""

    SCHEDULED = "scheduled"
    """It waits for the end of the grace."""
    ERASING = "erasing"
    WAITING = "waiting"
    """All is erased; calls and tasks that were under way may still write, until no token lives."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one device."""

    session_id: str
    name: str
    platform: Platform
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


def auth_time(signed_in_at: datetime) -> int:
    """The second of a sign-in, as its tokens say it (`auth_time`)."""
    return int(signed_in_at.timestamp())


def session_id(uid: str, second: int) -> str:
    """The session that a sign-in is: tokens tell sign-ins apart by nothing but their second."""
    return ids.digest("session", uid, str(second))


def next_second(at: datetime) -> datetime:
    """The whole second after `at`: a sign-in of the very second of a revocation is refused too.

    Sign-ins are known by their second, so one of the two must give way; better one sign-in too many.
    """
    return datetime.fromtimestamp(math.floor(at.timestamp()) + 1, UTC)


def revoke(
    revoked: list[int], second: int, valid_after: datetime | None
) -> tuple[list[int], datetime | None]:
    """The sign-ins ended one by one, with one more, and since when sign-ins count at all.

    A refresh token lives until all of its user's are revoked, so an ended sign-in must be refused
    for ever. The list stays short by ending, with its oldest, all that were before it.
    """
    held = sorted({*revoked, second})
    dropped = held[: max(0, len(held) - REVOKED_MAX)]
    if not dropped:
        return held, valid_after
    floor = datetime.fromtimestamp(dropped[-1] + 1, UTC)
    return held[len(dropped) :], max(floor, valid_after or floor)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is to be found nowhere: every name by which the system knows them."""

    uid: UserId
    names: tuple[str, ...] = ()
    """E-mail, telephone number, username: as written and as stored."""

    @property
    def needles(self) -> tuple[str, ...]:
        """What to look for."""
        return (self.uid, *(name for name in self.names if name))


def renamed(value: Any, name: str, other: str) -> Any:
    """`value` with `other` wherever `name` stood as a whole word, in texts and in keys."""
    match value:
        case str():
            return replaced(value, name, other)
        case dict():
            return {
                replaced(key, name, other): renamed(item, name, other)
                for key, item in value.items()
            }
        case list():
            return [renamed(item, name, other) for item in value]
        case _:
            return value


def replaced(text: str, name: str, other: str) -> str:
    """A text with one name for another."""
    import re

    return re.sub(whole(name), other, text)


def mentions(value: Any, name: str) -> bool:
    """Whether `name` stands anywhere in `value` as a whole word, in keys too."""
    import re

    return re.search(whole(name), flat(value)) is not None


def spared(fields: dict[str, Any], name: str) -> dict[str, Any] | None:
    """What is left of a task for many without one of its `recipients`; None where that is nothing.

    `fields` are of a staged task (its `payload`) or of a letter (its `body`, the task's own JSON). A
    task that names somebody anywhere else is about them.
    """
    import json

    text = fields.get("body")
    try:
        body = fields["payload"] if text is None else json.loads(text)["data"]
        recipients = body["recipients"]
    except (ValueError, KeyError, TypeError):
        return None
    others = [one for one in recipients if one != name]
    left = {**body, "recipients": others}
    rest = {
        **fields,
        **({"payload": left} if text is None else {"body": json.dumps({"data": left})}),
    }
    return None if not others or mentions(rest, name) else rest


def whole(name: str) -> str:
    """The pattern of a name that is not a part of a longer one: `ana` is not in `banana`."""
    import re

    return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"


def flat(value: Any) -> str:
    """Everything that is written in a value, in one text."""
    parts: list[str] = []
    _flatten(value, parts)
    return "\n".join(parts)


def _flatten(value: Any, parts: list[str]) -> None:
    match value:
        case str():
            parts.append(value)
        case bytes():
            parts.append(value.decode("utf-8", "replace"))
        case dict():
            for key, item in value.items():
                parts.append(key)
                _flatten(item, parts)
        case list():
            for item in value:
                _flatten(item, parts)
        case _ if hasattr(value, "path"):
            parts.append(value.path)
