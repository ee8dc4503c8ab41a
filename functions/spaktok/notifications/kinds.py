"""What each type of news is like, as data: where it goes, how it is grouped, what it may disturb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from spaktok.core.age import Band
from spaktok.notifications.model import (
    Category,
    Channel,
    EntityType,
    News,
    NotificationType,
    entry_id,
)

Type = NotificationType
C = Category


class Grouping(StrEnum):
    """Which news share an entry of the inbox."""

    TYPE = "type"
    """All of the type: "A and 3 others started following you"."""
    ENTITY = "entity"
    """All about one thing: "A and 12 others liked your video"."""
    ACTOR = "actor"
    """All that one user did of the type; the latest is told."""
    NONE = "none"
    """Every event its own."""


@dataclass(frozen=True, slots=True)
class Source:
    """The records of another feature that say who did it: from them a group is counted anew.

    Told by records, a group is exact whatever happened to its tasks: lost, repeated, out of order.
    """

    collection: str
    about: str
    """The field that names the entity, or the recipient where the grouping is by type."""
    actor: str
    at: str
    actor_first: bool = True
    """Records are `{actor}_{about}`."""
    unseen_only: bool = False
    """Count since the group was last seen, rather than all there are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type is like."""

    category: Category
    grouping: Grouping = Grouping.NONE
    urgent: bool = False
    """Passes quiet hours, curfews, batching and the mute of a person; never a block."""
    locked: bool = False
    """Can't be switched off."""
    push: bool = True
    """Whether it is pushed unless the user says otherwise."""
    email: bool = False
    hourly: int | None = 20
    """Pushes an hour of this type; the inbox has no cap. None: uncapped."""
    fresh_for: timedelta = timedelta(days=3)
    """Older than this it is no push any more."""
    bell_only: bool = False
    """Of those who follow, only who asked to be told of this user hears it."""
    source: Source | None = None


_LIKES: Final = Source("videoLikes", about="videoId", actor="userId", at="timestamp")
_COMMENT_LIKES: Final = Source("commentLikes", about="commentId", actor="userId", at="timestamp")
_FOLLOWS: Final = Source(
    "followers", about="followingId", actor="followerId", at="timestamp", unseen_only=True
)
_MINUTES: Final = timedelta(minutes=2)
_HOURS: Final = timedelta(hours=4)
_DAY: Final = timedelta(days=1)


def _social(grouping: Grouping = Grouping.NONE, source: Source | None = None, **more: bool) -> Kind:
    return Kind(C.SOCIAL, grouping, source=source, push=more.get("push", True))


def _outcome(category: Category) -> Kind:
    """What was decided about the user's money, reports or age: survives every mute, may wait."""
    return Kind(category, locked=True, email=True, hourly=None)


def _alarm(category: Category) -> Kind:
    return Kind(category, urgent=True, locked=True, email=True, hourly=None)


KINDS: Final[dict[NotificationType, Kind]] = {
    Type.NEW_FOLLOWER: _social(Grouping.TYPE, _FOLLOWS),
    Type.FOLLOW_REQUEST: _social(),
    Type.FOLLOW_REQUEST_ACCEPTED: _social(),
    Type.FRIEND_REQUEST: _social(),
    Type.FRIEND_REQUEST_ACCEPTED: _social(),
    Type.VIDEO_LIKE: _social(Grouping.ENTITY, _LIKES),
    Type.VIDEO_COMMENT: _social(),
    Type.VIDEO_SHARE: _social(Grouping.ENTITY),
    Type.COMMENT_REPLY: _social(),
    Type.COMMENT_LIKE: _social(Grouping.ENTITY, _COMMENT_LIKES),
    Type.MENTION: _social(),
    Type.VIDEO_PUBLISHED: _social(),
    Type.VIDEO_FAILED: _social(),
    Type.VIDEO_DUPLICATE: _social(push=False),
    Type.VIDEO_WAITS: _social(push=False),
    Type.SCHEDULED_PUBLISH: _social(),
    Type.NEW_VIDEO: Kind(C.SOCIAL, Grouping.ACTOR, fresh_for=_DAY, bell_only=True),
    Type.NEW_STORY: Kind(C.SOCIAL, Grouping.ACTOR, fresh_for=_DAY, bell_only=True),
    Type.STORY_REPLY: Kind(C.SOCIAL, Grouping.ENTITY, fresh_for=_DAY),
    Type.STORY_ANSWER: Kind(C.SOCIAL, Grouping.ENTITY, fresh_for=_DAY),
    Type.STORY_SHARE: Kind(C.SOCIAL, Grouping.ENTITY, fresh_for=_DAY),
    Type.ACHIEVEMENT: _social(push=False),
    Type.LEVEL_UP: _social(push=False),
    Type.PROFILE_IMAGE_REJECTED: _social(),
    Type.NEW_MESSAGE: Kind(C.MESSAGE, Grouping.ENTITY, hourly=120),
    Type.MESSAGE_REACTION: Kind(C.MESSAGE, Grouping.ENTITY),
    Type.INCOMING_CALL: Kind(C.MESSAGE, urgent=True, hourly=60, fresh_for=_MINUTES),
    Type.MISSED_CALL: Kind(C.MESSAGE, Grouping.ENTITY, fresh_for=_DAY),
    Type.LIVE_STARTED: Kind(C.LIVE, Grouping.ACTOR, fresh_for=_HOURS, bell_only=True),
    Type.LIVE_REMINDER: Kind(C.LIVE, fresh_for=_HOURS),
    Type.LIVE_CANCELLED: Kind(C.LIVE, fresh_for=_DAY),
    Type.LIVE_ENDED: Kind(C.LIVE, push=False),
    Type.PK_STARTED: Kind(C.LIVE, Grouping.ACTOR, fresh_for=_HOURS),
    Type.PK_RESULT: Kind(C.LIVE, push=False),
    Type.STREAM_BAN: Kind(C.LIVE, locked=True),
    Type.STREAM_MODERATOR: Kind(C.LIVE),
    Type.GIFT_RECEIVED: Kind(C.MONEY, Grouping.ENTITY),
    Type.GIFT_EARNINGS: Kind(C.MONEY),
    Type.GIFT_REFUND: _outcome(C.MONEY),
    Type.GIFT_TOP_RANK: Kind(C.MONEY, push=False),
    Type.COIN_PURCHASE: _outcome(C.MONEY),
    Type.PAYOUT_STATUS: _outcome(C.MONEY),
    Type.PREMIUM_STATUS: _outcome(C.MONEY),
    Type.VERIFICATION_APPROVED: Kind(C.SYSTEM),
    Type.VERIFICATION_REJECTED: Kind(C.SYSTEM, push=False),
    Type.ID_VERIFICATION_APPROVED: _outcome(C.SAFETY),
    Type.ID_VERIFICATION_REJECTED: _outcome(C.SAFETY),
    Type.AGE_REVIEW_NEEDED: _alarm(C.SAFETY),
    Type.REPORT_STATUS: _outcome(C.SAFETY),
    Type.CONTENT_FLAGGED: _alarm(C.SAFETY),
    Type.CONTENT_HIDDEN: _alarm(C.SAFETY),
    Type.CONTENT_REMOVED: _alarm(C.SAFETY),
    Type.WARNING: _alarm(C.SAFETY),
    Type.ACCOUNT_BANNED: _alarm(C.SAFETY),
    Type.ACCOUNT_UNBANNED: _alarm(C.SAFETY),
    Type.BAN_EXPIRED: _alarm(C.SAFETY),
    Type.NEW_SIGN_IN: _alarm(C.SECURITY),
    Type.CREDENTIALS_CHANGED: _alarm(C.SECURITY),
    Type.IDENTITY_KEY_CHANGED: _alarm(C.SECURITY),
    Type.EXPORT_READY: Kind(C.SYSTEM, locked=True, email=True),
    Type.MEDIA_JOB_DONE: Kind(C.SYSTEM),
    Type.ANNOUNCEMENT: Kind(C.SYSTEM, push=False),
    Type.DIGEST: Kind(C.SYSTEM, hourly=None, fresh_for=_DAY),
}

