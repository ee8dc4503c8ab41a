"""What can be told, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from spaktok.core import ids


class NotificationType(StrEnum):
    """The kinds of news, by the seed's names."""

    NEW_FOLLOWER = "new_follower"
    VIDEO_LIKE = "video_like"
    VIDEO_COMMENT = "video_comment"
    COMMENT_REPLY = "comment_reply"
    VIDEO_PUBLISHED = "video_published"
    VIDEO_FAILED = "video_failed"


class EntityType(StrEnum):
    """What the news is about."""

    USER = "user"
    VIDEO = "video"
    COMMENT = "comment"


MESSAGES: Final[dict[NotificationType, str]] = {
    NotificationType.NEW_FOLLOWER: "{actor} started following you",
    NotificationType.VIDEO_LIKE: "{actor} liked your video",
    NotificationType.VIDEO_COMMENT: "{actor} commented on your video",
    NotificationType.COMMENT_REPLY: "{actor} replied to your comment",
    NotificationType.VIDEO_PUBLISHED: "Your video is live",
    NotificationType.VIDEO_FAILED: "Your video could not be processed: {detail}",
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to `recipient`."""

    recipient: str
    type: NotificationType
    entity_type: EntityType
    entity_id: str
    actor: str | None = None
    """Who did it; None where it was the system."""
    detail: str = ""
    """A short text of ours, never a user's content."""

    @property
    def id(self) -> str:
        """The same for the same thing happening again: a repeated like is no second news."""
        return ids.digest(self.recipient, self.type, self.entity_id, self.actor or "")
