"""Totals that many change at once: sharded, exact, and rolled up in the background.

A counted document has `shards/{k}` below it; a change adds to one shard at random, in the commit
that has the effect, so shards and effects agree whatever fails. `roll_up` sums the shards into the
document itself, where everyone reads the total for free. It is asked for by a task per window of
`WINDOW_S` seconds, and a sweeper finds shards whose task was lost.

Owns `{counted}/shards/{k}`: {<field>: int, …, changedAt}. A counted document's `shards` field says
how many there are (1 where it is absent), so a quiet one costs a single read to sum. `changedAt` is
the database's own time: the sweeper must not depend on an instance's clock.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, transaction
from spaktok.core.dispatch import Task, send, send_if_possible, window

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, WriteBatch

SHARDS_MAX: Final = 1024
WINDOW_S: Final = 5
SWEEP_PAGE: Final = 500
SWEEP_PAGES_MAX: Final = 40
"""Pages one sweep reads before it saves how far it came and leaves the rest to the next."""

_OVERLAP: Final = timedelta(minutes=2)
"""How far the sweeper stays behind: a commit's time is set before others can see the commit."""
_SENT_MAX: Final = 1000

_sent: Final[OrderedDict[str, None]] = OrderedDict()


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
    from google.cloud.firestore import SERVER_TIMESTAMP, Increment

    chosen = random.randrange(shards) if shard is None else shard  # noqa: S311
    batch.set(
        counted.collection("shards").document(str(chosen)),
        {
            **{name: Increment(amount) for name, amount in amounts.items()},
            **(extra or {}),
            "changedAt": SERVER_TIMESTAMP,
        },
        merge=True,
    )


def changed(counted: DocumentReference, fields: tuple[str, ...]) -> None:
    """Ask, after the commit, for a roll-up of `fields`: one task a window, however many changes.

    The change is made by now, so a queue that can't be reached is no failure of the caller's: the
    sweeper asks again.
    """
    task = roll_up_task(counted.path, fields, clock.now())
    if task.id in _sent or not send_if_possible(task):
        return
    _sent[task.id] = None
    if len(_sent) > _SENT_MAX:
        _sent.popitem(last=False)


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

    One read, one more a shard, and a write where the total changed: three RPCs. A document that is
    gone has no total: nothing is written then.

    No transaction, because its locks on the shards would stop everyone who counts. The document is
    read first and written only if nobody wrote it since, so an older sum never replaces a newer one.
    """
    return transaction.settle(lambda: _roll_up(clients.db().document(path), fields))


def _roll_up(counted: DocumentReference, fields: tuple[str, ...]) -> dict[str, int]:
    from google.api_core.exceptions import FailedPrecondition

    owner = counted.get(field_paths=list(fields))
    totals = dict.fromkeys(fields, 0)
    for snapshot in counted.collection("shards").select(list(fields)).stream():
        values = snapshot.to_dict() or {}
        for name in fields:
            totals[name] += values.get(name, 0)
    if not owner.exists or owner.to_dict() == totals:
        return totals
    unchanged = clients.db().write_option(last_update_time=owner.update_time)
    try:
        counted.update(dict(totals), option=unchanged)
    except FailedPrecondition as error:
        raise transaction.Overtaken from error
    return totals


def sweep(at: datetime) -> int:
    """Ask for a roll-up of every document whose shards changed since the last sweep; how many.

    The watermark is `system/counters.sweptTo`, in the database's time. It moves only over changes
    whose roll-ups were asked for, so an outage of the sweeper delays totals and loses none; `at`
    only says in which window the tasks run. One read a changed shard, one write.
    """
    watermark = clients.db().collection("system").document("counters")
    kept = watermark.get()
    since = (kept.to_dict() or {}).get("sweptTo")
    settled = _instant(kept.read_time) - _OVERLAP
    reached: datetime | None = None
    asked: set[str] = set()
    for number, page in enumerate(_changed_shards(since), start=1):
        for path, fields in _fields_by_document(page).items():
            send(roll_up_task(path, fields, at))
            asked.add(path)
        reached = min(_instant(page[-1].get("changedAt")), settled)
        if number == SWEEP_PAGES_MAX and len(page) == SWEEP_PAGE:
            break
    else:
        reached = settled if asked else None
    if reached is not None and (since is None or reached > since):
        watermark.set({"sweptTo": reached})
    return len(asked)


def _instant(value: datetime) -> datetime:
    """The database's time as a plain instant: the library's own type loses its zone in arithmetic."""
    return datetime.fromtimestamp(value.timestamp(), UTC)


def _changed_shards(since: datetime | None) -> Iterator[list[DocumentSnapshot[Any]]]:
    """Pages of shards in the order of their change, from `since` on."""
    from google.cloud.firestore import FieldFilter

    query = clients.db().collection_group("shards").order_by("changedAt").limit(SWEEP_PAGE)
    if since is not None:
        # `>=`: a run may have ended among changes of one instant.
        query = query.where(filter=FieldFilter("changedAt", ">=", since))
    while page := list(query.stream()):
        yield page
        if len(page) < SWEEP_PAGE:
            return
        query = query.start_after(page[-1])


def _fields_by_document(page: list[DocumentSnapshot[Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for snapshot in page:
        values = snapshot.to_dict() or {}
        fields = found.setdefault(snapshot.reference.parent.parent.path, set())
        fields.update(name for name, value in values.items() if type(value) is int)
    return {path: tuple(sorted(fields)) for path, fields in found.items() if fields}


def forget() -> None:
    """Empty this instance's memory of what it asked for (tests)."""
    _sent.clear()
