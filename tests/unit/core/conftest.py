"""A machine's clock that tests turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from spaktok.core import clock, limits


@dataclass
class Ticking:
    ns: int = 1_000_000_000_000

    def pass_ms(self, ms: float) -> None:
        self.ns += round(ms * 1_000_000)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticking]:
    limits.forget()
    told = Ticking()
    monkeypatch.setattr(clock, "monotonic_ns", lambda: told.ns)
    yield told
    limits.forget()
