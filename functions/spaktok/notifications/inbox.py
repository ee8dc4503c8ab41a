"""The inbox as its owner uses it: pages, read marks, deletion, why, and less of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, paging, transaction
from spaktok.core.dispatch import Task, send
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.notifications import announcements, context, preferences, store
from spaktok.notifications.announcements import Announcement
from spaktok.notifications.kinds import KINDS, PLACES
from spaktok.notifications.model import Category, Channel
from spaktok.notifications.store import Entry
from spaktok.notifications.templates import render
from spaktok.users import store as users
from spaktok.users.model import Card

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

MARK_CHUNK: Final = 400
MARK_CHUNKS_MAX: Final = 5
"""Chunks a call marks itself; a task marks the rest."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One entry of the caller's inbox."""

    notification_id: str
    type: str
    category: str
    title: str
    message: str
    detail: str
    actor_id: str | None
    actor_name: str | None
    actor_image: str | None
    """The path of the first actor's photo; read with the Storage SDK."""
    actor_ids: tuple[str, ...]
    actor_count: int
    entity_type: str
    entity_id: str
    entity_image: str | None
    """The path of the small picture of what it is about, where that has one."""
    is_read: bool
    created_at: datetime
    last_activity_at: datetime


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """A page of the inbox."""

    notifications: list[Notification]
    unread_count: int
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """How many entries are read now that were not; whether a task marks more."""

    count: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the caller was told this, and which setting governs it."""

    reason: str
    """What the caller is to the thing, by a name that clients translate."""
    setting: str
    """The setting by which it comes or would come as a push: `default`, `always`, `types.…`."""
    delivery: str
    """What became of the push: `push`, `held.…`, `off.…`, `capped`, `repeated`, `late`."""
    held_until: datetime | None
    switchable: bool


def inbox(uid: UserId, limit: int, cursor: str | None) -> NotificationPage:
    """A page of the caller's inbox, latest activity first, told in their language.

    A read an entry and one more, one a distinct actor and a distinct announcement, two for whom to
    leave out and the language, and one a thousand unread entries. Whoever is hidden from the caller
    or gone by now is neither named nor counted among the named; an entry of which nobody is left to
    name is left out.
    """
    page = paging.page(store.of_user(uid), limit=limit, cursor=cursor, scope=f"notifications:{uid}")
    mask, account = users.read([store.mask_ref(uid), users.account_ref(uid)])
    hidden = frozenset((mask.to_dict() or {}).get("users", {}))
    at = clock.now()
    found = [
        entry
        for snapshot in page.snapshots
        if (entry := store.decode(snapshot)) is not None and snapshot.get("expiresAt") > at
    ]
    faces = _faces(found, hidden)
    entries = [shown for entry in found if (shown := naming(entry, faces)) is not None]
    said = announcements.find(announcements.named(entries))
    language = (account.to_dict() or {}).get("language", "en")
    return NotificationPage(
        notifications=[_shown(entry, faces, said, language) for entry in entries],
        unread_count=unread_count(uid),
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def unread_count(uid: str) -> int:
    """What a badge shows: one read a thousand."""
    return store.count(store.unread(uid))


def mark_read(uid: UserId, notification_id: str) -> None:
    """Mark an entry as read; once it is, nothing more is written. One read, one write.

    The mark covers the activity that was there: what comes in the same moment stays unread.
    """
    snapshot, entry = _own(uid, notification_id)
    seen = entry.last_activity_at

    def attempt() -> None:
        nonlocal snapshot, entry
        if entry.is_read or entry.last_activity_at != seen:
            return
        try:
            _mark(snapshot, clock.now())
        except transaction.Overtaken:
            snapshot, entry = _own(uid, notification_id)
            raise

    transaction.settle(attempt)


def mark_all(uid: str, up_to: datetime | None) -> Marked:
    """Mark everything as read whose last activity is not after `up_to` (None: now).

    A read and a write an entry, up to 2,000 of them; a task goes on from there.
    """
    instant = min(up_to or clock.now(), clock.now())
    count = 0
    for _ in range(MARK_CHUNKS_MAX):
        page = list(store.unread_up_to(uid, instant).limit(MARK_CHUNK).stream())
        count += _mark_page(page)
        if len(page) < MARK_CHUNK:
            return Marked(count, has_more=False)
    name = ids.digest("mark-all", uid, str(store.micros(instant)), str(store.micros(clock.now())))
    send(Task("markRest", name, {"uid": uid, "upTo": instant}))
    return Marked(count, has_more=True)


def shorten(at: datetime) -> int:
    """Keep what apps have marked as read themselves for 30 days; how many. A read and a write each."""
    count = 0
    query = store.marked_by_apps(at).limit(MARK_CHUNK)
    for _ in range(MARK_CHUNKS_MAX):
        page = list(query.stream())
        batch = clients.db().batch()
        for one in page:
            batch.update(one.reference, {"expiresAt": one.get("readAt") + store.READ_KEPT_FOR})
        batch.commit()
        count += len(page)
        if len(page) < MARK_CHUNK:
            break
        query = query.start_after(page[-1])
    return count


def delete(uid: UserId, notification_id: str) -> None:
    """Take an entry out of the inbox; only new activity brings it back. One read, one write."""

    def attempt() -> None:
        snapshot, entry = _own(uid, notification_id)
        seen_from, seen_up_to = entry.seen(now=True)
        gone = replace(
            store.bury(entry),
            seen_from=seen_from,
            seen_up_to=seen_up_to,
            dropped_up_to=max(filter(None, (entry.dropped_up_to, entry.last_activity_at))),
        )
        store.replace_if_unchanged(snapshot, gone, clock.now())

    transaction.settle(attempt)


def explain(uid: UserId, notification_id: str) -> Explanation:
    """Why the caller was told this. Five reads."""
    _, entry = _own(uid, notification_id)
    recipient = context.load_recipient(uid)
    _, by = preferences.setting(recipient.preferences, entry.type, Channel.PUSH, recipient.age.band)
    return Explanation(
        reason=_REASONS[KINDS[entry.type].category]
        if not KINDS[entry.type].bell_only
        else "you_turned_on_the_bell",
        setting=by,
        delivery=entry.delivery,
        held_until=entry.held_until,
        switchable=not KINDS[entry.type].locked,
    )


def entry_of(uid: UserId, notification_id: str) -> Entry:
    """The caller's own entry. Raises `NotFound`. One read."""
    return _own(uid, notification_id)[1]


