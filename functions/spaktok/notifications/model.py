"""What can be told, to whom, and what every channel is given of it: values and pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from spaktok.core import ids


class Category(StrEnum):
    """What a type is about, for settings and for its place on the screen."""

    SOCIAL = "social"
    MESSAGE = "message"
    LIVE = "live"
    MONEY = "money"
    SAFETY = "safety"
    SECURITY = "security"
    SYSTEM = "system"


class NotificationType(StrEnum):
    """The kinds of news, by the seed's names. What each is like stands in `kinds.KINDS`."""

    NEW_FOLLOWER = "new_follower"
    FOLLOW_REQUEST = "follow_request"
    FOLLOW_REQUEST_ACCEPTED = "follow_request_accepted"
    FRIEND_REQUEST = "friend_request"
    FRIEND_REQUEST_ACCEPTED = "friend_request_accepted"
    VIDEO_LIKE = "video_like"
    VIDEO_COMMENT = "video_comment"
    VIDEO_SHARE = "video_share"
    COMMENT_REPLY = "comment_reply"
    COMMENT_LIKE = "comment_like"
    MENTION = "mention"
    VIDEO_PUBLISHED = "video_published"
    VIDEO_FAILED = "video_failed"
    VIDEO_DUPLICATE = "video_duplicate"
    VIDEO_WAITS = "video_waits"
    SCHEDULED_PUBLISH = "scheduled_publish"
    NEW_VIDEO = "new_video"
    NEW_STORY = "new_story"
    STORY_REPLY = "story_reply"
    STORY_ANSWER = "story_answer"
    STORY_SHARE = "story_share"
    ACHIEVEMENT = "achievement"
    LEVEL_UP = "level_up"
    PROFILE_IMAGE_REJECTED = "profile_image_rejected"
    NEW_MESSAGE = "new_message"
    MESSAGE_REACTION = "message_reaction"
    INCOMING_CALL = "incoming_call"
    MISSED_CALL = "missed_call"
    LIVE_STARTED = "live_stream_started"
    LIVE_REMINDER = "live_stream_reminder"
    LIVE_CANCELLED = "live_stream_cancelled"
    LIVE_ENDED = "live_stream_ended"
    PK_STARTED = "pk_battle_started"
    PK_RESULT = "pk_battle_result"
    STREAM_BAN = "stream_ban"
    STREAM_MODERATOR = "stream_moderator_appointed"
    GIFT_RECEIVED = "gift_received"
    GIFT_EARNINGS = "gift_earnings"
    GIFT_REFUND = "gift_refund"
    GIFT_TOP_RANK = "gift_top_rank"
    COIN_PURCHASE = "coin_purchase"
    PAYOUT_STATUS = "payout_status"
    PREMIUM_STATUS = "premium_status"
    VERIFICATION_APPROVED = "verification_approved"
    VERIFICATION_REJECTED = "verification_rejected"
    ID_VERIFICATION_APPROVED = "id_verification_approved"
    ID_VERIFICATION_REJECTED = "id_verification_rejected"
    AGE_REVIEW_NEEDED = "age_review_needed"
    REPORT_STATUS = "report_status"
    CONTENT_FLAGGED = "content_flagged"
    CONTENT_HIDDEN = "content_hidden"
    CONTENT_REMOVED = "content_removed"
    WARNING = "warning"
    ACCOUNT_BANNED = "account_banned"
    ACCOUNT_UNBANNED = "account_unbanned"
    BAN_EXPIRED = "ban_expired"
    NEW_SIGN_IN = "new_sign_in"
    CREDENTIALS_CHANGED = "credentials_changed"
    IDENTITY_KEY_CHANGED = "identity_key_changed"
    EXPORT_READY = "export_ready"
    MEDIA_JOB_DONE = "media_job_done"
    ANNOUNCEMENT = "announcement"
    DIGEST = "digest"
    """What was held while it was quiet, told at its end. Stands in no inbox."""


class EntityType(StrEnum):
    """What the news is about."""

    USER = "user"
    VIDEO = "video"
    COMMENT = "comment"
    STORY = "story"
    STREAM = "stream"
    BATTLE = "battle"
    CONVERSATION = "conversation"
    CALL = "call"
    GIFT = "gift"
    PURCHASE = "purchase"
    PAYOUT = "payout"
    PREMIUM_SLOT = "premium_slot"
    REPORT = "report"
    JOB = "job"
    LEVEL = "level"
    ACHIEVEMENT = "achievement"
    PROFILE_IMAGE = "profile_image"
    VERIFICATION_REQUEST = "verification_request"
    SESSION = "session"
    EXPORT = "export"
    ANNOUNCEMENT = "announcement"


class Channel(StrEnum):
    """A way to be told. The inbox comes first: whatever is not in it goes nowhere else either."""

    IN_APP = "inApp"
    PUSH = "push"
    EMAIL = "email"


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
    at: datetime | None = None
    """When it happened, as its record says: a repeat is known by it, and of two that contradict
    each other the later counts. Where it is None, the moment of telling counts."""


@dataclass(frozen=True, slots=True)
class ManyNews:
    """One thing for very many: what an actor did for all who follow them, or what the operator says."""

    actor: str | None
    type: NotificationType
    entity_type: EntityType
    entity_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What a channel other than the inbox is given to send: ids and counts, no content."""

    notification_id: str
    type: NotificationType
    category: Category
    actor_ids: tuple[str, ...]
    """The latest, at most three; the last to act leads."""
    actor_count: int
    entity_type: EntityType
    entity_id: str
    collapse_key: str
    """Of two notes with the same key the later replaces the earlier on the screen."""
    urgent: bool
    """Passes quiet hours and mutes, and may wake the device."""
    created_at: datetime


def entry_id(recipient: str, kind: NotificationType, *parts: str) -> str:
    """The id of the inbox entry that holds what `parts` name: the same for the same, always."""
    return ids.digest("notification", recipient, kind, *parts)
