"""What lost tasks left behind: gifts and income that nobody moved on, and gifts not taken back.

That is: gifts that no roll-up holds, income that nobody swept, and gifts whose purchase was paid back.
Each run looks at the time between the last run's end and two minutes ago, by counts, and notes how far
it came: a run that is skipped, dies or fails leaves its minutes to the next. What it finds it notes,
and sends again, and again ever more rarely until it is seen to be done: a task may be lost once more.
Somebody is woken where that takes long. Whatever is sent twice is done once.

Owns `system/income`: {auditedTo: instant}, and `leftBehind/{entryId}`: {tries, dueAt}, of one entry of
a slot that is not shared out, which stands for all of it, or of one that took back a purchase.
`auditedTo` is the database's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, dispatch, log
from spaktok.core.dispatch import Task
from spaktok.wallet import encoding, store
from spaktok.wallet.model.closing import REOPENS
from spaktok.wallet.model.entry import SHARED, Entry
from spaktok.wallet.model.income import LANES
from spaktok.wallet.model.invariants import Violation
from spaktok.wallet.model.sharing import MINUTE_S
from spaktok.wallet.service import auditing, reading
from spaktok.wallet.service.heartbeat import AUDITED_TO, income_ref
from spaktok.wallet.service.income import slot_of, slot_task, sweep_task
from spaktok.wallet.service.refunds import following
from spaktok.wallet.service.reversals import followed

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentSnapshot, Query

LATE_AFTER: Final = timedelta(minutes=2)
"""How long a minute is past when it is audited: by then its gifts should be rolled up."""
SPAN_MAX: Final = timedelta(minutes=30)
"""What one run looks at: after an outage the runs catch up thirty minutes at a time."""
FIRST_SPAN: Final = timedelta(minutes=30)
"""How far the very first run looks back."""
AGAIN_AFTER: Final = timedelta(minutes=5)
"""When what was sent again is looked at; longer after each further try, up to `AGAIN_MAX`."""
AGAIN_MAX: Final = timedelta(hours=6)
DOUBLED_MAX: Final = 7
"""By then the wait is at its longest: doubled for ever, no instant could hold it."""
AGAIN_PAGE: Final = 100
"""Of what was left behind, what one run looks at."""
TRIES_ALARMED: Final = 3
"""By then it is left behind for half an hour, and somebody must look."""
SKEW: Final = timedelta(minutes=15)
"""How far the clock of the instance that made an entry may be from the database's."""


def recover(at: datetime) -> int:
    """Send again what was left behind since the last run; how much that was.

    Two reads and one write, the cost of `left_behind`, and a write for whatever it finds; and those of
    `try_again`, which comes last: what of an old finding fails holds up no new one. The mark moves
    after all is sent: a run that fails is repeated by the next. Two at once do the same twice, which
    is harmless.
    """
    found = _look(at)
    try_again(at)
    return found


def _look(at: datetime) -> int:
    mark = income_ref().get()
    # A clock that is ahead must not call minutes audited that are still to come.
    until = _minute(min(at, _read_at(mark)) - LATE_AFTER)
    known: datetime | None = (mark.to_dict() or {}).get(AUDITED_TO)
    since = _minute(until - FIRST_SPAN if known is None else known)
    if since >= until:
        return 0
    until = min(until, since + SPAN_MAX)
    entries, receivers = left_behind(since, until, at)
    for entry in entries:
        _left().document(entry.id).set({"tries": 1, "dueAt": at + AGAIN_AFTER})
        dispatch.send(task_of(entry, again=until.isoformat()))
    for receiver in receivers:
        dispatch.send(sweep_task(receiver, at))
    income_ref().set({AUDITED_TO: until})
    if entries:
        log.warning("gifts left behind", entries=len(entries))
    return len(entries)


def try_again(at: datetime) -> int:
    """Look at what is noted as left behind: forget what is done, send the rest again; how much that is.

    A read at least; for each the reads of a slot or a purchase's gifts, and a write or delete.
    """
    found = list(due(at).stream())
    tried = 0
    for one in found:
        entry = reading.entry(one.id)
        if entry is None or not is_behind(entry):
            one.reference.delete()
            continue
        tries = one.get("tries") + 1
        wait = min(AGAIN_AFTER * 2 ** min(tries, DOUBLED_MAX), AGAIN_MAX)
        dispatch.send(task_of(entry, again=f"{tries}-{at.isoformat()}"))
        one.reference.set({"tries": tries, "dueAt": at + wait})
        tried += 1
        if tries >= TRIES_ALARMED:
            auditing.alarm([Violation("I19", entry.id, "is left behind, however often it is sent")])
    return tried


