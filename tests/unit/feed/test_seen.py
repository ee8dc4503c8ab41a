"""What is remembered of what somebody was shown, and what a cursor can carry of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from spaktok.core import keys, paging
from spaktok.core.shape import Cursor
from spaktok.feed import recipes, seen
from spaktok.feed.model import Mode

SHOWN = seen.marks(f"{number:020}-{'u' * 28}" for number in range(seen.CARRIED_MAX + 5))


def test_a_cursor_that_carries_a_whole_slate_is_one_that_a_request_may_bring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: with room for 150 marks it is too long."""
    monkeypatch.setenv(keys.CURSOR_SECRET, "k" * 32)
    last = (datetime(2026, 3, 14, 12, 0, 0, 123456, tzinfo=UTC), f"{0:020}-{'u' * 28}")
    sealed = [Mode.CHRONOLOGICAL, "s" * 20, 999, seen.carried(SHOWN), *last]
    cursor = paging.seal(sealed, "slate:ana")
    TypeAdapter(Cursor).validate_python(cursor)
    assert recipes.recipe().slate <= seen.CARRIED_MAX
    assert seen.brought(paging.unseal(cursor, "slate:ana")[3]) == SHOWN[-8 * seen.CARRIED_MAX :]


def test_what_was_seen_is_held_once_and_the_oldest_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two, three = (seen.marks([name]) for name in ("one", "two", "three"))
    assert seen.add(one + two, two + three + three) == one + two + three
    monkeypatch.setattr(seen, "CARDS_MAX", 2)
    assert seen.add(one + two, three) == two + three
    assert seen.unseen(two + three, ["one", "two"]) == {"one"}