PAGES: Final = frozenset({EntityType.USER, EntityType.VIDEO, EntityType.COMMENT})
"""Things that links lead to. News of anything else lead to themselves, in the inbox."""

YOUNGEST: Final = frozenset({Band.UNDER_MINIMUM, Band.UNKNOWN, Band.YOUNGER_TEEN})
"""The bands that are disturbed least: nothing that is there to bring them back is pushed."""
QUIET_FOR_THE_YOUNG: Final = frozenset({C.LIVE, C.SYSTEM})
QUIET_TYPES_FOR_THE_YOUNG: Final = frozenset(
    {Type.NEW_VIDEO, Type.NEW_STORY, Type.MENTION, Type.VIDEO_SHARE}
)


def defaults(kind: NotificationType, band: Band) -> dict[Channel, bool]:
    """The channels of a type for a user of this age band who set nothing."""
    what = KINDS[kind]
    push = what.push
    if band in YOUNGEST and not (what.locked or what.urgent):
        quiet = what.category in QUIET_FOR_THE_YOUNG or kind in QUIET_TYPES_FOR_THE_YOUNG
        push = push and not quiet
    return {Channel.IN_APP: True, Channel.PUSH: push, Channel.EMAIL: what.email}


def entry_of(news: News) -> str:
    """The id of the inbox entry that this news goes into."""
    match KINDS[news.type].grouping:
        case Grouping.TYPE:
            parts: tuple[str, ...] = ()
        case Grouping.ENTITY:
            parts = (news.entity_type, news.entity_id)
        case Grouping.ACTOR:
            parts = (news.actor or "",)
        case Grouping.NONE:
            parts = (news.entity_type, news.entity_id, news.actor or "")
    return entry_id(news.recipient, news.type, *parts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kind of thing lies, and by which fields it is there for somebody."""

    collection: str
    owner: str
    status: str
    shown: frozenset[str]
    """The states in which others see it."""
    gone: frozenset[str]
    """The states in which not even its owner does."""
    visibility: str | None = None
    inside: tuple[str, EntityType] | None = None
    """The field that names the thing it is a part of, without which it is not there."""
    expires: str | None = None
    picture: str | None = None
    """Where in Storage its small picture lies, by `owner` and `id`; for things whose id says whose
    they are."""


PLACES: Final[dict[EntityType, Place]] = {
    EntityType.VIDEO: Place(
        "videos",
        owner="userId",
        status="status",
        shown=frozenset({"active"}),
        gone=frozenset({"removed"}),
        visibility="visibility",
        picture="videos/{owner}/{id}/thumbnail.jpg",
    ),
    EntityType.COMMENT: Place(
        "videoComments",
        owner="userId",
        status="moderationStatus",
        shown=frozenset({"active"}),
        gone=frozenset({"removed", "deleted"}),
        inside=("videoId", EntityType.VIDEO),
    ),
}
"""Things of features above this one, which it may not import: a feature that comes adds its row."""
