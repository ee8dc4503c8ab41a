"""Negative controls: rules as they were once shipped fail the matrix, each by what was wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.replay import Replay

BROKEN = Path(__file__).parent / "broken"

FIRESTORE = (
    # A denylist on the merged document; audiences that nobody looks at.
    (
        "root.rules",
        ("create one's own users/", "get videos/", "update videos/", "create notifications/"),
    ),
    # The whole profile is the owner's to write; a video's privacy is a matter of its status.
    ("security_v2.rules", ("update users/", "get videos/", "get security/")),
    # Open to whoever has an account.
    ("guide.rules", ("update users/", "get operations/", "list notifications", "delete videos/")),
)
STORAGE = (
    ("root.storage.rules", ("get videos/", "create videos/", "delete videos/", "list videos/")),
    ("guide.storage.rules", ("anonymous: get videos/", "an overwrite", "too large by one byte")),
)


@pytest.mark.parametrize(("name", "found"), FIRESTORE)
def test_the_matrix_fails_broken_firestore_rules(
    firestore_replay: Replay, name: str, found: tuple[str, ...]
) -> None:
    assert _unnoticed(firestore_replay, name, found) == set()


@pytest.mark.parametrize(("name", "found"), STORAGE)
def test_the_matrix_fails_broken_storage_rules(
    storage_replay: Replay, name: str, found: tuple[str, ...]
) -> None:
    assert _unnoticed(storage_replay, name, found) == set()


def _unnoticed(asked: Replay, name: str, found: tuple[str, ...]) -> set[str]:
    """Which of the known faults no failure tells of."""
    asked.load((BROKEN / name).read_text(encoding="utf-8"))
    return {fault for fault in found if next(asked.failures_about([fault]), None) is None}
