"""What lost tasks left behind: gifts and income that nobody moved on, and gifts not taken back.

That is: gifts that no roll-up holds, income that nobody swept, and gifts whose purchase was paid back.
Each run looks at the time between the last run's end and two minutes ago, by counts, and notes how far
it came: a run that is skipped, dies or fails leaves its minutes to the next. Whatever is sent twice is
done once.

Owns `system/income`: {auditedTo: instant}, by the database's clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from spaktok.core import dispatch, log
from spaktok.core.dispatch import Task
from spaktok.wallet import encoding, store
from spaktok.wallet.model.closing import REOPENS
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.income import LANES, Slot
from spaktok.wallet.model.sharing import MINUTE_S
from spaktok.wallet.service.heartbeat import AUDITED_TO, income_ref
from spaktok.wallet.service.income import ROLL_UP, roll_ups_of, slot_of, slot_task, sweep_task
from spaktok.wallet.service.refunds import following

LATE_AFTER: Final = timedelta(minutes=2)
"""How long a minute is past when it is audited: by then its gifts should be rolled up."""
SPAN_MAX: Final = timedelta(minutes=30)
"""What one run looks at: after an outage the runs catch up thirty minutes at a time."""
FIRST_SPAN: Final = timedelta(minutes=30)
"""How far the very first run looks back."""


def recover(at: datetime) -> int:
    """Send again what was left behind since the last run; how many slots.

    One read and one write, and the cost of `left_behind`. The mark moves after all is sent: a run
    that fails is repeated by the next. Two at once do the same twice, which is harmless.
    """
    until = _minute(at - LATE_AFTER)
    known: datetime | None = (income_ref().get().to_dict() or {}).get(AUDITED_TO)
    since = _minute(until - FIRST_SPAN if known is None else known)
    if since >= until:
        return 0
    until = min(until, since + SPAN_MAX)
    tasks = left_behind(since, until, at)
    for task in tasks:
        dispatch.send(task)
    income_ref().set({AUDITED_TO: until})
    slots = sum(task.function == ROLL_UP for task in tasks)
    if slots:
        log.warning("gifts left behind", slots=slots)
    return slots


def left_behind(since: datetime, until: datetime, at: datetime) -> list[Task]:
    """What was left behind at `at` of whole minutes, as the tasks to be sent again.

    Of slots with gifts that no roll-up holds, of receivers whose income should be swept once more,
    and of purchases that were taken back when coins were spent: whether the gifts followed takes as
    much to see as to follow them. 21 queries however long the time is; one read a started thousand
    of gifts, one a roll-up and one an entry about a purchase; where the counts differ one a gift and
    one a roll-up more.
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
    # Named after the time looked at, so that the next run's tasks are other ones.
    again = until.isoformat()
    slots = [] if counted == rolled else _unshared(since, until)
    return [
        *(slot_task(slot, again=again) for slot in slots),
        *(sweep_task(receiver, at) for receiver in sorted(receivers)),
        *(following(entry, again=again) for entry in _taken_back(since, until)),
    ]


def _taken_back(since: datetime, until: datetime) -> list[Entry]:
    """The entries by which spent coins of a purchase were taken back, or given back."""
    found = store.of_kinds(REOPENS, since, until).stream()
    entries = [encoding.decode_entry(one.to_dict() or {}) for one in found]
    return [entry for entry in entries if entry.facts["spentCoins"]]


def _unshared(since: datetime, until: datetime) -> list[Slot]:
    slots: dict[str, tuple[Slot, set[str]]] = {}
    for lane in range(LANES):
        for one in store.in_lane(f"gift-{lane}", since, until).stream():
            entry = encoding.decode_entry(one.to_dict() or {})
            slot = slot_of(entry)
            slots.setdefault(slot.id, (slot, set()))[1].add(entry.id)
    found = []
    for slot, entry_ids in slots.values():
        known = {item["id"] for one in roll_ups_of(slot) for item in one.facts["items"]}
        if not entry_ids <= known:
            found.append(slot)
    return found


def _count(lane: str, since: datetime, until: datetime) -> int:
    counted: Any = store.in_lane(lane, since, until)
    return int(counted.count(alias="entries").get()[0][0].value)


def _minute(at: datetime) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp()) // MINUTE_S * MINUTE_S, UTC)
