"""A clock that tests set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@dataclass
class TestClock:
    """Stands still until it is told to go on."""

    __test__ = False
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def reach(self, instant: datetime) -> None:
        """Go on to an instant, unless it is past."""
        self.at = max(self.at, instant)

    def pass_(self, **duration: float) -> None:
        """Let time pass: `pass_(hours=1)`."""
        self.at += timedelta(**duration)
