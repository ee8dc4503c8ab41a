"""A local PayPal and a local Stripe for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localpaypal.server import LocalPayPal
from localstripe.api import LocalStripe
from tests.support import payouts
from tests.support.paying import till


@pytest.fixture
def paypal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, time: object) -> Iterator[LocalPayPal]:
    with payouts.paypal(monkeypatch, tmp_path) as local:
        yield local


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch, time: object) -> Iterator[LocalStripe]:
    with till(monkeypatch) as one:
        yield one.account
