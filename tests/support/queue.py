"""Cloud Tasks in the test's own process: delivers when told to, through the real entry points."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import flask
from firebase_admin.exceptions import ConflictError

_app = flask.Flask("tasks")


@dataclass
class Queue:
    """All queues of a project. A known id is refused, as the service and its emulator do."""

    waiting: deque[tuple[str, str, dict[str, Any]]] = field(default_factory=deque)
    known: set[tuple[str, str]] = field(default_factory=set)
    delivered: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def of(self, function: str) -> _Handle:
        return _Handle(self, function)

    def names(self) -> list[str]:
        return [function for function, _, _ in self.waiting]

    def drain(self, *, times: int = 1) -> None:
        """Deliver until nothing waits; each task `times` times, as at-least-once delivery may."""
        while self.waiting:
            function, task_id, body = self.waiting.popleft()
            for _ in range(times):
                status = self.deliver(function, task_id, body)
                assert status == 200, f"{function} answered {status}"

    def deliver(self, function: str, task_id: str, body: dict[str, Any], retry: int = 0) -> int:
        """One delivery; the HTTP status the handler answered with."""
        self.delivered.append((function, body))
        entry = getattr(import_module("main"), function)
        headers = {"X-CloudTasks-TaskName": task_id, "X-CloudTasks-TaskRetryCount": str(retry)}
        with _app.test_request_context(
            "/",
            method="POST",
            data=json.dumps(body),
            headers=headers,
            content_type="application/json",
        ):
            return entry(flask.request).status_code


@dataclass
class _Handle:
    queue: Queue
    function: str

    def enqueue(self, body: dict[str, Any], options: Any) -> str:
        key = (self.function, options.task_id)
        if key in self.queue.known:
            raise ConflictError("task exists")
        self.queue.known.add(key)
        self.queue.waiting.append((self.function, options.task_id, json.loads(json.dumps(body))))
        return options.task_id
