"""Telling users something. Notifications are a feature above this one, so news goes up as a task."""

from __future__ import annotations

from spaktok.core import clock, ids
from spaktok.core.dispatch import Task, send_if_possible


def tell(recipient: str, kind: str, entity_type: str, entity_id: str, detail: str = "") -> None:
    """Tell a user, after the commit that caused it; the names are those of `notifications.model`.

    The same news is told once. It is lost where the queue can't be reached: what it says stands in
    the user's own documents too.
    """
    send_if_possible(
        Task(
            function="deliverNotification",
            id=ids.digest("news", recipient, kind, entity_id),
            payload={
                "recipient": recipient,
                "type": kind,
                "entityType": entity_type,
                "entityId": entity_id,
                "actor": None,
                "detail": detail,
                "at": clock.now(),
            },
        )
    )
