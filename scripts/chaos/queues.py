"""A queue for chaos: it delivers each named task once, some twice, and loses some."""

from __future__ import annotations

import threading
from collections import deque
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from firebase_admin.exceptions import ConflictError

LOST: Final = 0.02
TWICE: Final = 0.10


class ChaosQueue:
    """All queues of a project. A name is used once, as Cloud Tasks has it."""

    def __init__(self, seed: int) -> None:
        self._rolls = Random(seed)
        self._lock = threading.Lock()
        self._known: set[tuple[str, str]] = set()
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque()
        self.lost = 0

    def of(self, function: str) -> _Handle:
        """The queue of a function."""
        return _Handle(self, function)

    def put(self, function: str, task_id: str, body: dict[str, Any]) -> None:
        """Take a task, and lose it, or have it delivered once or twice."""
        with self._lock:
            if (function, task_id) in self._known:
                raise ConflictError("task exists")
            self._known.add((function, task_id))
            roll = self._rolls.random()
            if roll < LOST:
                self.lost += 1
                return
            for _ in range(2 if roll < LOST + TWICE else 1):
                self._waiting.append((function, body["data"]))

    def take(self, until: datetime | None) -> list[tuple[str, dict[str, Any]]]:
        """All that is due; all that waits, for None."""
        with self._lock:
            waiting, self._waiting = self._waiting, deque()
            due: list[tuple[str, dict[str, Any]]] = []
            for one in waiting:
                ready = until is None or _due(one[1]) <= until
                (due if ready else self._waiting).append(one)
            return due


def _due(payload: dict[str, Any]) -> datetime:
    named = payload.get("runAt")
    return datetime.fromisoformat(named) if named else datetime.min.replace(tzinfo=UTC)


class _Handle:
    def __init__(self, queue: ChaosQueue, function: str) -> None:
        self._queue = queue
        self._function = function

    def enqueue(self, body: dict[str, Any], options: Any) -> str:
        """As firebase_admin's."""
        self._queue.put(self._function, options.task_id, body)
        return str(options.task_id)
