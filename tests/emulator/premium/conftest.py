"""Slots for sale, and where they are paid for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from spaktok.premium.service import settings
from tests.support.edge import emulate, forget_app
from tests.support.paying import Till, till
from tests.support.people import ANA
from tests.support.time import TestClock


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, time: TestClock) -> Iterator[Till]:
    """The stand-in, and the settings as they begin.

    The clock begins with the database's, which says when a tenure began, and then runs ahead of it.
    """
    time.at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    emulate(monkeypatch)
    settings.initialize(ANA)
    with till(monkeypatch) as made:
        yield made
    forget_app()
