"""Every test has a project of its own in the Firestore emulator, a clock and an in-process queue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from spaktok.core import clients, clock, counters, limits, standing, transaction
from spaktok.core.channel import MeteredClient
from spaktok.feed import sources, topics
from spaktok.gifts.service import catalogue
from spaktok.safety.service import suggesting
from spaktok.wallet.service import income, recovering, spending
from stack.spare import host_of
from tests.support import encoding, worker
from tests.support.edge import forget_app
from tests.support.queue import Queue
from tests.support.time import TestClock

_connect = MeteredClient._firestore_api_helper
_connections: dict[str, Any] = {}
"""To each emulator, by its host."""


def connect_once(patch: pytest.MonkeyPatch) -> None:
    """Clients of one emulator, of which each project has its own, share the half that is the dearer."""

    def shared(self: MeteredClient, *how: Any) -> Any:
        host = str(self._emulator_host)
        if host not in _connections:
            _connections[host] = _connect(self, *how)
        return _connections[host]

    patch.setattr(MeteredClient, "_firestore_api_helper", shared)


def spread(patch: pytest.MonkeyPatch) -> None:
    """Workers' projects are spread over the emulators, where there are more."""
    if host := host_of(worker.number() or 0):
        patch.setenv("FIRESTORE_EMULATOR_HOST", host)


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> str:
    """A fresh, empty project; tests can run side by side."""
    if "FIRESTORE_EMULATOR_HOST" not in os.environ:
        pytest.fail("these tests need the Firestore emulator: run `make test`")
    spread(monkeypatch)
    connect_once(monkeypatch)
    # That the machine is busy is no reason for an answer to be another one.
    monkeypatch.setattr(transaction, "GIVE_UP_S", 90.0)
    name = f"demo-{uuid4().hex[:12]}"
    monkeypatch.setenv("GCLOUD_PROJECT", name)
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    forget_app()
    standing.forget()
    limits.forget()
    counters.forget()
    sources.forget()
    suggesting.forget()
    topics.forget()
    income.forget()
    spending.forget()
    catalogue.forget()
    return name


@pytest.fixture
def own_connection(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is made anew, by what the test has changed in how it is."""
    monkeypatch.setattr(MeteredClient, "_firestore_api_helper", _connect)


@pytest.fixture
def own_bucket(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's configuration names one bucket for all projects; here each has its own."""
    monkeypatch.delenv("FIREBASE_CONFIG", raising=False)


@pytest.fixture(autouse=True)
def time() -> Iterator[TestClock]:
    """The injected clock: noon on 14 March 2026."""
    told = TestClock()
    with clock.set_to(told):
        yield told


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock is as far ahead as a test looks for what was left behind."""
    monkeypatch.setattr(recovering, "_read_at", lambda _: datetime.max.replace(tzinfo=UTC))


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch, time: TestClock) -> Queue:
    """The task queue, which delivers when the test says so."""
    tasks = Queue()
    monkeypatch.setattr(clients, "queue", tasks.of)
    # A task that waits for its window lets the time pass.
    monkeypatch.setattr(clock, "wait_until", time.reach)
    return tasks


@pytest.fixture(autouse=True)
def encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker has encoded before, it has."""
    encoding.once(monkeypatch)


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose failures are injected: waiting would not change them."""
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
