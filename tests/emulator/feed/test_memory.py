"""The database in memory does what the emulator does, as far as feeds ask it to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore import DELETE_FIELD, ArrayRemove, ArrayUnion

from spaktok.core import clients
from tests.support.memory import Memory

STEPS: list[Callable[[Any, Any], object]] = [
    lambda batch, one: batch.set(one, {"a": {"x": 1, "y": [1]}, "b": [1, 2]}),
    lambda batch, one: batch.set(one, {"a": {"x": 2}, "c": {}}, merge=True),
    lambda batch, one: batch.set(one, {"b": ArrayUnion([2, 3]), "d": ArrayRemove([1])}, merge=True),
    lambda batch, one: batch.update(one, {"a.y": [5], "a.z.deep": True}),
    lambda batch, one: batch.set(one, {"a": {"x": DELETE_FIELD, "gone": DELETE_FIELD}}, merge=True),
    lambda batch, one: batch.update(one, {"a": {"only": 1}}),
    lambda batch, one: batch.set(one, {"new": True}),
    lambda batch, one: batch.delete(one),
]


def test_the_same_commits_leave_the_same_fields() -> None:
    memory = Memory()
    for step in STEPS:
        found = []
        for db in (clients.db(), memory):
            batch = db.batch()
            step(batch, db.document("things/one"))
            batch.commit()
            found.append(db.document("things/one").get().to_dict())
            masked = db.get_all([db.document("things/one")], field_paths=["a.x", "b"])
            found.append(next(iter(masked)).to_dict())
        assert found[:2] == found[2:]


@pytest.mark.parametrize("real", [True, False])
def test_preconditions_hold_alike(real: bool) -> None:
    db: Any = clients.db() if real else Memory()
    one = db.document("things/one")
    batch = db.batch()
    batch.update(one, {"a": 1})
    with pytest.raises(NotFound):
        batch.commit()
    one.set({"a": 1})
    batch = db.batch()
    batch.create(one, {"a": 2})
    with pytest.raises(AlreadyExists):
        batch.commit()
    before = one.get().update_time
    one.set({"a": 3}, merge=True)
    batch = db.batch()
    batch.update(one, {"a": 4}, option=db.write_option(last_update_time=before))
    with pytest.raises(FailedPrecondition):
        batch.commit()
    assert one.get().to_dict() == {"a": 3}
