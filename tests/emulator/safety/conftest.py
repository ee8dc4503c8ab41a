"""What the tests of age and safety share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from spaktok.core import clients
from tests.support import edge


@pytest.fixture
def signed_in() -> Iterator[None]:
    """Unsigned tokens count, for calls through the edge."""
    with pytest.MonkeyPatch.context() as patch:
        edge.emulate(patch)
        yield
    edge.forget_app()


@pytest.fixture
def everything() -> Callable[[], dict[str, dict[str, Any]]]:
    """Every document there is, by its path."""

    def walk() -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        waiting = list(clients.db().collections())
        while waiting:
            for document in waiting.pop().list_documents():
                found[document.path] = document.get().to_dict() or {}
                waiting += document.collections()
        return found

    return walk
