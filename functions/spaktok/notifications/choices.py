"""What a user sets about notifications, and changes with one tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, transaction
from spaktok.core.ids import UserId
from spaktok.notifications import context, inbox, preferences, store
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import Channel, NotificationType
from spaktok.notifications.refusals import AlwaysTold
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.notifications.requests import UpdateNotificationSettings


@dataclass(frozen=True, slots=True)
class QuietHoursView:
    """Quiet hours as they were set."""

    start: str
    end: str
    zone: str
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BatchingView:
    """How often what does not hurry is delivered."""

    every: str
    at: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts for the caller: what they set, and the defaults elsewhere."""

    types: dict[str, dict[str, bool]]
    """Every type × channel, as it works out."""
    categories: dict[str, dict[str, bool]]
    """What was set for whole categories."""
    locked: tuple[str, ...]
    """The types that can't be switched off."""
    quiet_hours: QuietHoursView | None
    batching: BatchingView
    time_zone: str | None
    hidden_content: bool
    muted_entities: tuple[str, ...]


def settings(uid: UserId) -> Settings:
    """What counts for the caller. Two reads, one RPC."""
    found, security = users.read([store.preferences_ref(uid), store.security_ref(uid)])
    held = preferences.decode(found.to_dict() or {})
    band = context.age_in(security).band
    quiet = held.quiet
    return Settings(
        types={
            kind.value: {
                channel.value: preferences.setting(held, kind, channel, band)[0]
                for channel in Channel
            }
            for kind in KINDS
            if kind is not NotificationType.DIGEST
        },
        categories={name: dict(switches) for name, switches in held.categories.items()},
        locked=tuple(kind.value for kind, what in KINDS.items() if what.locked),
        quiet_hours=None
        if quiet is None
        else QuietHoursView(
            quiet.start.isoformat("minutes"),
            quiet.end.isoformat("minutes"),
            quiet.zone,
            tuple(sorted(quiet.days)),
        ),
        batching=BatchingView(held.every.value, held.daily_at.isoformat("minutes")),
        time_zone=held.time_zone,
        hidden_content=held.hidden_content,
        muted_entities=tuple(sorted(held.muted)),
    )


def update(uid: UserId, request: UpdateNotificationSettings) -> Settings:
    """Change what the request names and leave the rest. Raises `AlwaysTold`. 3 reads, 1 write."""
    given = request.model_fields_set
    for name, switches in (request.settings or {}).items():
        _check(name, {channel.value: on for channel, on in switches.items()})

    def change(fields: dict[str, Any]) -> None:
        for name, switches in (request.settings or {}).items():
            table = "types" if name in NotificationType.__members__.values() else "categories"
            _merge(fields, table, name, {c.value: on for c, on in switches.items()})
        if "quiet_hours" in given:
            quiet = request.quiet_hours
            fields["quietHours"] = quiet and {
                "start": quiet.start,
                "end": quiet.end,
                "zone": quiet.zone,
                "days": sorted(set(quiet.days)),
            }
        if request.batching is not None:
            fields["batching"] = {"every": request.batching.every, "at": request.batching.at}
        if "time_zone" in given:
            fields["timeZone"] = request.time_zone
        if request.hidden_content is not None:
            fields["hiddenContent"] = request.hidden_content

    _change(uid, change)
    return settings(uid)


def retune(uid: UserId, notification_id: str, action: str) -> Settings:
    """Less of what this entry is, with one tap. Raises `NotFound`, `AlwaysTold`. 4 reads, 1 write.

    `mute_type`: nothing of the type any more. `mute_entity`: nothing about this thing any more.
    `fewer`: the type stays in the inbox and is pushed no more.
    """
    entry = inbox.entry_of(uid, notification_id)
    off = dict.fromkeys((c.value for c in Channel), False)
    if action == "fewer":
        off.pop(Channel.IN_APP.value)
    _check(entry.type.value, off)
    at = clock.now()

    def change(fields: dict[str, Any]) -> None:
        if action == "mute_entity":
            key = preferences.entity_key(entry.entity_type, entry.entity_id)
            held: Mapping[str, datetime] = fields.get("mutedEntities", {})
            fields["mutedEntities"] = preferences.mute(held, key, at)
        else:
            _merge(fields, "types", entry.type.value, off)

    _change(uid, change)
    return settings(uid)


def _check(name: str, switches: Mapping[str, bool]) -> None:
    """Nothing that is locked is switched off, by itself or with its category as a whole."""
    if not all(switches.values()) and not preferences.switchable(name):
        raise AlwaysTold(kind=name)


def _merge(fields: dict[str, Any], table: str, name: str, switches: Mapping[str, bool]) -> None:
    held: dict[str, Any] = dict(fields.get(table, {}))
    held[name] = {**held.get(name, {}), **switches}
    fields[table] = held


def _change(uid: str, change: Any) -> None:
    reference = store.preferences_ref(uid)

    def body(tx: Transaction) -> None:
        fields: dict[str, Any] = dict(users.read([reference], tx)[0].to_dict() or {})
        change(fields)
        tx.set(reference, {**fields, "updatedAt": clock.now()})

    transaction.run(body)
