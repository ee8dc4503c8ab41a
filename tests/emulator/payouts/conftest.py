"""A local PayPal and a local Stripe for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localpaypal.server import LocalPayPal
from localstripe.api import LocalStripe
from localstripe.server import Server
from spaktok.core import clock
from spaktok.integrations.stripe.client import URL_VARIABLE
from tests.support import payouts


@pytest.fixture
def paypal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, time: object) -> Iterator[LocalPayPal]:
    with payouts.paypal(monkeypatch, tmp_path) as local:
        yield local


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch, time: object) -> Iterator[LocalStripe]:
    local = LocalStripe(lambda: clock.now().timestamp())
    with Server(local, 0, None) as server:
        monkeypatch.setenv(URL_VARIABLE, server.url)
        yield local
