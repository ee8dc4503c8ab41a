"""What can go wrong between a provider and us: by name, and by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock


class Fault(StrEnum):
    """Of one call that creates a payout."""

    TIMEOUT_DONE = "it is done, and no answer comes"
    TIMEOUT_NOT_DONE = "it is not done, and no answer comes"
    ERROR_DONE = "it is done, and answered with 500"
    ERROR_NOT_DONE = "it is not done, and answered with 500"
    GARBAGE = "it is done, and answered with a page of HTML"
    LIE_AMOUNT = "it is done, and told with another amount"
    LIE_FEE = "it is done, and told with another fee"


DONE = frozenset(
    {Fault.TIMEOUT_DONE, Fault.ERROR_DONE, Fault.GARBAGE, Fault.LIE_AMOUNT, Fault.LIE_FEE}
)
UNKNOWN = (
    Fault.TIMEOUT_DONE,
    Fault.TIMEOUT_NOT_DONE,
    Fault.ERROR_DONE,
    Fault.ERROR_NOT_DONE,
    Fault.GARBAGE,
)
"""Those after which the caller can't tell whether it was done."""


@dataclass
class Plan:
    """Which call meets which fault: those in the list first, then by chance."""

    coming: list[Fault | None] = field(default_factory=list)
    chance: float = 0.0
    rolls: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - a seed
    met: dict[Fault, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def next(self) -> Fault | None:
        """The fault of the next call."""
        with self.lock:
            fault = self._next()
            if fault is not None:
                self.met[fault] = self.met.get(fault, 0) + 1
            return fault

    def _next(self) -> Fault | None:
        if self.coming:
            return self.coming.pop(0)
        if self.rolls.random() < self.chance:
            return self.rolls.choice(UNKNOWN)
        return None
