"""No emulator, no network: these requests are refused, or answered, before any service is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spaktok.core import limits, standing
from tests.support.edge import forget_app


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a deployed instance: a project, and no emulator."""
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-unit")
    for name in (
        "FIRESTORE_EMULATOR_HOST",
        "FIREBASE_AUTH_EMULATOR_HOST",
        "FIREBASE_STORAGE_EMULATOR_HOST",
        "STORAGE_EMULATOR_HOST",
        "CLOUD_TASKS_EMULATOR_HOST",
        "FUNCTIONS_EMULATOR",
        "SPAKTOK_CURSOR_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    standing.forget()
    limits.forget()
    yield
    forget_app()
