"""What the wallet's tests share."""

from __future__ import annotations

import pytest

from spaktok.core import transaction


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose failures are injected: waiting would not change them."""
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)
