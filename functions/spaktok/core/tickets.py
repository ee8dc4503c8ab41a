"""Tickets: what is handed out at most once, or in limited number.

A ticket is the value of a counter after our own increment, read from the answer to the commit that
made it. The database orders the increments, so no two callers ever hold the same number, without a
read, a lock or a retry loop. A lost acknowledgement may burn a number; it never gives one twice.

Querying for a free item and deleting it would not do: a delete does not say whether it deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from spaktok.core import clients, transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

FIELD: Final = "taken"


def take(counter: DocumentReference, limit: int) -> int | None:
    """The next number, 1 to `limit`, or None when all are gone. One write, no read.

    The counter is the document's field `taken`; it starts where there is none, and counts on beyond
    the limit. A number that was taken belongs to the caller even if they die with it. Raises
    `TryAgain` when the database can't be reached, `RuntimeError` inside a transaction.
    """
    (number,) = transaction.settle(lambda: draw([(counter, FIELD, {})]))
    return number if number <= limit else None


def draw(
    counters: Sequence[tuple[DocumentReference, str, Mapping[str, Any]]],
    *,
    timeout_s: float | None = None,
) -> list[int]:
    """Add one to a field of each document, in one commit; the new values, in the same order.

    The mapping is merged into the document beside it. With `timeout_s` the SDK does not retry, and
    its error comes within that time.
    """
    if transaction.inside():
        raise RuntimeError("A ticket inside a transaction: its body may run again and draw another")
    from google.cloud.firestore import Increment

    batch = clients.db().batch()
    for document, field, beside in counters:
        batch.set(document, {**beside, field: Increment(1)}, merge=True)
    limits: dict[str, Any] = {} if timeout_s is None else {"retry": None, "timeout": timeout_s}
    results = cast("Any", batch.commit(**limits))
    return [int(result.transform_results[0].integer_value) for result in results]
