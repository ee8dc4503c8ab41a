"""What an engine of moderation is asked and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Material:
    """What is to be judged."""

    frames: Sequence[bytes]
    """JPEGs, at most 16; none where only the words changed."""
    text: str
    """The caption and the hashtags."""
    language: str = "und"


@dataclass(frozen=True, slots=True)
class Assessment:
    """How risky it is to show this to everyone."""

    risk: float
    """0 to 1."""
    labels: tuple[str, ...]
    """What was found, in the engine's words; for moderators."""
    engine: str
    """Which engine in which version."""


class Unavailable(Exception):
    """The engine could not be asked, or its answer made no sense. Try again later."""


class Engine(Protocol):
    """Judges material."""

    def assess(self, material: Material) -> Assessment:
        """How risky the material is. Raises `Unavailable`."""
        ...
