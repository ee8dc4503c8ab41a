"""The same project, clock and queue as the emulator tests, and the edge beside emulators."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("GCLOUD_PROJECT", "demo-security")  # collecting lists every function

from tests.emulator.conftest import project, queue, time  # noqa: F401 - fixtures
from tests.support import edge


@pytest.fixture(autouse=True)
def emulated(monkeypatch: pytest.MonkeyPatch, project: str) -> Iterator[None]:  # noqa: F811
    """Unsigned tokens, no App Check."""
    edge.emulate(monkeypatch)
    yield
    edge.forget_app()
