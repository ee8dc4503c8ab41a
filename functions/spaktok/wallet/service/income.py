"""Income: from the gifts of a window to the receiver's wallet.

After its commit a gift's slot is sent as a task (`committed`) to the job named `ROLL_UP`, which is
`gifts`', since that knows the shares, and which calls `roll_up`; that sends the receiver's next
`sweepIncome`. What a lost task left behind is found by `recovering`, by counts. The first income of
a day's gifts stages, in the commit that brings it, the task that tells of them (`arrivals`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, dispatch, ids, transaction
from spaktok.core.dispatch import Task
from spaktok.core.refusal import TryAgain
from spaktok.wallet import encoding, store
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.income import (
    READ_MAX,
    Slot,
    lane_of,
    roll_up_id,
    summed,
    sweep_after,
)
from spaktok.wallet.model.sharing import Item, ShareAt, rolled_up, swept
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.service import arrivals
from spaktok.wallet.service.booking import Decide, Operation, Stage, book

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

ROLL_UP: Final = "rollUpGifts"
"""The job that shares out a slot. Its request is {receiver, window, part, runAt, named?}."""
SHARDS_MAX: Final = 400
"""Shards of one sweep: with wallet and entry well under a commit's 500 writes."""
OVERTAKEN_MAX: Final = 5
NOTE: Final = "income"
"""The wallet's note of the last day of which its owner is or will be told: {day}."""

