"""Beyond the inbox: whether an entry is pushed now, later with others, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from spaktok.core import clients, clock, ids
from spaktok.core.dispatch import Task, send
from spaktok.notifications import context, preferences, store
from spaktok.notifications.context import Recipient, load_recipient
from spaktok.notifications.kinds import KINDS
from spaktok.notifications.model import Channel, EntityType, Note, NotificationType
from spaktok.notifications.push import service as push
from spaktok.notifications.silence import Every
from spaktok.notifications.store import Entry

DIGEST_MAX: Final = 500
"""Held entries that a digest counts; whoever was told more while asleep is told of that many."""
ALL_HOURLY: Final = 150
"""Pushes an hour of all types together; more than any one may have. What has no cap of its own is
counted and passes."""
LETTERS_HOURLY: Final = 10
"""Letters an hour of what has a cap; an entry is no more than one of them."""
LOOKED_AT: Final = 30
"""Held entries whose things are looked for; beyond them they are taken to be there."""
SWEEP_PAGE: Final = 300
SWEEP_PAGES_MAX: Final = 40
SWEEP_BACK: Final = timedelta(hours=1)
SWEEP_BEHIND: Final = timedelta(minutes=5)
_SPREAD_S: Final = 60


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the push of an entry."""

    delivery: str
    """`push`, or why there is none: `held.…`, `off.…`, `capped`, `late`."""
    held_until: datetime | None = None
    by_email: bool = False
    """Letters wake nobody: they wait for nothing."""

    @property
    def now(self) -> bool:
        """Whether it leaves at once."""
        return self.delivery == "push"


@dataclass(frozen=True, slots=True)
class Pushed:
    """How many pushes a user was decided this hour."""

    of_type: int = 0
    in_all: int = 0


def decide(
    recipient: Recipient,
    kind: NotificationType,
    happened_at: datetime,
    *,
    mail_hour: datetime | None,
    pushed: Pushed | None = None,
) -> Decision:
    """Whether this type may disturb this recipient now.

    Two reads where the type has a cap and `pushed` is not known, and one where it goes by letter.
    `mail_hour` is when the entry last became one.
    """
    decision = _decide(recipient, kind, happened_at, pushed)
    return replace(decision, by_email=_mails(recipient, kind, mail_hour))


def counted(entry: Entry, decision: Decision) -> Entry:
    """The entry with what was decided counted in its hour."""
    hour = _hour(clock.now())
    if decision.now:
        pushes = entry.pushes + 1 if entry.push_hour == hour else 1
        entry = replace(entry, push_hour=hour, pushes=pushes)
    return replace(entry, mail_hour=hour) if decision.by_email else entry


def _decide(
    recipient: Recipient, kind: NotificationType, happened_at: datetime, pushed: Pushed | None
) -> Decision:
    at = clock.now()
    wanted, by = preferences.setting(recipient.preferences, kind, Channel.PUSH, recipient.age.band)
    if not wanted:
        return Decision(f"off.{by}")
    if at - happened_at > KINDS[kind].fresh_for:
        return Decision("late")
    held = preferences.hold(recipient.preferences, kind, recipient.age, at)
    if held is not None:
        return Decision(f"held.{held.reason}", held.until)
    return Decision("capped" if _capped(recipient.uid, kind, pushed, at) else "push")


def _capped(uid: str, kind: NotificationType, pushed: Pushed | None, at: datetime) -> bool:
    if (limit := KINDS[kind].hourly) is None:
        return False
    if pushed is None:
        hour = _hour(at)
        pushed = Pushed(store.pushes_in(uid, hour, kind), store.pushes_in(uid, hour))
    return pushed.of_type >= limit or pushed.in_all >= ALL_HOURLY


def _mails(recipient: Recipient, kind: NotificationType, mail_hour: datetime | None) -> bool:
    """Whether it goes by letter. What has a cap is a letter once an hour, and few of it are."""
    wanted, _ = preferences.setting(recipient.preferences, kind, Channel.EMAIL, recipient.age.band)
    if not wanted or KINDS[kind].hourly is None:
        return wanted
    hour = _hour(clock.now())
    if mail_hour == hour:
        return False
    return store.count(store.mailed_in(recipient.uid, hour)) < LETTERS_HOURLY


def pushed_to(uids: Sequence[str], kind: NotificationType) -> dict[str, Pushed]:
    """What each of these users was pushed this hour. A query for every 30, a read an entry."""
    hour = _hour(clock.now())
    found = dict.fromkeys(uids, Pushed())
    for start in range(0, len(uids), store.NAMED_IN_QUERY_MAX):
        some = uids[start : start + store.NAMED_IN_QUERY_MAX]
        for snapshot in store.pushed_in(some, hour).stream():
            entry = store.decode(snapshot)
            if entry is not None and entry.owner is not None:
                held = found[entry.owner]
                of_type = held.of_type + (entry.pushes if entry.type is kind else 0)
                found[entry.owner] = Pushed(of_type, held.in_all + entry.pushes)
    return found


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def follow_up(entry: Entry) -> None:
    """After the commit: send what is due of an entry that is new, or may not have been sent.

    Repeating it is harmless: a push is keyed by the entry and its last activity, a release by user
    and instant.
    """
    if entry.told_in is not None or not _due(entry):
        return
    if entry.delivery == "push":
        push.send(entry.owner or "", store.note(entry))
    _later(entry)


