"""What holds for every layer."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack

import pytest

from stack.spare import beside, host_of
from tests.support import worker

os.environ.setdefault("GRPC_EXPERIMENTS", "-event_engine_client")
"""Before gRPC is loaded: the caller's own thread polls, instead of several that wake each other: an
eighth of a call's CPU."""

YOUNG_MAX = 50_000
"""Allocations between two looks for cycles, instead of 700: a worker holds a million objects that stay,
and a look through them all is a twentieth of its CPU."""


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later look."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 20, 100)


def pytest_configure(config: pytest.Config) -> None:
    """A worker runs beside its emulator, and goes there before it has threads."""
    if (number := worker.number()) is not None and host_of(number):
        staying = ExitStack()
        staying.enter_context(beside(number))
        config.add_cleanup(staying.close)
