"""Paths, queries and the form of inbox entries.

`notifications/{id}`: an entry of an inbox, alive or a tombstone. Alive: {userId, type, category,
entityType, entityId, actorIds (the latest, at most three), actorCount, involvedIds (all whom it
holds), detail, isRead, readAt,
createdAt, lastActivityAt, seenFrom, seenUpTo, droppedUpTo, acts, gone, told, heldUntil, pushHour,
pushes, mailHour, decidedFor, byEmail, delivery, toldIn, expiresAt}. A tombstone's `userId` is null, so
that no query of the owner's and no rule finds it; it names nobody and nothing, and remembers what was
seen and taken back until TTL removes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids, transaction
from spaktok.notifications.kinds import KINDS, Source
from spaktok.notifications.model import EntityType, Note, NotificationType
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

SYSTEM: Final = "_"
"""The actor of what the system did; no id has an underscore."""
KEPT_FOR: Final = timedelta(days=90)
"""How long an entry stays after its last activity."""
READ_KEPT_FOR: Final = timedelta(days=30)
NAMED_IN_QUERY_MAX: Final = 30
"""Values that Firestore compares a field with in one query."""
TOMBSTONE_KEPT_FOR: Final = timedelta(days=35)
"""Longer than the 31 days in which Cloud Tasks may deliver a task once more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says."""

    id: str
    owner: str | None
    """None for a tombstone."""
    type: NotificationType
    entity_type: EntityType
    entity_id: str
    created_at: datetime
    last_activity_at: datetime
    actor_ids: tuple[str, ...] = ()
    actor_count: int = 0
    detail: str = ""
    is_read: bool = False
    read_at: datetime | None = None
    seen_from: datetime | None = None
    seen_up_to: datetime | None = None
    """The last activity that a read mark covered, and that of the mark before it."""
    dropped_up_to: datetime | None = None
    """The last activity when its owner deleted it: nothing up to then comes back with it."""
    acts: Mapping[str, int] = field(default_factory=dict)
    """When each actor last did it, in microseconds; only where no records say so (`kinds.Source`)."""
    gone: Mapping[str, int] = field(default_factory=dict)
    """When each actor, under a hash, last took it back."""
    told: Mapping[str, int] = field(default_factory=dict)
    """When an act of each of the latest actors, under a hash, was last pushed."""
    held_until: datetime | None = None
    push_hour: datetime | None = None
    pushes: int = 0
    """The hour in which it was last pushed, and how often in it."""
    mail_hour: datetime | None = None
    """The hour in which it last became a letter."""
    decided_for: datetime | None = None
    """The activity that `delivery` is about."""
    by_email: bool = False
    """Whether that activity goes by e-mail as well."""
    delivery: str = "inbox"
    """What became of the push: `push`, or why there was none."""
    told_in: str | None = None
    """The task of a telling of many that wrote it and pushes it, once for all it tells."""

    @property
    def alive(self) -> bool:
        """Whether it stands in an inbox."""
        return self.owner is not None

    def seen(self, *, now: bool = False) -> tuple[datetime | None, datetime | None]:
        """`seen_from` and `seen_up_to` with the owner's mark in them, or one of `now`.

        A mark covers the activity that was there when it was made, and no mark is taken back.
        """
        marked = now or (self.alive and self.is_read)
        if marked and (self.seen_up_to is None or self.last_activity_at > self.seen_up_to):
            return self.seen_up_to, self.last_activity_at
        return self.seen_from, self.seen_up_to


def ref(entry_id: str) -> DocumentReference:
    """`notifications/{id}`."""
    return clients.db().collection("notifications").document(entry_id)


def preferences_ref(uid: str) -> DocumentReference:
    """`users/{uid}/private/notifications`: what the user set; absent while they set nothing."""
    return users.card_ref(uid).collection("private").document("notifications")


def security_ref(uid: str) -> DocumentReference:
    """`security/{uid}`, for age band and region."""
    return clients.db().collection("security").document(uid)


def mask_ref(uid: str) -> DocumentReference:
    """`users/{uid}/feed/mask`: whom a block, either way, hides, and whom the user mutes."""
    return users.card_ref(uid).collection("feed").document("mask")


def of_user(uid: str) -> Query:
    """A user's inbox, latest activity first."""
    from google.cloud.firestore import Query

    return (
        _of(uid)
        .order_by("lastActivityAt", direction=Query.DESCENDING)
        .order_by("__name__", direction=Query.DESCENDING)
    )


