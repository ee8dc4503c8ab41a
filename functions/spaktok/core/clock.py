"""The server's time, injectable: nothing else in the package reads the machine's clock."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from spaktok.core import config

Clock = Callable[[], datetime]

AHEAD_FILE: Final = "SPAKTOK_CLOCK_AHEAD_FILE"
"""Names a file that says by how many seconds the functions of a local stack are ahead of the machine.

The stack sets it, so that days can pass in a demo; only functions in the Emulator Suite look at it.
"""


def _machine() -> datetime:
    return datetime.now(UTC)


def _ahead() -> datetime:
    try:
        seconds = float(Path(os.environ[AHEAD_FILE]).read_text())
    except FileNotFoundError:
        seconds = 0.0
    return _machine() + timedelta(seconds=seconds)


def _chosen() -> Clock:
    """The machine's clock; the one that can be put ahead, where functions are emulated."""
    return _ahead if AHEAD_FILE in os.environ and config.functions_emulated() else _machine


_clock: Clock = _chosen()


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _clock()


@contextmanager
def set_to(clock: Clock) -> Iterator[None]:
    """Tell the time by `clock` for as long as the block lasts (tests and replays)."""
    global _clock
    before, _clock = _clock, clock
    try:
        yield
    finally:
        _clock = before


monotonic: Final = time.monotonic
"""Seconds that only go forward, for durations and caches; not a date."""

monotonic_ns: Final = time.monotonic_ns
"""The same in whole nanoseconds, for what is compared exactly."""


WAIT_S_MAX: Final = 10.0


def wait_until(instant: datetime) -> None:
    """Wait for an instant that is at most `WAIT_S_MAX` away; return at once where it is past.

    For tasks that were to run at the end of a window: Cloud Tasks keeps the time, its emulator
    delivers at once.
    """
    ahead_s = (instant - now()).total_seconds()
    if ahead_s > 0:
        time.sleep(min(ahead_s, WAIT_S_MAX))
