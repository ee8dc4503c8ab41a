"""Sealing anew what lies under an old key, so that the old key can be destroyed.

Which fields are sealed stands in the inventory; with which key, in each document's `sealedWith`. A
document is opened and sealed in one transaction, so it is always readable with the keys that exist;
a run that dies leaves the rest as it was, and the next one finds it by its number. Documents that
can't be opened are counted and left alone.

New key: give the private half to the workers, then the public half to all, wait for `remaining()` to
be 0, and take the old private half away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from spaktok.core import clients, dispatch, ids, log, sealed, transaction
from spaktok.core.dispatch import Task
from spaktok.core.inventory import Entry, Store, find, in_store

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Query, Transaction

PAGE = 100


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the key version its last document had then, and that document's path."""

    version: int
    path: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What one page came to; `after` is where the next one begins, None where there is none."""

    sealed_anew: int
    failed: int
    after: Position | None


def collections() -> tuple[str, ...]:
    """The ids of the collections that hold sealed fields."""
    return tuple(sorted({entry.collection for entry in _entries()}))


def remaining() -> int:
    """How many documents lie under an old key. One count a collection."""
    counts: list[Any] = [cast("Any", _old(name).count()).get() for name in collections()]
    return sum(int(count[0][0].value) for count in counts)


def start(day: str) -> int:
    """Send a task for each collection that holds something old; how many. A read a collection."""
    found = [name for name in collections() if list(_old(name).limit(1).stream())]
    for name in found:
        dispatch.send_if_possible(task(name, day, None))
    return len(found)


def task(collection: str, day: str, after: Position | None) -> Task:
    """The task for a page of a collection: the same for the same page of a day's run."""
    return Task(
        function="rotateSealedFields",
        id=ids.digest("rotate", str(sealed.newest()), collection, day, after.path if after else ""),
        payload={
            "collection": collection,
            "day": day,
            "after": {"version": after.version, "path": after.path} if after else None,
        },
    )


def page(collection: str, after: Position | None) -> Progress:
    """Seal a page of a collection anew. A query, and a read and a write for each that was old."""
    query = _old(collection)
    if after is not None:
        place = clients.db().document(after.path)
        query = query.start_after({"sealedWith": after.version, "__name__": place})
    found = list(query.limit(PAGE).stream())
    anew = failed = 0
    for snapshot in found:
        try:
            anew += _seal_anew(snapshot.reference)
        except sealed.Unopenable:
            failed += 1
            log.warning("sealed field can't be opened", collection=collection)
    if len(found) < PAGE:
        return Progress(anew, failed, None)
    last = found[-1]
    return Progress(anew, failed, Position(last.get("sealedWith"), last.reference.path))


def _seal_anew(reference: DocumentReference) -> bool:
    """Whether there was anything to do: it may have been done, or be gone, since the query."""
    fields = find(reference.path).sealed

    def body(tx: Transaction) -> bool:
        snapshot = next(iter(tx.get_all([reference])))
        held: dict[str, Any] = snapshot.to_dict() or {}
        old = [name for name in fields if name in held and _stale(held[name])]
        if not old and held.get("sealedWith", sealed.newest()) == sealed.newest():
            return False
        changed: dict[str, Any] = {"sealedWith": sealed.newest()}
        for name in old:
            text = sealed.open(held[name], path=reference.path, field=name)
            changed[name] = sealed.seal(text, path=reference.path, field=name)
        tx.update(reference, changed)
        return True

    return transaction.run(body)


def _stale(record: bytes) -> bool:
    return sealed.version_of(record) != sealed.newest()


def _old(collection: str) -> Query:
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection_group(collection)
        .where(filter=FieldFilter("sealedWith", "<", sealed.newest()))
        .order_by("sealedWith")
        .order_by("__name__")
    )


def _entries() -> tuple[Entry, ...]:
    return tuple(entry for entry in in_store(Store.FIRESTORE) if entry.sealed)
