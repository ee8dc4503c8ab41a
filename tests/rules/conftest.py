"""The rules under test, and what judges them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stack.paths import ROOT
from tests.rules import replay, storage_runtime
from tests.rules.firestore import Project, emulator_host
from tests.rules.replay import Replay


@pytest.fixture(scope="session")
def firestore_rules() -> str:
    """`firestore.rules`."""
    return (ROOT / "firestore.rules").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def storage_rules() -> str:
    """`storage.rules`."""
    return (ROOT / "storage.rules").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project() -> Project:
    """A project of the Firestore emulator for one module's tests."""
    return Project()


@pytest.fixture
def ours(project: Project, firestore_rules: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The services write where the rules judge."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator_host())
    monkeypatch.setenv("GCLOUD_PROJECT", project.id)
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    assert project.load(firestore_rules) == []
    return project


@pytest.fixture(scope="module")
def firestore_replay(project: Project) -> Replay:
    """All questions about the Firestore rules."""
    return replay.of_firestore(project)


@pytest.fixture(scope="session")
def storage_replay() -> Iterator[Replay]:
    """All questions about the Storage rules, to one runtime: it answers the first thousands slowly."""
    with storage_runtime.runtime() as runtime:
        yield replay.of_storage(runtime)
