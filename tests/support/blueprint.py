"""A world that is made once a process and copied into the project of every test that asks for it.

Making one takes hundreds of calls, copying it one commit. Tests still have a project of their own each,
and may do with the copy whatever they like.

    known = blueprint.once("two friends", lambda: friends(queue), queue, time)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from google.cloud.firestore_v1.types import CommitRequest, RunQueryResponse

from spaktok.core import clients, clock
from tests.support.queue import Queue
from tests.support.time import TestClock

PAGE = 400
"""Writes of a commit."""

T = TypeVar("T")


@dataclass(frozen=True)
class Blueprint:
    """What a project held, and its queue and clock said, when something was made."""

    made: object
    documents: dict[str, Any]
    known: frozenset[tuple[str, str]]
    waiting: tuple[tuple[str, str, dict[str, Any]], ...]
    at: datetime


_drawn: dict[str, Blueprint] = {}
"""By name, from the first test on that asked."""


def once(name: str, make: Callable[[], T], queue: Queue, time: TestClock) -> T:
    """What `make` gave when this process made it first, and all that it wrote, in this project.

    What it gives is shared by the tests: ids, nothing that a test changes. Whatever else it does must
    lie in Firestore or the queue. What the project holds already stays, so that one world may be built
    upon another.
    """
    if name in _drawn:
        _copy(_drawn[name])
        return cast("T", again(name, queue, time))
    made = make()
    waiting = tuple(deepcopy(queue.waiting))
    _drawn[name] = Blueprint(made, dump(), frozenset(queue.known), waiting, clock.now())
    return made


def again(name: str, queue: Queue, time: TestClock) -> Any:
    """What `once` gave, where its documents lie in this project already."""
    found = _drawn[name]
    queue.known |= found.known
    queue.waiting = deque(deepcopy(found.waiting))
    time.reach(found.at)  # making it took a while: what has begun has begun
    return found.made


def _copy(blueprint: Blueprint) -> None:
    """Write the same documents into this test's project."""
    database = clients.db()
    home = f"{database._database_string}/documents"
    documents = list(blueprint.documents.items())
    for start in range(0, len(documents), PAGE):
        request = CommitRequest.pb()(database=database._database_string)
        for name, document in documents[start : start + PAGE]:
            moved = request.writes.add().update
            moved.CopyFrom(document)
            moved.name = f"{home}/{name.partition('/documents/')[2]}"
        database._firestore_api.commit(CommitRequest.wrap(request), metadata=database._rpc_metadata)


def dump() -> dict[str, Any]:
    """Every document of the project, in one query without a collection: by name, its raw message.

    The library's wrappers of a world cost more than the query.
    """
    database = clients.db()
    answers = database._firestore_api.run_query(
        {
            "parent": f"{database._database_string}/documents",
            "structured_query": {"from_": [{"all_descendants": True}]},
        },
        metadata=database._rpc_metadata,
    )
    raw = (RunQueryResponse.pb(answer) for answer in answers)
    return {answer.document.name: answer.document for answer in raw if answer.HasField("document")}
