"""Whom a caption or a comment mentions: `@handle` tells them, and widens nobody's audience.

A mention is text, and stays text; apps open a handle by `getProfile`. Whoever it names is told once
for each thing, and only where they may see that thing when the news is delivered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from spaktok.core import ids
from spaktok.core.dispatch import Task, send_if_possible
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users

MENTIONS_MAX: Final = 10
"""People whom one text tells; more are a crowd, and not told."""
_MENTION: Final = re.compile(
    r"(?<![\w@.])@([A-Za-z0-9][A-Za-z0-9._]{1,22}[A-Za-z0-9])(?![A-Za-z0-9_])"
)


def handles(text: str) -> tuple[str, ...]:
    """The handles that a text mentions, each once, in their order; at most `MENTIONS_MAX`."""
    found = dict.fromkeys(one.lower() for one in _MENTION.findall(text))
    return tuple(found)[:MENTIONS_MAX]


def announce(
    text: str, kind: EntityType, entity_id: str, actor: str, *, told: Iterable[str] = ()
) -> None:
    """Have those told whom the text mentions, after the commit that shows it. A task, if any is.

    `told` hear of the thing anyway. Repeatable.
    """
    if not (found := handles(text)):
        return
    send_if_possible(
        Task(
            "tellMentioned",
            ids.digest("mentions", entity_id, *found),
            {
                "entityType": kind,
                "entityId": entity_id,
                "actor": actor,
                "handles": list(found),
                "told": sorted(told),
            },
        )
    )


def tell(
    found: Iterable[str], kind: EntityType, entity_id: str, actor: str, told: Iterable[str]
) -> int:
    """Tell whoever has these handles now; how many. A read a handle. Repeatable."""
    names = users.read([users.username_ref(handle) for handle in found])
    fields = [one.to_dict() or {} for one in names]
    holders = {one["userId"] for one in fields if one and one["heldUntil"] is None}
    mentioned = sorted(holders - {actor, *told})
    for uid in mentioned:
        notifications.announce(News(uid, NotificationType.MENTION, kind, entity_id, actor))
    return len(mentioned)