_SENT_MAX: Final = 10_000
_sent_lock: Final = Lock()
_sent: Final[OrderedDict[str, None]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Shared:
    """What a run of `roll_up` did."""

    entries: tuple[Entry, ...]
    """The gifts, reversals and restorations that it shared out, in no order: for boards and
    broadcasts, without another read."""
    roll_ups: tuple[str, ...]
    """The ids of the roll-ups that hold them."""
    waiting: tuple[Entry, ...]
    """Reversals and restorations whose gift is not shared yet: run again later."""


def slot_of(entry: Entry) -> Slot:
    """The slot of a gift, reversal or restoration."""
    slot = Slot(entry.receiver_id or "", entry.facts["window"], entry.facts["part"])
    return slot if slot.id == entry.slot else replace(slot, named=entry.slot)


def slot_task(slot: Slot, *, again: str = "") -> Task:
    """The task that rolls up a slot, once its window is over.

    `again` names a further run: a task's id is used once.
    """
    return Task(
        function=ROLL_UP,
        id=ids.digest("slot-task", slot.id, again),
        payload={
            "receiver": slot.receiver,
            "window": slot.window,
            "part": slot.part,
            "runAt": slot.due,
            **({} if slot.named is None else {"named": slot.named}),
        },
        run_at=slot.due,
    )


def committed(entry: Entry) -> None:
    """Ask, after the commit, for the roll-up of an entry's slot: one task a slot and instance.

    The gift is made by now: a queue that can't be reached is no failure, `recovering` finds it. A
    commit that came after its slot's task gets a task of its own.
    """
    slot, now = slot_of(entry), clock.now()
    late = now >= slot.due
    task = slot_task(slot, again=entry.id if late else "")
    with _sent_lock:
        if task.id in _sent:
            return
    if dispatch.send_if_possible(task):
        with _sent_lock:
            _sent[task.id] = None
            if len(_sent) > _SENT_MAX:
                _sent.popitem(last=False)


def roll_up(slot: Slot, share_at: ShareAt) -> Shared:
    """Share out what of a slot is not shared yet; repeatable, and safe beside itself.

    Gifts by the share at their commit, by the database's clock. A read an entry and one more, and two
    writes each 500: the roll-up and the income shard. Sends the receiver's next sweep.
    """
    shared: list[Entry] = []
    done: list[str] = []
    receiver = slot.receiver
    while True:
        before = _roll_ups(slot.id)
        known = {item["id"] for one in before for item in one["facts"]["items"]}
        found = [
            encoding.decode_entry(one.to_dict() or {})
            for one in store.in_slot(slot.id).limit(len(known) + READ_MAX).stream()
        ]
        fresh = [entry for entry in found if entry.id not in known][:READ_MAX]
        entry = _next(slot, fresh, share_at, number=len(before))
        if entry is None:
            break
        if _create(slot, entry):
            held = {item["id"] for item in entry.facts["items"]}
            shared += [one for one in fresh if one.id in held]
            done.append(entry.id)
            receiver = entry.user_id  # erased meanwhile, they have another name
            if len(fresh) < READ_MAX:
                break
    if done:
        dispatch.send_if_possible(sweep_task(receiver, clock.now()))
    there = {one.id for one in shared}
    waiting = tuple(one for one in fresh if one.id not in there)
    return Shared(tuple(shared), tuple(done), waiting)


def roll_ups_of(slot: Slot) -> list[Entry]:
    """The roll-ups of a slot, for whoever makes more of them. A read each, one at least."""
    return [encoding.decode_entry(one.to_dict() or {}) for one in store.roll_ups(slot.id).stream()]


def sweep_task(receiver: str, at: datetime) -> Task:
    """The task that sweeps a receiver's income: one a second, whoever asks for it."""
    number, due = sweep_after(at)
    return Task(
        function="sweepIncome",
        id=ids.digest("sweep", receiver, str(number)),
        payload={"uid": receiver, "runAt": due},
        run_at=due,
    )


def sweep(uid: str) -> Entry | None:
    """Move a receiver's income shards into the wallet; None where there are none.

    A shard is deleted by the commit that credits it and must still be there: it counts once. One read
    a shard and one, two writes, one delete a shard; the first income of a day is a write and a
    delete more. Of more than 400 shards the next sweep takes the rest.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    for _ in range(OVERTAKEN_MAX):
        shards = list(store.shards(uid).limit(SHARDS_MAX).stream())
        if not shards:
            return None
        fields = [one.to_dict() or {} for one in shards]
        by_day = summed([one["byDay"] for one in fields])
        names = [one.id for one in shards]
        operation = Operation(
            uid=uid,
            kind=Kind.SWEEP,
            key=ids.digest(*names),
            asked={"byDay": by_day},
            facts={
                "rollUps": [one["rollUp"] for one in fields],
                # The roll-ups stand in no chain: by this they hang on the receiver's.
                "rollUpHashes": [one.get("hash", "") for one in fields],
            },
        )
        try:
            entry = book(operation, _sweeping(by_day), _deleting(shards))
        except (FailedPrecondition, NotFound):
            continue  # another sweep took some of them
        dispatch.release_all(_first_of_days(entry))
        if len(shards) == SHARDS_MAX:
            dispatch.send_if_possible(sweep_task(uid, clock.now()))
        return entry
    raise TryAgain


def _sweeping(by_day: Mapping[str, int]) -> Decide:
    def decide(wallet: Wallet, _: datetime) -> Decision:
        decision = swept(wallet, by_day)
        noted = wallet.notes.get(NOTE, {}).get("day", "")
        days = sorted(day for day, micro in by_day.items() if micro > 0 and day > noted)
        if not days or wallet.closed_at is not None:
            return decision
        facts = {**decision.facts, "firstOf": days}
        after = decision.wallet.noted(NOTE, {"day": days[-1]})
        return replace(decision, wallet=after, facts=facts)

    return decide


def _first_of_days(entry: Entry) -> list[Task]:
    """The tasks that tell of the days of which a sweep brought the first income."""
    return [arrivals.task(entry.user_id, day) for day in entry.facts.get("firstOf", ())]


def _roll_ups(slot_id: str) -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in store.roll_ups(slot_id).stream()]


def _next(slot: Slot, fresh: list[Entry], share_at: ShareAt, *, number: int) -> Entry | None:
    """The slot's next roll-up; None where there is nothing that could be shared."""
    from spaktok.core import pseudonym  # of all that load this, a roll-up alone asks

    # Whoever was erased has another name in the entries by now, and earns nothing any more.
    gone = any(pseudonym.is_one(entry.receiver_id or "") for entry in fresh)
    rolled = rolled_up(fresh, (lambda *_: 0) if gone else share_at, Originals())
    if not rolled.items:
        return None
    entry_id = roll_up_id(slot.id, number)
    return Entry(
        id=entry_id,
        key=f"{slot.id}-{number}",
        kind=Kind.ROLL_UP,
        input_hash="",
        user_id=fresh[0].receiver_id or slot.receiver,
        at=clock.now(),
        wallet_id="",
        seq=0,
        prev="",
        postings=rolled.postings(),
        facts={"window": slot.window, "part": slot.part, "number": number, **rolled.facts()},
        lane=lane_of(entry_id, "roll"),
        rolls=slot.id,
    )


class Originals:
    """The shares of the gifts that reversals and restorations are about, by their slots' roll-ups.

    A slot's are read once: a gift that very many lots paid has as many reversals.
    """

    def __init__(self) -> None:
        self._slots: dict[str, dict[str, Item]] = {}

    def __call__(self, entry: Entry) -> Item | None:
        """The gift's; None where it is not shared out yet."""
        slot: str = entry.facts["giftSlot"]
        if slot not in self._slots:
            items = (item for one in _roll_ups(slot) for item in one["facts"]["items"])
            self._slots[slot] = {item["id"]: Item.read(item) for item in items}
        return self._slots[slot].get(entry.facts["giftId"])


def _create(slot: Slot, entry: Entry) -> bool:
    """Write the roll-up and its shard; False where another run made the roll-up of that number."""
    from google.api_core.exceptions import AlreadyExists

    batch = clients.db().batch()
    hashed = store.create(batch, entry)
    by_day = entry.facts["byDay"]
    if by_day:
        shard = store.income(entry.user_id).document(f"{slot.window:011}-{entry.id}")
        batch.create(shard, {"byDay": by_day, "rollUp": entry.id, "hash": hashed})
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return False
    return True


def _deleting(shards: list[Any]) -> Callable[[Transaction], Stage]:
    still_there = clients.db().write_option(exists=True)

    def stage(tx: Transaction, entry: Entry, _: Decision) -> None:
        for one in shards:
            tx.delete(one.reference, option=still_there)
        for task in _first_of_days(entry):
            dispatch.stage(tx, task)

    return lambda tx: partial(stage, tx)


def forget() -> None:
    """Empty this instance's memory of what it asked for (tests)."""
    with _sent_lock:
        _sent.clear()