def left_behind(since: datetime, until: datetime, at: datetime) -> tuple[list[Entry], list[str]]:
    """What was left behind at `at` of whole minutes, and whose income is to be swept once more.

    One entry of each slot with gifts that no roll-up holds, and those that took a purchase back whose
    gifts did not follow. 21 queries however long the time is; one read a started thousand of gifts, one
    a roll-up, and what it takes to follow a purchase that was taken back; where the counts differ one a
    gift and one a roll-up more.
    """
    minutes = range(int(since.timestamp()) // MINUTE_S, int(until.timestamp()) // MINUTE_S)
    counted = sum(_count(f"gift-{lane}", since, until) for lane in range(LANES))
    rolled = 0
    receivers: set[str] = set()
    for lane in range(LANES):
        # A roll-up comes after its gifts, and may come long after them.
        for one in store.in_lane(f"roll-{lane}", since, at).stream():
            facts = one.get("facts")["minutes"].items()
            rolled += sum(count for minute, count in facts if int(minute) in minutes)
            receivers.add(one.get("userId"))
    unshared = [] if counted == rolled else _unshared(since, until)
    taken_back = [entry for entry in _taken_back(since, until) if is_behind(entry)]
    return [*unshared, *taken_back], sorted(receivers)


def is_behind(entry: Entry) -> bool:
    """Whether what should have followed an entry did not: its slot's sharing out, or its reversal.

    The whole slot's, for the entry stands for it: what waits there for a gift of another slot is left
    by the roll-up that shares out the rest.
    """
    if entry.kind in SHARED:
        slot = entry.slot or ""
        return bool({one.id for one in store.in_slot(slot).select([]).stream()} - _shared_in(slot))
    return not followed(entry.user_id, entry.facts["lotId"])


def task_of(entry: Entry, *, again: str) -> Task:
    """The task by which it follows; `again` names a further run."""
    if entry.kind in SHARED:
        return slot_task(slot_of(entry), again=again)
    return following(entry, again=again)


def due(at: datetime) -> Query:
    """What was left behind and is to be looked at by now, the longest due first."""
    from google.cloud.firestore import FieldFilter

    return _left().where(filter=FieldFilter("dueAt", "<=", at)).order_by("dueAt").limit(AGAIN_PAGE)


def _unshared(since: datetime, until: datetime) -> list[Entry]:
    """One entry of each slot that holds some which no roll-up has."""
    slots: dict[str, list[Entry]] = {}
    for lane in range(LANES):
        for one in store.in_lane(f"gift-{lane}", since, until).stream():
            entry = encoding.decode_entry(one.to_dict() or {})
            slots.setdefault(entry.slot or "", []).append(entry)
    found = []
    for slot, entries in slots.items():
        known = _shared_in(slot)
        found += [entry for entry in entries if entry.id not in known][:1]
    return found


def _shared_in(slot_id: str) -> set[str]:
    """What the roll-ups of a slot hold."""
    found = [one.to_dict() or {} for one in store.roll_ups(slot_id).stream()]
    return {item["id"] for fields in found for item in fields["facts"]["items"]}


def _taken_back(since: datetime, until: datetime) -> list[Entry]:
    """The entries by which spent coins of a purchase were taken back, or given back."""
    # Their index has the clock of whoever made them.
    found = store.of_kinds(REOPENS, since - SKEW, until + SKEW).stream()
    entries = [encoding.decode_entry(one.to_dict() or {}) for one in found]
    return [
        entry
        for entry in entries
        if entry.facts["spentCoins"]
        and entry.committed_at is not None
        and since <= entry.committed_at < until
    ]


def _count(lane: str, since: datetime, until: datetime) -> int:
    counted: Any = store.in_lane(lane, since, until)
    return int(counted.count(alias="entries").get()[0][0].value)


def _minute(at: datetime) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp()) // MINUTE_S * MINUTE_S, UTC)


def _read_at(snapshot: DocumentSnapshot[Any]) -> datetime:
    """The database's time of a read."""
    read: Any = snapshot.read_time
    return datetime.fromtimestamp(read.timestamp(), UTC)


def _left() -> CollectionReference:
    return clients.db().collection("leftBehind")