def unread(uid: str) -> Query:
    """What the user has not read."""
    from google.cloud.firestore import FieldFilter

    return _of(uid).where(filter=FieldFilter("isRead", "==", False))


def unread_up_to(uid: str, instant: datetime) -> Query:
    """What was unread and had no activity after an instant, oldest first."""
    from google.cloud.firestore import FieldFilter

    return (
        unread(uid)
        .where(filter=FieldFilter("lastActivityAt", "<=", instant))
        .order_by("lastActivityAt")
    )


def held(uid: str, until: datetime) -> Query:
    """The entries whose push waits for this instant."""
    from google.cloud.firestore import FieldFilter

    return _of(uid).where(filter=FieldFilter("heldUntil", "==", until))


def held_between(first: datetime, last: datetime) -> Query:
    """All users' entries whose push was to be released in between, in that order."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("notifications")
        .where(filter=FieldFilter("heldUntil", ">=", first))
        .where(filter=FieldFilter("heldUntil", "<", last))
        .order_by("heldUntil")
        .order_by("__name__")
    )


def pushes_in(uid: str, hour: datetime, kind: NotificationType | None = None) -> int:
    """How many pushes, of one type or of all, a user was decided in an hour. A read a thousand entries.

    Counted from the entries themselves, which say it anyway; two pushes of one moment may both be
    the last of the hour.
    """
    from google.cloud.firestore import FieldFilter

    query: Any = _of(uid).where(filter=FieldFilter("pushHour", "==", hour))
    if kind is not None:
        query = query.where(filter=FieldFilter("type", "==", kind))
    found = query.count(alias="entries").sum("pushes", alias="pushes").get()[0]
    return int(next(one.value for one in found if one.alias == "pushes"))


def pushed_in(uids: Sequence[str], hour: datetime) -> Query:
    """The entries of at most 30 users that were pushed in an hour."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("notifications")
        .where(filter=FieldFilter("userId", "in", list(uids)))
        .where(filter=FieldFilter("pushHour", "==", hour))
    )


def about(entity_ids: Sequence[str]) -> Query:
    """The entries about any of these things, at most `NAMED_IN_QUERY_MAX`."""
    from google.cloud.firestore import FieldFilter

    entries = clients.db().collection("notifications")
    return entries.where(filter=FieldFilter("entityId", "in", list(entity_ids)))


def marked_by_apps(at: datetime) -> Query:
    """What apps marked as read under the rules, which let them touch the mark alone: kept too long."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("notifications")
        .where(filter=FieldFilter("isRead", "==", True))
        .where(filter=FieldFilter("expiresAt", ">", at + READ_KEPT_FOR))
        .order_by("expiresAt")
        .order_by("__name__")
    )


def mailed_in(uid: str, hour: datetime) -> Query:
    """The entries that became a letter in an hour."""
    from google.cloud.firestore import FieldFilter

    return _of(uid).where(filter=FieldFilter("mailHour", "==", hour))


def involving(actor: str, uid: str | None = None) -> Query:
    """The entries that hold an actor, named or not: one user's, or everyone's."""
    from google.cloud.firestore import FieldFilter

    place = clients.db().collection("notifications") if uid is None else _of(uid)
    query: Query = place.where(filter=FieldFilter("involvedIds", "array_contains", actor))
    return query


def records(source: Source, about: str, since: datetime | None, until: datetime | None) -> Query:
    """The records of who did it, latest first: those after `since`, up to and with `until`."""
    from google.cloud.firestore import FieldFilter, Query

    query: Any = clients.db().collection(source.collection)
    query = query.where(filter=FieldFilter(source.about, "==", about))
    if since is not None:
        query = query.where(filter=FieldFilter(source.at, ">", since))
    if until is not None:
        query = query.where(filter=FieldFilter(source.at, "<=", until))
    return query.order_by(source.at, direction=Query.DESCENDING)


def record_ref(source: Source, actor: str, about: str) -> DocumentReference:
    """The record that says whether this actor did it."""
    return clients.db().collection(source.collection).document(ids.edge(actor, about))


def count(query: Query) -> int:
    """How many documents a query has: one read a thousand."""
    counted: Any = query
    return int(counted.count().get()[0][0].value)


def encode(entry: Entry, at: datetime) -> dict[str, Any]:
    """The document of an entry. Every field is there, so an update replaces all of it."""
    if not entry.alive:
        return {**_plain(bury(entry)), "expiresAt": at + TOMBSTONE_KEPT_FOR}
    kept = READ_KEPT_FOR if entry.is_read else KEPT_FOR
    return {**_plain(entry), "expiresAt": max(at, entry.last_activity_at) + kept}


def bury(entry: Entry) -> Entry:
    """The tombstone of an entry: what was seen and taken back, and nobody's name."""
    return replace(
        entry,
        owner=None,
        entity_id="",
        actor_ids=(),
        actor_count=0,
        detail="",
        is_read=True,
        acts={},
        held_until=None,
        delivery="inbox",
        told_in=None,
    )


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "userId": entry.owner,
        "type": entry.type,
        "category": KINDS[entry.type].category,
        "entityType": entry.entity_type,
        "entityId": entry.entity_id,
        "actorIds": list(entry.actor_ids),
        "actorCount": entry.actor_count,
        "detail": entry.detail,
        "isRead": entry.is_read,
        "readAt": entry.read_at,
        "createdAt": entry.created_at,
        "lastActivityAt": entry.last_activity_at,
        "seenFrom": entry.seen_from,
        "seenUpTo": entry.seen_up_to,
        "droppedUpTo": entry.dropped_up_to,
        "acts": dict(entry.acts),
        "involvedIds": sorted({*entry.actor_ids, *entry.acts} - {SYSTEM}),
        "gone": dict(entry.gone),
        "told": dict(entry.told),
        "heldUntil": entry.held_until,
        "pushHour": entry.push_hour,
        "pushes": entry.pushes,
        "mailHour": entry.mail_hour,
        "decidedFor": entry.decided_for,
        "byEmail": entry.by_email,
        "delivery": entry.delivery,
        "toldIn": entry.told_in,
    }


