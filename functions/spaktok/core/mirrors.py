"""A field that other documents repeat, because whoever judges those may look up nothing more.

The truth and the copies that one commit holds change together, so the change counts at once; a task
sees to the rest page by page, each page in a transaction that reads the truth again. So pages of an
earlier change never come after those of a later, and whoever makes a new copy reads the truth in the
transaction that makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query, Transaction

PAGE: Final = 400
"""Copies changed in one commit; Firestore takes 500 writes, and the cause has some of its own."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where a truth about a user is repeated."""

    collection: str
    owner: str
    """The field that says whose document it is."""
    copy: str
    """The field that repeats the truth: a boolean."""


OWNER_PRIVATE: Final = Mirror("videos", "userId", "ownerPrivate")
"""Whether the account is private. The truth is the card's `isPrivate`."""


def showing(mirror: Mirror, uid: str, *, value: bool) -> Query:
    """The user's documents whose copy has this value."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection(mirror.collection)
        .where(filter=FieldFilter(mirror.owner, "==", uid))
        .where(filter=FieldFilter(mirror.copy, "==", value))
    )


def stale(tx: Transaction, mirror: Mirror, uid: str, *, truth: bool) -> list[DocumentSnapshot[Any]]:
    """A page of the copies that contradict the truth. A read each, one at least."""
    return list(showing(mirror, uid, value=not truth).limit(PAGE).stream(transaction=tx))


def correct(
    tx: Transaction, mirror: Mirror, copies: list[DocumentSnapshot[Any]], *, truth: bool
) -> None:
    """Stage that these copies say the truth. A write each."""
    for copy in copies:
        tx.update(copy.reference, {mirror.copy: truth})
