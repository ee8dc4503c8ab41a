"""The daily look at what gifts became: whether each is shared out once, as it was due, and shown.

Goes through the roll-ups of a day in pages of a task each, and has the ledger prove them
(`wallet.service.proving`) by the shares that slots gave then. What their task left unshared or
unshown is sent once more; what does not hold raises an alarm. A day whose look did not end is looked
at again, from its beginning, with the next (`DAYS`). So a day costs a read a gift, two a
roll-up (itself, and whether it was shown), two a receiver and page, a few a reversal, two for each gift
that was taken back, and one a thousand gifts; where fewer or more are shared out than were given, a
read a gift and its roll-up more. With what the audits of the wallets and the books read, that makes
three a gift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, dispatch, finished, ids, log, once
from spaktok.core.dispatch import Task
from spaktok.gifts.service.shares import ShareAt
from spaktok.gifts.service.showing import is_there, shown, unshown
from spaktok.wallet import encoding, store
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.model.income import LANES, Slot
from spaktok.wallet.model.sharing import MINUTE_S
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.service import auditing, income, proving

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

AUDIT: Final = "auditRollUps"
PAGE: Final = 50
"""Roll-ups of one task: 500 gifts each at most."""
DAYS: Final = 3
"""The last days, of which those are begun with whose look has not ended."""
LATE_MAX: Final = timedelta(hours=1)
"""How long after the day its last gifts are waited for."""
STEP: Final = timedelta(hours=1)
"""What of a day one task looks through and has in memory, where something is missing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the look at a day has come."""

    day: str
    lane: int = 0
    """Of its roll-ups; behind those, the steps of the day in which something is missing."""
    after: str | None = None
    """The id of the last roll-up of the lane that was proved."""
    after_at: datetime | None = None
    """When that was committed."""
    shared: int = 0
    """How much of what was committed on the day they share out."""
    begun: str = ""
    """The day on which this look at it began: each has tasks of its own."""


def begin(at: datetime) -> None:
    """Begin to look at yesterday, and at the days before of which no look has ended. A read a day."""
    days = [day_of(at - timedelta(days=back)) for back in range(1, DAYS + 1)]
    ended = once.were_done([looked_at(day) for day in days])
    for day in (day for day, was in zip(days, ended, strict=True) if not was):
        dispatch.send(page_task(Progress(day, begun=day_of(at))))


def looked_at(day: str) -> once.Operation:
    """That a look at a day has come to its end: the record of it."""
    return once.event(day, AUDIT)


def page(progress: Progress) -> Progress | None:
    """Prove the next roll-ups; how far it is then, or None at the end. Repeatable.

    Behind the last it is known whether all that was given on the day is shared out, and if not, it is
    looked for, a step of the day (`STEP`) a page.
    """
    since = datetime.fromisoformat(progress.day).replace(tzinfo=UTC)
    until = since + timedelta(days=1)
    start = since + (progress.lane - LANES) * STEP
    if since <= start < until:
        _share_again(progress, start)
        return replace(progress, lane=progress.lane + 1)
    if start >= until:
        _end(progress, since, until)
        return None
    found = list(_next(progress, since, until + LATE_MAX).stream())
    fields = {one.id: one.to_dict() or {} for one in found}
    due = _Due()
    auditing.alarm(proving.roll_ups(fields, due.at))
    _show_again(progress, fields)
    shared = progress.shared + sum(_shared(one, since, until) for one in fields.values())
    if len(found) == PAGE:
        last: DocumentSnapshot[Any] = found[-1]
        return replace(progress, after=last.id, after_at=last.get("committedAt"), shared=shared)
    if progress.lane + 1 < LANES:
        return _at(progress, progress.lane + 1, shared)
    if proving.counted(since, until) != shared:
        return _at(progress, LANES, shared)
    _end(progress, since, until)
    return None


def _at(progress: Progress, lane: int, shared: int) -> Progress:
    return Progress(progress.day, lane=lane, shared=shared, begun=progress.begun)


def _end(progress: Progress, since: datetime, until: datetime) -> None:
    _unshow_again(progress, since, until)
    once.handle(looked_at(progress.day), lambda _: None)
    finished.note(AUDIT)


def page_task(progress: Progress) -> Task:
    """The task that proves a page, once a look."""
    name = (progress.day, str(progress.lane), progress.after or "", progress.begun)
    payload = {
        "day": progress.day,
        "lane": progress.lane,
        "after": progress.after,
        "afterAt": progress.after_at,
        "shared": progress.shared,
        "begun": progress.begun,
    }
    return Task(AUDIT, ids.digest("audit-roll-ups", *name), payload)


@dataclass
class _Due:
    """The shares of the receivers of a page."""

    known: dict[str, ShareAt] = field(default_factory=dict)

    def at(self, receiver: str, committed_at: datetime) -> frozenset[int]:
        if receiver not in self.known:
            self.known[receiver] = ShareAt(receiver)
        return self.known[receiver].possible(committed_at)


def _next(progress: Progress, since: datetime, until: datetime) -> Query:
    query = store.walked(f"roll-{progress.lane}", since, until).limit(PAGE)
    if progress.after is None:
        return query
    name = store.entries().document(progress.after)
    return query.start_after({"committedAt": progress.after_at, "__name__": name})


def _shared(roll_up: Mapping[str, Any], since: datetime, until: datetime) -> int:
    """How many of a roll-up's were committed in a time; of one that is none, none."""
    minutes = range(int(since.timestamp()) // MINUTE_S, int(until.timestamp()) // MINUTE_S)
    try:
        counts: Mapping[str, int] = roll_up["facts"]["minutes"]
        return sum(count for minute, count in counts.items() if int(minute) in minutes)
    except (LookupError, TypeError, ValueError, AttributeError):
        return 0  # that it cannot be read is said already


def _again(progress: Progress) -> str:
    """What names the tasks that a look sends: of a day's next look, they are others."""
    return f"{progress.day}-{progress.begun}"


def _show_again(progress: Progress, roll_ups: Mapping[str, Mapping[str, Any]]) -> None:
    """Send the slots of those that nobody was shown, though they are somebody's still."""
    done = once.were_done([shown(one) for one in roll_ups])
    for (name, fields), was in zip(roll_ups.items(), done, strict=True):
        slot = None if was else _slot(fields)
        if slot is not None:
            log.warning("gifts were not shown", roll_up=name)
            dispatch.send(income.slot_task(slot, again=f"unshown-{name}-{_again(progress)}"))


def _slot(roll_up: Mapping[str, Any]) -> Slot | None:
    """Whose it is; None of one whose receiver was erased, or that cannot be read."""
    try:
        facts = roll_up["facts"]
        slot = Slot(roll_up["userId"], facts["window"], facts["part"])
        theirs = slot.id == roll_up["rolls"] and is_there(slot.receiver)
        return slot if theirs else None
    except (LookupError, TypeError, ValueError):
        return None


def _share_again(progress: Progress, start: datetime) -> None:
    """Name what of a step is not in one roll-up, and send what is in none."""
    violations, behind = proving.unshared(start, start + STEP)
    auditing.alarm(violations)
    for entry in behind:
        again = f"unshared-{_again(progress)}"
        dispatch.send(income.slot_task(income.slot_of(entry), again=again))


def _unshow_again(progress: Progress, since: datetime, until: datetime) -> None:
    """Have what was taken back as a whole subtracted, where it is not: two reads each."""
    found = list(store.of_kinds([Kind.UNDO], since, until).stream())
    done = once.were_done([unshown(one.id) for one in found])
    for one, was in zip(found, done, strict=True):
        receiver = encoding.decode_entry(one.to_dict() or {}).receiver_id
        if not was and receiver is not None and is_there(receiver):
            log.warning("a gift that was taken back is still shown", undo=one.id)
            payload = {"undoId": one.id, "runAt": clock.now()}
            name = ids.digest("unshow", one.id, _again(progress))
            dispatch.send(Task("unshowGift", name, payload))
