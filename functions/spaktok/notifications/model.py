"""What can be told, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from spaktok.core import ids


class NotificationType(StrEnum):
    """The kinds of news, by the seed's names."""

    NEW_FOLLOWER = "new_follower"
    FOLLOW_REQUEST = "follow_request"
    FOLLOW_REQUEST_ACCEPTED = "follow_request_accepted"
    FRIEND_REQUEST = "friend_request"
    FRIEND_REQUEST_ACCEPTED = "friend_request_accepted"
    NEW_SIGN_IN = "new_sign_in"
    EXPORT_READY = "export_ready"
    ID_VERIFICATION_APPROVED = "id_verification_approved"
    ID_VERIFICATION_REJECTED = "id_verification_rejected"
    LEVEL_REACHED = "level_reached"
    ACHIEVEMENT_EARNED = "achievement_earned"
    VIDEO_LIKE = "video_like"
    VIDEO_COMMENT = "video_comment"
    COMMENT_REPLY = "comment_reply"
    VIDEO_PUBLISHED = "video_published"
    VIDEO_FAILED = "video_failed"
    PROFILE_IMAGE_REJECTED = "profile_image_rejected"
    VERIFICATION_APPROVED = "verification_approved"
    VERIFICATION_REJECTED = "verification_rejected"


class EntityType(StrEnum):
    """What the news is about."""

    USER = "user"
    VIDEO = "video"
    COMMENT = "comment"
    LEVEL = "level"
    ACHIEVEMENT = "achievement"
    PROFILE_IMAGE = "profile_image"
    VERIFICATION_REQUEST = "verification_request"


MESSAGES: Final[dict[NotificationType, str]] = {
    NotificationType.NEW_FOLLOWER: "{actor} started following you",
    NotificationType.FOLLOW_REQUEST: "{actor} asks to follow you",
    NotificationType.FOLLOW_REQUEST_ACCEPTED: "{actor} accepted your request to follow",
    NotificationType.FRIEND_REQUEST: "{actor} wants to be your friend",
    NotificationType.FRIEND_REQUEST_ACCEPTED: "{actor} and you are friends now",
    NotificationType.NEW_SIGN_IN: "New sign-in on a device ({detail}). Not you? Sign it out",
    NotificationType.EXPORT_READY: "Your data is ready to be fetched",
    NotificationType.ID_VERIFICATION_APPROVED: "Your identity document was accepted",
    NotificationType.ID_VERIFICATION_REJECTED: "Your identity document was refused: {detail}",
    NotificationType.LEVEL_REACHED: "You reached level {detail}",
    NotificationType.ACHIEVEMENT_EARNED: "You earned an achievement: {detail}",
    NotificationType.VIDEO_LIKE: "{actor} liked your video",
    NotificationType.VIDEO_COMMENT: "{actor} commented on your video",
    NotificationType.COMMENT_REPLY: "{actor} replied to your comment",
    NotificationType.VIDEO_PUBLISHED: "Your video is live",
    NotificationType.VIDEO_FAILED: "Your video could not be processed: {detail}",
    NotificationType.PROFILE_IMAGE_REJECTED: "Your photo could not be used: {detail}",
    NotificationType.VERIFICATION_APPROVED: "Your account is verified",
    NotificationType.VERIFICATION_REJECTED: "Your account was not verified: {detail}",
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
