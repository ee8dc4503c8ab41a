"""Which of the workers beside each other this is."""

from __future__ import annotations

import os


def number() -> int | None:
    """From 0; None in a run that has no workers, and in the one that has started them."""
    name = os.environ.get("PYTEST_XDIST_WORKER")
    return int(name.removeprefix("gw")) if name else None
