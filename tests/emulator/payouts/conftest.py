"""A local PayPal for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localpaypal.server import LocalPayPal
from tests.support import payouts


@pytest.fixture
def paypal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, time: object) -> Iterator[LocalPayPal]:
    with payouts.paypal(monkeypatch, tmp_path) as local:
        yield local
