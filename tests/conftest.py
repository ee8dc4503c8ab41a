"""What holds for every layer."""

from __future__ import annotations

import gc

YOUNG_MAX = 50_000
"""Allocations between two looks for cycles, instead of 700: a worker holds a million objects that stay,
and a look through them all is a twentieth of its CPU."""


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later look."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 20, 100)
