"""What tasks may ask of pushes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from spaktok.core.shape import Request
from spaktok.notifications.model import Category, EntityType, Note, NotificationType


class NoteBody(Request):
    """A note on its way through a queue."""

    notification_id: str
    type: Annotated[NotificationType, Field(strict=False)]
    category: Annotated[Category, Field(strict=False)]
    actor_ids: list[str]
    actor_count: int
    entity_type: Annotated[EntityType, Field(strict=False)]
    entity_id: str
    collapse_key: str
    urgent: bool
    created_at: Annotated[datetime, Field(strict=False)]

    def note(self) -> Note:
        """The note."""
        fields: dict[str, Any] = self.model_dump()
        return Note(**{**fields, "actor_ids": tuple(self.actor_ids)})


class ResendPush(Request):
    """A task: push again to the devices that FCM could not serve."""

    uid: str
    note: NoteBody
    keys: list[str]
    attempt: int
    run_at: Annotated[datetime, Field(strict=False)]


class SendLetter(Request):
    """A task: tell a user something by e-mail."""

    uid: str
    note: NoteBody


def body(note: Note) -> dict[str, Any]:
    """A note as `NoteBody` takes it."""
    return asdict(note)
