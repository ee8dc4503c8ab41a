"""What clients and tasks may ask of notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Keyed, Line, PageSize, Request
from spaktok.notifications.model import Category, Channel, EntityType, NotificationType
from spaktok.notifications.templates.catalogue import FALLBACK, languages
from spaktok.safety import births
from spaktok.safety.requests import Country
from spaktok.users import text

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Instant = Annotated[datetime, Field(strict=False)]
_TYPE_NAMES = frozenset(one.value for one in NotificationType) - {NotificationType.DIGEST.value}
_NAMES = _TYPE_NAMES | frozenset(one.value for one in Category)


def _zone(name: str) -> str:
    if name not in births.zones():
        raise ValueError("must be a zone of the IANA database, such as Europe/Stockholm")
    return name


def _kind(name: str) -> str:
    if name not in _NAMES:
        raise ValueError("must be a notification type or category")
    return name


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("must say its offset, such as Z")
    return instant


Zone = Annotated[str, Field(max_length=64, description="An IANA zone."), AfterValidator(_zone)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM.")]
Kind = Annotated[
    str, Field(max_length=40, description="A type or a category."), AfterValidator(_kind)
]
Weekday = Annotated[int, Field(ge=0, le=6, description="Monday is 0.")]


class GetNotifications(Request):
    """List the caller's notifications, latest activity first."""

    limit: PageSize = 20
    cursor: Cursor | None = None


class NotificationRequest(Request):
    """Names one of the caller's notifications."""

    notification_id: Id


class MarkNotificationAsRead(NotificationRequest):
    """Mark one of the caller's notifications as read."""


class DeleteNotification(NotificationRequest):
    """Take one of the caller's notifications out of the inbox."""


class ExplainNotification(NotificationRequest):
    """Say why the caller was told this."""


class RetuneNotification(NotificationRequest):
    """Hear less of what this notification is."""

    action: Literal["mute_type", "mute_entity", "fewer"]


class MarkAllNotificationsAsRead(Request):
    """Mark what had no activity after an instant as read."""

    up_to: Annotated[Instant, AfterValidator(_aware)] | None = None


class GetNotificationSettings(Request):
    """Read what counts for the caller."""


class QuietHoursRequest(Request):
    """When not to disturb, by the clock of a zone; an end that is not later is on the next day."""

    start: Clock
    end: Clock
    zone: Zone
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = Field(
        default=[0, 1, 2, 3, 4, 5, 6]
    )


class BatchingRequest(Request):
    """Deliver what does not hurry together."""

    every: Literal["off", "hourly", "daily"]
    at: Clock = "18:00"


_OLD_NAMES = {
    "likes": (NotificationType.VIDEO_LIKE, NotificationType.COMMENT_LIKE),
    "comments": (NotificationType.VIDEO_COMMENT, NotificationType.COMMENT_REPLY),
    "liveStreams": (Category.LIVE,),
    "messages": (Category.MESSAGE,),
}
"""The switches of the first clients, and what each stands for."""


def _modern(said: object) -> object:
    """The settings with each switch of the first clients as what it stands for, in app and pushed."""
    if not isinstance(said, dict):
        return said
    found: dict[object, object] = {}
    for name, value in said.items():
        if name in _OLD_NAMES and isinstance(value, bool):
            both = {Channel.IN_APP.value: value, Channel.PUSH.value: value}
            found |= {one.value: both for one in _OLD_NAMES[name]}
        else:
            found[name] = value
    return found


class UpdateNotificationSettings(Request):
    """Change what is named and leave the rest; `quietHours` and `timeZone` may be set to null.

    The names of the first clients are taken too: `likes`, `comments`, `liveStreams` and `messages`,
    each true or false.
    """

    settings: (
        Annotated[
            dict[Kind, dict[Annotated[Channel, Field(strict=False)], bool]],
            Field(max_length=80, description="Types and categories, by channel, on or off."),
            BeforeValidator(_modern),
        ]
        | None
    ) = None
    quiet_hours: QuietHoursRequest | None = None
    batching: BatchingRequest | None = None
    time_zone: Zone | None = None
    hidden_content: bool | None = None


def _language(name: str) -> str:
    if name not in languages() - {FALLBACK}:
        raise ValueError(f"must be a language that there are texts in, and not {FALLBACK}")
    return name


Title = Annotated[Line, AfterValidator(text.line), Field(max_length=80)]
Body = Annotated[Line, AfterValidator(text.prose), Field(max_length=500)]


class Translation(Request):
    """What an announcement says in another language."""

    language: Annotated[str, Field(max_length=10), AfterValidator(_language)]
    title: Title
    body: Body


def _each_once(said: list[Translation]) -> list[Translation]:
    if len({one.language for one in said}) < len(said):
        raise ValueError("must have each language once")
    return said


class SendAnnouncement(Keyed):
    """Tell everyone, or everyone in some regions; in English, and in whatever it is translated to."""

    title: Title
    body: Body
    translations: Annotated[list[Translation], Field(max_length=20), AfterValidator(_each_once)] = (
        Field(default=[])
    )
    regions: Annotated[
        list[Country], Field(max_length=30, description="Of the people told; none: everyone.")
    ] = Field(default=[])
    reason: Annotated[Line, AfterValidator(text.line), Field(max_length=300)]


class Told(Request):
    """What a task tells of."""

    type: Annotated[NotificationType, Field(strict=False)]
    entity_type: Annotated[EntityType, Field(strict=False)]
    entity_id: Id


class DeliverNotification(Told):
    """A task: tell a user something, or take it back."""

    recipient: Id
    actor: Id | None = None
    detail: Annotated[str, Field(max_length=500)] = ""
    at: Instant
    retracted: bool = False


class SettleNotification(Told):
    """A task: work out an entry whose acts are recorded elsewhere, at the end of a window."""

    recipient: Id
    run_at: Instant


class ReleaseHeld(Request):
    """A task: tell a user what waited for an instant."""

    uid: Id
    until: Instant


class MarkRest(Request):
    """A task: mark the rest of a long inbox."""

    uid: Id
    up_to: Instant


class AnnounceToMany(Told):
    """A task: find all who are to be told what an actor did."""

    actor: Id
    at: Instant


class AnnounceToAll(Request):
    """A task: find those an announcement is for, from somebody on."""

    announcement_id: Id
    after: Id | None = None


class TellMany(Told):
    """A task: tell these what an actor did, or what the operator says."""

    actor: Id | None
    at: Instant
    recipients: Annotated[list[Id], Field(max_length=500)]
