"""Nothing here leaves the machine: pushes and letters are written down."""

from __future__ import annotations

import pytest

from spaktok.integrations import fcm
from tests.support.phones import Scripted


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """FCM, answering as the test says."""
    answering = Scripted()
    monkeypatch.setattr(fcm, "transport", lambda: answering)
    return answering
