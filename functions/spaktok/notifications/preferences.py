"""What a user wants to hear, how and when: values and pure rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from spaktok.core.age import Age, Band
from spaktok.notifications import silence
from spaktok.notifications.kinds import KINDS, defaults
from spaktok.notifications.model import Category, Channel, EntityType, NotificationType
from spaktok.notifications.silence import Every
from spaktok.safety import policy
from spaktok.safety.curfews import EVERY_DAY, Window

MUTED_MAX: Final = 200
"""Things one user may have muted; the one muted longest ago goes first."""
DAILY_AT: Final = time(18)

Switches = Mapping[str, Mapping[str, bool]]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When the user is not to be disturbed, by their own clock."""

    start: time
    end: time
    zone: str
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the user set; whatever is absent is as `kinds.defaults` has it."""

    types: Switches = field(default_factory=dict)
    categories: Switches = field(default_factory=dict)
    quiet: QuietHours | None = None
    every: Every = Every.OFF
    daily_at: time = DAILY_AT
    time_zone: str | None = None
    hidden_content: bool = False
    muted: Mapping[str, datetime] = field(default_factory=dict)
    """When each thing was muted, by `entity_key`."""

    def zone(self, age: Age) -> str:
        """Whose clock counts: what the user named here, else where they live, else UTC."""
        return self.time_zone or (self.quiet.zone if self.quiet else age.zone or "UTC")


@dataclass(frozen=True, slots=True)
class Held:
    """Until when a push waits, and why."""

    until: datetime
    reason: str


def setting(
    preferences: Preferences, kind: NotificationType, channel: Channel, band: Band
) -> tuple[bool, str]:
    """Whether a type goes by a channel, and which setting says so.

    A type's own switch counts before its category's; nothing switches off what is locked.
    """
    what = KINDS[kind]
    default = defaults(kind, band)[channel]
    if what.locked and default:
        return True, "always"
    for name, where in (
        (kind.value, preferences.types),
        (what.category.value, preferences.categories),
    ):
        if (said := where.get(name, {}).get(channel.value)) is not None:
            return said, f"{'types' if where is preferences.types else 'categories'}.{name}"
    return default, "default"


def hold(preferences: Preferences, kind: NotificationType, age: Age, at: datetime) -> Held | None:
    """Until when a push of this type waits; None where it need not.

    The release is itself in no silence: what a batch would bring into the night waits for morning.
    """
    if KINDS[kind].urgent:
        return None
    first = _silence(preferences, age, at)
    batch = silence.next_batch(at, preferences.every, preferences.daily_at, preferences.zone(age))
    if batch is None:
        return first
    later = _silence(preferences, age, batch)
    return later or Held(batch, "batching")


def _silence(preferences: Preferences, age: Age, at: datetime) -> Held | None:
    curfew = list(_curfew(preferences, age))
    quiet = list(_quiet(preferences))
    until = silence.ends(at, [*curfew, *quiet])
    if until is None:
        return None
    return Held(until, "curfew" if silence.ends(at, curfew) is not None else "quietHours")


def _curfew(preferences: Preferences, age: Age) -> Iterator[tuple[Window, str]]:
    # By the clock of where they live: a zone that is named in settings moves no night of a minor's.
    at_home = age.zone or preferences.zone(age)
    for curfew in policy.curfews(age):
        for window in curfew.windows:
            yield window, curfew.zone or at_home


def _quiet(preferences: Preferences) -> Iterator[tuple[Window, str]]:
    if (quiet := preferences.quiet) is not None:
        yield Window(quiet.start, quiet.end, quiet.days), quiet.zone


def entity_key(kind: EntityType, entity_id: str) -> str:
    """The name under which a thing is muted."""
    return f"{kind}:{entity_id}"


def mute(muted: Mapping[str, datetime], key: str, at: datetime) -> dict[str, datetime]:
    """The things muted with this one among them, the newest `MUTED_MAX`."""
    newest = sorted({**muted, key: at}.items(), key=lambda one: (one[1], one[0]))[-MUTED_MAX:]
    return dict(newest)


def decode(fields: Mapping[str, Any]) -> Preferences:
    """What `users/{uid}/private/notifications` says; all defaults where there is no document."""
    quiet, batching = fields.get("quietHours"), fields.get("batching") or {}
    return Preferences(
        types=fields.get("types", {}),
        categories=fields.get("categories", {}),
        quiet=None
        if quiet is None
        else QuietHours(
            start=time.fromisoformat(quiet["start"]),
            end=time.fromisoformat(quiet["end"]),
            zone=quiet["zone"],
            days=frozenset(quiet.get("days", EVERY_DAY)),
        ),
        every=Every(batching.get("every", Every.OFF)),
        daily_at=time.fromisoformat(batching["at"]) if batching.get("at") else DAILY_AT,
        time_zone=fields.get("timeZone"),
        hidden_content=bool(fields.get("hiddenContent", False)),
        muted=fields.get("mutedEntities", {}),
    )


def switchable(name: str) -> bool:
    """Whether a type or category may be switched off at all."""
    if name in NotificationType.__members__.values():
        return not KINDS[NotificationType(name)].locked
    return any(not kind.locked for kind in KINDS.values() if kind.category is Category(name))
