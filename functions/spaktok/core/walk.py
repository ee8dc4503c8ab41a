"""Every document there is below a place, whatever its collection is called.

Deleting a document leaves what lies below it, and a collection nobody knows of lies somewhere too; so
whoever must find everything asks without naming a collection. The Python client has no such query,
but the database has: it is the one by which the other clients delete recursively.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

PAGE: Final = 400
"""Documents of one query, and deletes of one commit."""


def below(place: DocumentReference | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and fields of all that lies below a document, at any depth; of everything, for None.

    The document itself is not among them and need not exist. A read each, in pages: there may be
    more than memory holds.
    """
    for found in _pages(place, whole=True):
        for document in found:
            yield _path(document.name), _fields(document)


def delete(place: DocumentReference, spare: frozenset[str] = frozenset()) -> int:
    """Delete a document and all that lies below it; how many lay below. Repeatable.

    `spare` are collections right below it that stay.

    The document goes last, so that a run that dies leaves it to be found. A read and a delete each.
    """
    db = clients.db()
    count = 0
    for found in _pages(place, whole=False):
        paths = [_path(document.name) for document in found]
        batch = db.batch()
        for path in paths:
            if path.removeprefix(f"{place.path}/").split("/")[0] not in spare:
                batch.delete(db.document(path))
                count += 1
        transaction.commit(batch)
    transaction.settle(place.delete)
    return count


def _pages(place: DocumentReference | None, *, whole: bool) -> Iterator[list[Any]]:
    after: str | None = None
    while found := _page(place, after, whole=whole):
        yield found
        if len(found) < PAGE:
            return
        after = found[-1].name


def _page(place: DocumentReference | None, after: str | None, *, whole: bool) -> list[Any]:
    db = clients.db()
    root = f"{db._database_string}/documents"  # noqa: SLF001 - no public accessor
    query: dict[str, Any] = {
        "from_": [{"all_descendants": True}],
        "order_by": [{"field": {"field_path": "__name__"}, "direction": "ASCENDING"}],
        "limit": PAGE,
    }
    if not whole:
        query["select"] = {"fields": [{"field_path": "__name__"}]}
    if after is not None:
        query["start_at"] = {"values": [{"reference_value": after}], "before": False}
    answers = db._firestore_api.run_query(  # noqa: SLF001 - the public query names a collection
        request={
            "parent": root if place is None else f"{root}/{place.path}",
            "structured_query": query,
        },
        metadata=db._rpc_metadata,  # noqa: SLF001 - as above
    )
    return [answer.document for answer in answers if answer.document.name]


def _path(name: str) -> str:
    """`projects/p/databases/d/documents/users/ana` → `users/ana`."""
    return name.split("/", 5)[5]


def _fields(document: Any) -> dict[str, Any]:
    from google.cloud.firestore_v1 import _helpers

    fields: Any = _helpers.decode_dict(document.fields, clients.db())
    found: dict[str, Any] = fields
    return found
