"""From a note to what each device is sent: how loud, for how long, which words, which link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from spaktok.core import config, ids
from spaktok.devices.model import Device, is_installation_id
from spaktok.integrations.fcm import PushMessage
from spaktok.notifications import templates
from spaktok.notifications.announcements import Announcement
from spaktok.notifications.kinds import KINDS, PAGES
from spaktok.notifications.model import Note, NotificationType
from spaktok.notifications.templates import Text

_HIDDEN_THREAD: Final = "general"
_HURRIES: Final = frozenset({NotificationType.NEW_MESSAGE})
"""Not urgent (quiet hours hold it), and still worth waking a device for: somebody waits."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a note may show on this user's screens."""

    hidden: bool
    names: tuple[str, ...]
    badge: int | None
    said: Announcement | None = None
    """What the note tells of, where that is in the operator's own words."""


def left(note: Note, at: datetime) -> timedelta:
    """For how long it is still news; not above zero where it is none any more."""
    return note.created_at + KINDS[note.type].fresh_for - at


def high(note: Note) -> bool:
    """Whether it may wake a sleeping device. Everything pushed is shown, so only the hurry counts."""
    return note.urgent or note.type in _HURRIES


def compose(note: Note, device: Device, screen: Screen, at: datetime) -> PushMessage:
    """What this device is sent, in the language of its screen."""
    text = words(note, screen, device.locale)
    return PushMessage(
        target=device.token,
        by_installation=is_installation_id(device.token),
        title=text.title,
        body=text.body,
        data=data(note, hidden=screen.hidden),
        collapse_key=ids.digest("collapse", note.collapse_key),
        thread=_HIDDEN_THREAD if screen.hidden else note.category.value,
        link=web_link(note, hidden=screen.hidden),
        high=high(note),
        sent_at=at,
        ttl=left(note, at),
        badge=screen.badge,
    )


def words(note: Note, screen: Screen, locale: str) -> Text:
    """The text of a note; nothing but that there is one where the content is hidden."""
    if screen.hidden:
        return templates.hidden(note.type, locale)
    if screen.said is not None:
        return screen.said.text(locale)
    return templates.render(note.type, screen.names, note.actor_count, locale)


def data(note: Note, *, hidden: bool) -> dict[str, str]:
    """What the app is given beside the text: ids, of which `resolveDeepLink` says what they open."""
    link = f"{config.LINK_SCHEME}://{'/'.join(_path(note, hidden=hidden))}"
    given = {"notificationId": note.notification_id, "link": link}
    if not hidden:
        given |= {
            "type": note.type.value,
            "entityType": note.entity_type.value,
            "entityId": note.entity_id,
        }
    return given


def web_link(note: Note, *, hidden: bool) -> str:
    """The same link for a browser or a letter."""
    return f"https://{config.link_host()}/{'/'.join(_path(note, hidden=hidden))}"


def _path(note: Note, *, hidden: bool) -> Sequence[str]:
    if note.type is NotificationType.DIGEST:
        return ("notifications",)
    if hidden or note.entity_type not in PAGES:
        return ("notification", note.notification_id)
    return (note.entity_type.value, note.entity_id)
