"""What clients and tasks may ask of notifications."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, PageSize, Request
from spaktok.notifications.model import EntityType, NotificationType


class GetNotifications(Request):
    """List the caller's notifications, newest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class MarkNotificationAsRead(Request):
    """Mark one of the caller's notifications as read."""

    notification_id: Annotated[str, Field(pattern=ID_PATTERN)]


class DeliverNotification(Request):
    """A task: tell a user something."""

    recipient: str
    type: Annotated[NotificationType, Field(strict=False)]
    entity_type: Annotated[EntityType, Field(strict=False)]
    entity_id: str
    actor: str | None = None
    detail: str = ""