def decode(snapshot: DocumentSnapshot[Any]) -> Entry | None:
    """The entry, alive or a tombstone; None where there is none."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return None
    return Entry(
        id=snapshot.id,
        owner=fields["userId"],
        type=NotificationType(fields["type"]),
        entity_type=EntityType(fields["entityType"]),
        entity_id=fields["entityId"],
        created_at=fields["createdAt"],
        last_activity_at=fields["lastActivityAt"],
        actor_ids=tuple(fields["actorIds"]),
        actor_count=fields["actorCount"],
        detail=fields["detail"],
        is_read=fields["isRead"],
        read_at=fields["readAt"],
        seen_from=fields["seenFrom"],
        seen_up_to=fields["seenUpTo"],
        dropped_up_to=fields["droppedUpTo"],
        acts=fields["acts"],
        gone=fields["gone"],
        told=fields["told"],
        held_until=fields["heldUntil"],
        push_hour=fields["pushHour"],
        pushes=fields["pushes"],
        mail_hour=fields["mailHour"],
        decided_for=fields["decidedFor"],
        by_email=fields["byEmail"],
        delivery=fields["delivery"],
        told_in=fields["toldIn"],
    )


def replace_if_unchanged(snapshot: DocumentSnapshot[Any], after: Entry, at: datetime) -> None:
    """Write an entry in place of the one that was read. One write.

    Raises `transaction.Overtaken` where somebody, perhaps its owner marking it, was faster.
    """
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    fields = encode(after, at)
    try:
        if snapshot.exists:
            unchanged = clients.db().write_option(last_update_time=snapshot.update_time)
            snapshot.reference.update(fields, option=unchanged)
        else:
            snapshot.reference.create(fields)
    except (AlreadyExists, FailedPrecondition, NotFound) as error:
        raise transaction.Overtaken from error


def note(entry: Entry) -> Note:
    """What the other channels are given of an entry."""
    kind = KINDS[entry.type]
    return Note(
        notification_id=entry.id,
        type=entry.type,
        category=kind.category,
        actor_ids=entry.actor_ids,
        actor_count=entry.actor_count,
        entity_type=entry.entity_type,
        entity_id=entry.entity_id,
        collapse_key=entry.id,
        urgent=kind.urgent,
        created_at=entry.last_activity_at,
    )


def micros(instant: datetime) -> int:
    """An instant as whole microseconds, for what is compared exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    """The instant that `micros` was given."""
    return _EPOCH + timedelta(microseconds=value)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _of(uid: str) -> Query:
    from google.cloud.firestore import FieldFilter

    return clients.db().collection("notifications").where(filter=FieldFilter("userId", "==", uid))
