"""Links as text: pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from spaktok.core import config, ids


class Kind(StrEnum):
    """What a link can lead to."""

    USER = "user"
    VIDEO = "video"
    COMMENT = "comment"
    NOTIFICATION = "notification"
    SHARE = "s"
    """A link that somebody shared: to a video, under a token that says nothing."""
    NOTIFICATIONS = "notifications"
    """The list of them."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link points."""

    kind: Kind
    id: str | None = None


def parse(text: str, host: str) -> Link | None:
    """What the link says; None for what is none of ours, or malformed in any way.

    There is one way to write each: no query, no fragment, no port, no escapes, nothing after the id.
    """
    for start in (f"{config.LINK_SCHEME}://", f"https://{host}/"):
        if text.startswith(start):
            match text.removeprefix(start).split("/"):
                case [Kind.NOTIFICATIONS.value]:
                    return Link(Kind.NOTIFICATIONS)
                case [kind, id_] if kind in _WITH_ID and ids.valid(id_):
                    return Link(Kind(kind), id_)
    return None


_WITH_ID: Final = frozenset(Kind) - {Kind.NOTIFICATIONS}
