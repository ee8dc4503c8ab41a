"""The author card: the name, photo and badge that are copied into what a user publishes."""

from __future__ import annotations

from spaktok.core import ids
from spaktok.core.dispatch import Task


def refresh_task(uid: str, change: str) -> Task:
    """The task that brings the copies to the card as it is: one a change, which `change` names."""
    return Task(
        function="refreshAuthorCard",
        id=ids.digest("author-card", uid, change),
        payload={"uid": uid},
    )
