"""What holds for every layer."""

from __future__ import annotations

import gc
import os

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
