"""The edge beside the Firestore emulator, and accounts in every standing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from spaktok.core import clients, clock, standing
from tests.support import edge


@pytest.fixture(autouse=True)
def emulated(monkeypatch: pytest.MonkeyPatch, project: str) -> Iterator[None]:
    """Unsigned tokens, no App Check."""
    edge.emulate(monkeypatch)
    yield
    edge.forget_app()


@pytest.fixture
def account() -> Callable[..., str]:
    """Write an account's standing: `account("ana", banned=True)`."""

    def write(uid: str, **fields: Any) -> str:
        clients.db().collection("security").document(uid).set(
            {**standing.new(clock.now()), **fields}
        )
        return uid

    return write


class Monotonic:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s

    def ns(self) -> int:
        """The same in whole nanoseconds."""
        return round(self.now_s * 1e9)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    """The monotonic clock by which caches and buckets age."""
    told = Monotonic()
    monkeypatch.setattr(clock, "monotonic", told)
    monkeypatch.setattr(clock, "monotonic_ns", told.ns)
    return told
