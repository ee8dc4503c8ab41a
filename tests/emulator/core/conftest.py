"""Nothing here waits for a back-off: the jitter is drawn, and not slept through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from spaktok.core import transaction

T = TypeVar("T")


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose failures are injected: waiting would not change them."""
    monkeypatch.setattr(transaction, "_sleep", lambda _: None)


def together(count: int, work: Callable[[int], T]) -> list[T | BaseException]:
    """Run `work(0)` to `work(count - 1)`, each on a thread of its own; results or what was raised."""
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(work, number) for number in range(count)]
    return [_outcome(one) for one in running]


def _outcome(future: Any) -> Any:
    return future.exception() or future.result()