def follow_up_together(entries: Sequence[Entry], task: str) -> None:
    """The same for the entries that one task wrote. Its pushes go together, claimed by one write.

    An entry that another task wrote is that one's to push.
    """
    due = [entry for entry in entries if entry.told_in == task and _due(entry)]
    pushed = [(entry.owner or "", store.note(entry)) for entry in due if entry.delivery == "push"]
    push.send_together(task, pushed)
    for entry in due:
        _later(entry)


def _due(entry: Entry) -> bool:
    """Whether what was decided of its last activity is still to be done."""
    if not entry.alive or entry.is_read or entry.decided_for != entry.last_activity_at:
        return False
    return clock.now() - entry.last_activity_at <= KINDS[entry.type].fresh_for


def _later(entry: Entry) -> None:
    if entry.held_until is not None and entry.held_until > clock.now():
        send(release_task(entry.owner or "", entry.held_until))
    if entry.by_email:
        push.mail(entry.owner or "", store.note(entry))


def release_task(uid: str, until: datetime) -> Task:
    """The task that releases what was held for a user until an instant: one, whatever was held.

    Half a country's quiet hours end at the same instant, so the tasks spread over a minute after it.
    """
    spread = int(ids.digest("release", uid), 16) % _SPREAD_S
    return Task(
        function="releaseHeld",
        id=ids.digest("release-held", uid, str(store.micros(until))),
        payload={"uid": uid, "until": until},
        run_at=until + timedelta(seconds=spread),
    )


def release(uid: str, until: datetime) -> bool:
    """Tell the user in one push what waited for `until`; whether there was anything to tell.

    A single entry is told as itself. What the user has read meanwhile, or may not hear any more, is
    left out and not counted, and what has become quiet again waits on. A read an entry and four more,
    one an actor, and for each of the first `LOOKED_AT` entries at most three.
    """
    at = clock.now()
    recipient = load_recipient(uid)
    if not recipient.exists:
        return False
    found = [store.decode(one) for one in store.held(uid, until).limit(DIGEST_MAX).stream()]
    waiting = [
        one
        for one in context.still_told(recipient, [one for one in found if one is not None])
        if _wanted(recipient, one.type)
    ]
    there = [one for one in waiting[:LOOKED_AT] if _is_there(one)]
    count = len(there) + len(waiting[LOOKED_AT:])
    if not there:
        return False
    again = preferences.hold(_unbatched(recipient), waiting[0].type, recipient.age, at)
    if again is not None:
        _postpone(waiting, again.until)
        send(release_task(uid, again.until))
        return False
    push.send(uid, store.note(there[0]) if count == 1 else digest(uid, until, count))
    return True


def digest(uid: str, until: datetime, entries: int) -> Note:
    """What is pushed instead of that many entries."""
    kind = KINDS[NotificationType.DIGEST]
    return Note(
        notification_id=ids.digest("digest", uid, str(store.micros(until))),
        type=NotificationType.DIGEST,
        category=kind.category,
        actor_ids=(),
        actor_count=entries,
        entity_type=EntityType.USER,
        entity_id=uid,
        collapse_key="digest",
        urgent=False,
        created_at=until,
    )


def sweep(at: datetime) -> int:
    """Ask again for the releases of the last hour; for how many users and instants.

    The tasks' ids are the same as when they were asked for first, so only what was lost is new to
    the queue, and a digest that was sent is not sent again. A read a held entry.
    """
    asked: set[str] = set()
    query = store.held_between(at - SWEEP_BACK, at - SWEEP_BEHIND).limit(SWEEP_PAGE)
    for _ in range(SWEEP_PAGES_MAX):
        page = list(query.stream())
        for snapshot in page:
            entry = store.decode(snapshot)
            if entry is None or entry.owner is None or entry.is_read or entry.held_until is None:
                continue
            task = release_task(entry.owner, entry.held_until)
            if task.id not in asked:
                send(task)
                asked.add(task.id)
        if len(page) < SWEEP_PAGE:
            break
        query = query.start_after(page[-1])
    return len(asked)


def _is_there(entry: Entry) -> bool:
    return context.there_for(entry.owner or "", entry.entity_type, entry.entity_id)


def _wanted(recipient: Recipient, kind: NotificationType) -> bool:
    return preferences.setting(recipient.preferences, kind, Channel.PUSH, recipient.age.band)[0]


def _unbatched(recipient: Recipient) -> preferences.Preferences:
    """The preferences without batches: what leaves with one must not wait for the next."""
    return replace(recipient.preferences, every=Every.OFF)


def _postpone(entries: list[Entry], until: datetime) -> None:
    batch = clients.db().batch()
    for entry in entries:
        batch.update(store.ref(entry.id), {"heldUntil": until})
    batch.commit()
