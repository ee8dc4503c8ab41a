"""Use cases of links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spaktok.core import config
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.links.model import Kind, Link, parse
from spaktok.notifications import store as notifications
from spaktok.notifications.kinds import PAGES
from spaktok.users import lookup as users
from spaktok.videos import engaged
from spaktok.videos.service import shares
from spaktok.videos.service.access import access_video


@dataclass(frozen=True, slots=True)
class Target:
    """What to open. A comment comes with the video it stands under."""

    kind: Kind
    user_id: str | None = None
    video_id: str | None = None
    comment_id: str | None = None


def resolve(uid: UserId, text: str) -> Target:
    """What a link opens for `uid`: at most four reads more than one for a notification.

    Raises `InvalidRequest` for what is no link of ours, and `NotFound` alike for what never was, was
    deleted, is hidden, or is not for this user.
    """
    link = parse(text, config.link_host())
    if link is None:
        raise InvalidRequest(field="link", rule="is not a link of this app")
    return _open(uid, link)


def _open(uid: UserId, link: Link) -> Target:
    match link:
        case Link(Kind.USER, str(user_id)):
            users.load(uid, UserId(user_id))
            return Target(Kind.USER, user_id=user_id)
        case Link(Kind.VIDEO, str(video_id)):
            access_video(uid, video_id)
            return Target(Kind.VIDEO, video_id=video_id)
        case Link(Kind.SHARE, str(token)):
            return _shared(uid, token)
        case Link(Kind.COMMENT, str(comment_id)):
            return _comment(uid, comment_id)
        case Link(Kind.NOTIFICATION, str(notification_id)):
            return _open(uid, _subject(uid, notification_id))
        case _:
            return Target(Kind.NOTIFICATIONS)


def _shared(uid: UserId, token: str) -> Target:
    """The video that was shared, where it is there for the opener. Of the sharer nothing is told."""
    video_id = shares.video_of(token)
    if video_id is None:
        raise NotFound
    access_video(uid, video_id)
    return Target(Kind.VIDEO, video_id=video_id)


def _comment(uid: UserId, comment_id: str) -> Target:
    """A comment that stands, by an author who is there, under a video that is there: all for `uid`."""
    fields: dict[str, Any] = engaged.comment_ref(comment_id).get().to_dict() or {}
    if fields.get("moderationStatus") != "active":
        raise NotFound
    access_video(uid, fields["videoId"])
    if fields["userId"] != uid:
        users.load(uid, UserId(fields["userId"]))
    return Target(Kind.COMMENT, video_id=fields["videoId"], comment_id=comment_id)


def _subject(uid: UserId, notification_id: str) -> Link:
    """What a notification of `uid`'s is about; the list where that has no page of its own."""
    entry = notifications.decode(notifications.ref(notification_id).get())
    if entry is None or entry.owner != uid:
        raise NotFound
    if entry.entity_type not in PAGES:
        return Link(Kind.NOTIFICATIONS)
    return Link(Kind(entry.entity_type.value), entry.entity_id)
