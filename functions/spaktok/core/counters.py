"""Totals that many change at once: sharded, exact, and rolled up in the background.

A counted document has `shards/{k}` below it; a change adds to one shard at random, in the commit
that has the effect, so shards and effects agree whatever fails. `roll_up` sums the shards into the
document itself, where everyone reads the total for free. It is asked for by a task per window of
`WINDOW_S` seconds, and a sweeper finds shards whose task was lost.

Owns `{counted}/shards/{k}`: {<field>: int, …, changedAt}. A counted document's `shards` field says
how many there are (1 where it is absent), so a quiet one costs a single read to sum.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, transaction
from spaktok.core.dispatch import Task, send, window

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction, WriteBatch

SHARDS_MAX: Final = 1024
WINDOW_S: Final = 5
_OVERLAP: Final = timedelta(minutes=2)
_SENT_MAX: Final = 1000

_sent: dict[str, None] = {}


def add(  # noqa: PLR0913 - a change of a total names all of it
    batch: WriteBatch,
    counted: DocumentReference,
    amounts: dict[str, int],
    *,
    shards: int,
    shard: int | None = None,
    extra: dict[str, Any] | None = None,
) -> None:
    """Stage the change of a total, in a shard at random or in the one named. One write.

    `extra` is merged into the same shard document. The commit must also hold a precondition that
    fails when it is repeated (a create, a delete of what exists): the SDK re-sends a blind increment
    whose acknowledgement was lost.
    """
    from google.cloud.firestore import Increment

    chosen = random.randrange(shards) if shard is None else shard  # noqa: S311
    batch.set(
        counted.collection("shards").document(str(chosen)),
        {
            **{name: Increment(amount) for name, amount in amounts.items()},
            **(extra or {}),
            "changedAt": clock.now(),
        },
        merge=True,
    )


def changed(counted: DocumentReference, fields: tuple[str, ...]) -> None:
    """Ask, after the commit, for a roll-up of `fields`: one task a window, however many changes."""
    task = roll_up_task(counted.path, fields, clock.now())
    if task.id in _sent:
        return
    send(task)
    _sent[task.id] = None
    if len(_sent) > _SENT_MAX:
        _sent.pop(next(iter(_sent)))


def roll_up_task(path: str, fields: tuple[str, ...], at: datetime) -> Task:
    """The task that rolls up `fields` of the document at `path` for the window of `at`."""
    number, end = window(at, WINDOW_S)
    return Task(
        function="rollUpCounters",
        id=ids.digest("roll-up", path, *fields, str(number)),
        payload={"path": path, "fields": list(fields), "runAt": end},
        run_at=end,
    )


def roll_up(path: str, fields: tuple[str, ...]) -> dict[str, int]:
    """Write the sum of the shards into the document; the totals.

    One read, one more a shard, and one write. A document that is gone has no total: nothing is
    written then.
    """
    counted = clients.db().document(path)
    shards = counted.collection("shards").select(list(fields))

    def body(tx: Transaction) -> dict[str, int]:
        owner = next(iter(tx.get_all([counted])))
        totals = dict.fromkeys(fields, 0)
        for snapshot in tx.get(shards):
            values = snapshot.to_dict() or {}
            for name in fields:
                totals[name] += values.get(name, 0)
        if owner.exists:
            tx.update(counted, totals)
        return totals

    return transaction.run(body)


def sweep(until: datetime, limit: int = 500) -> int:
    """Ask for a roll-up of every document whose shards changed since the last sweep; how many.

    The watermark is `system/counters.sweptTo`; it moves only over what was really looked at, and
    stays behind the present by `_OVERLAP` for commits that are still under way, so an outage of the
    sweeper delays totals and loses none.
    """
    from google.cloud.firestore import FieldFilter

    watermark = clients.db().collection("system").document("counters")
    since = (watermark.get().to_dict() or {}).get("sweptTo")
    query = clients.db().collection_group("shards").order_by("changedAt").limit(limit)
    if since is not None:
        query = query.where(filter=FieldFilter("changedAt", ">", since))
    found: dict[str, tuple[str, ...]] = {}
    reached = until - _OVERLAP
    snapshots = list(query.stream())
    for snapshot in snapshots:
        values = snapshot.to_dict() or {}
        fields = tuple(sorted(name for name, value in values.items() if type(value) is int))
        found[snapshot.reference.parent.parent.path] = fields
    if len(snapshots) == limit:
        reached = min(reached, snapshots[-1].get("changedAt"))
    for path, fields in found.items():
        send(roll_up_task(path, fields, until))
    if since is None or reached > since:
        watermark.set({"sweptTo": reached})
    return len(found)


def forget() -> None:
    """Empty this instance's memory of what it asked for (tests)."""
    _sent.clear()
