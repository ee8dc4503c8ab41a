"""A counted document, and changes of its totals as a use case makes them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, counters, transaction

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference


def video(name: str = "v-1", *, there: bool = True) -> DocumentReference:
    place = clients.db().collection("videos").document(name)
    if there:
        place.set({"caption": "x", "likes": 0, "views": 0})
    return place


def like(place: DocumentReference, shards: int = 4, **amounts: int) -> None:
    """A change as a use case makes it: guarded, committed until its outcome is known."""
    from google.api_core.exceptions import AlreadyExists

    batch = clients.db().batch()
    batch.create(clients.db().collection("likes").document(uuid.uuid4().hex), {})
    counters.add(batch, place, amounts or {"likes": 1}, shards=shards)
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return


def total(place: DocumentReference, name: str = "likes") -> Any:
    return place.get().get(name)
