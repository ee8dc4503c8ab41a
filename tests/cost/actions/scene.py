"""What the actions of every feature are told with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from spaktok.core import clients, clock
from spaktok.core.refusal import Refusal

Action = Callable[[], Any]
ACTIONS: dict[str, Callable[[], Action]] = {}
"""By name: what sets the scene, and returns what is measured."""


def action(name: str) -> Callable[[Callable[[], Action]], Callable[[], Action]]:
    def register(scene: Callable[[], Action]) -> Callable[[], Action]:
        ACTIONS[name] = scene
        return scene

    return register


def write_all(documents: dict[Any, dict[str, Any]]) -> None:
    """Many documents, in commits of 500."""
    items = list(documents.items())
    for start in range(0, len(items), 500):
        batch = clients.db().batch()
        for reference, fields in items[start : start + 500]:
            batch.set(reference, fields)
        batch.commit()


def tried(work: Action) -> None:
    """What is refused costs too."""
    with suppress(Refusal):
        work()


def cards(author: str, count: int) -> dict[str, Any]:
    """Encoded feed cards, each newer than the one before."""
    at = clock.now()
    return {
        f"v{number:03}-{author}": {
            "userId": author,
            "username": author,
            "userProfileImage": None,
            "caption": "Morning",
            "hashtags": ["sun"],
            "durationMs": 3000,
            "width": 360,
            "height": 640,
            "publishedAt": at + timedelta(seconds=number),
        }
        for number in range(count)
    }
