"""What a feature brings into a chaos run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Protocol

from chaos.queues import ChaosQueue


@dataclass(frozen=True)
class Act:
    """One operation under a key. `run` is repeated until its outcome is known."""

    name: str
    run: Callable[[], Any]
    """Returns what a client would be told, or refuses with a `Refusal`."""
    done: Callable[[Any], None] = field(default=lambda _: None)
    """Called once, with the answer, when it was acknowledged."""
    same: Callable[[Any], Any] = field(default=lambda answer: answer)
    """What of two answers under one key must be equal."""


class Flow(Protocol):
    """A feature's operations, and what must come of them.

    Made with the number of gifts (or of what the feature counts), a seed, and the queue.
    """

    platform_max: ClassVar[int]
    """Acts of one platform."""

    revive: Callable[[], None]
    """Set by the engine, for threads of the flow's own: after a `Crash`, a new process takes over."""

    def __init__(self, acts: int, seed: int, queue: ChaosQueue, /) -> None: ...

    @property
    def figures(self) -> Counter[str]:
        """What a run tells of, once `wrong` was asked: counts, summed over all platforms of a run."""

    def acts(self, rolls: Random) -> Iterator[Act | None]:
        """What happens, in the order in which it is begun.

        None waits until all of it has an outcome; no RPC fails then until the next act.
        """

    def settle(self) -> None:
        """Do what tasks would do until there is nothing left to do. No RPC fails by now."""

    def wrong(self) -> list[str]:
        """Everything that is not as it must be, a line each."""