def naming(entry: Entry, named: Collection[str]) -> Entry | None:
    """The entry with only those who may be named; None where it then tells of nobody."""
    left = tuple(uid for uid in entry.actor_ids if uid in named)
    if len(left) == len(entry.actor_ids):
        return entry
    if not left:
        return None
    count = entry.actor_count - (len(entry.actor_ids) - len(left))
    return replace(entry, actor_ids=left, actor_count=count)


_REASONS: Final = {
    Category.SOCIAL: "about_you_or_yours",
    Category.MESSAGE: "sent_to_you",
    Category.LIVE: "live_you_take_part_in",
    Category.MONEY: "your_money",
    Category.SAFETY: "your_safety",
    Category.SECURITY: "your_security",
    Category.SYSTEM: "your_account",
}


def _own(uid: str, notification_id: str) -> tuple[DocumentSnapshot[Any], Entry]:
    snapshot = store.ref(notification_id).get()
    entry = store.decode(snapshot)
    if entry is None or entry.owner != uid:
        raise NotFound
    return snapshot, entry


def _mark(snapshot: DocumentSnapshot[Any], at: datetime) -> None:
    from google.api_core.exceptions import FailedPrecondition
    from google.api_core.exceptions import NotFound as Missing

    unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
    try:
        snapshot.reference.update(_marks(at), option=unchanged)
    except (FailedPrecondition, Missing) as error:
        raise transaction.Overtaken from error


def _mark_page(page: list[DocumentSnapshot[Any]]) -> int:
    """Mark a page in one commit; one by one where an entry has changed since it was read."""
    from google.api_core.exceptions import FailedPrecondition
    from google.api_core.exceptions import NotFound as Missing

    if not page:
        return 0
    at = clock.now()
    batch = clients.db().batch()
    for one in page:
        unchanged = clients.db().write_option(last_update_time=one.update_time)
        batch.update(one.reference, _marks(at), option=unchanged)
    try:
        batch.commit()
    except (FailedPrecondition, Missing):
        return sum(_marked(one, at) for one in page)
    return len(page)


def _marked(one: DocumentSnapshot[Any], at: datetime) -> bool:
    try:
        _mark(one, at)
    except transaction.Overtaken:
        return False
    return True


def _marks(at: datetime) -> dict[str, Any]:
    return {"isRead": True, "readAt": at, "expiresAt": at + store.READ_KEPT_FOR}


def _faces(entries: list[Entry], hidden: frozenset[str]) -> dict[str, Card]:
    """The cards of those who may be named: neither hidden nor gone."""
    wanted = sorted({uid for entry in entries for uid in entry.actor_ids} - hidden)
    if not wanted:
        return {}
    cards = map(users.decode_card, users.read([users.card_ref(uid) for uid in wanted]))
    return {
        uid: card
        for uid, card in zip(wanted, cards, strict=True)
        if card is not None and not card.deactivated
    }


def _shown(
    entry: Entry,
    faces: Mapping[str, Card],
    said: Mapping[str, Announcement],
    language: str,
) -> Notification:
    actors = [faces[uid] for uid in entry.actor_ids]
    first = actors[0] if actors else None
    if entry.entity_id in said:
        text = said[entry.entity_id].text(language)
    else:
        names = [one.username for one in actors]
        text = render(entry.type, names, entry.actor_count, language)
    return Notification(
        notification_id=entry.id,
        type=entry.type,
        category=KINDS[entry.type].category,
        title=text.title,
        message=text.body,
        detail=entry.detail,
        actor_id=first.user_id if first else None,
        actor_name=first.username if first else None,
        actor_image=first.profile_image if first else None,
        actor_ids=entry.actor_ids,
        actor_count=entry.actor_count,
        entity_type=entry.entity_type,
        entity_id=entry.entity_id,
        entity_image=_picture(entry),
        is_read=entry.is_read,
        created_at=entry.created_at,
        last_activity_at=entry.last_activity_at,
    )


def _picture(entry: Entry) -> str | None:
    place = PLACES.get(entry.entity_type)
    owner = ids.owner_of(entry.entity_id)
    if place is None or place.picture is None or owner is None:
        return None
    return place.picture.format(owner=owner, id=entry.entity_id)
