"""A fault at every RPC of an operation, each followed by a retry: what one clean run leaves is left.

    enumerated(scene, state)

runs the operation of one user's scene once, and for each place and kind of fault that of another's.
The whole run (`SPAKTOK_WHOLE=1`) takes all of them and prints how many there were.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from google.api_core.exceptions import GoogleAPIError

from spaktok.core.refusal import Refusal, TryAgain
from tests.support.faults import Crash, Fault, Faults, at, injected
from tests.support.sample import share, spread

Operation = Callable[[], Any]
Scene = Callable[[str], Operation]
"""Sets the scene for a user; what it returns is the operation."""
State = Callable[[str], Any]
"""What the operation was about, without the ids that differ by user."""


class Scenes(dict[str, Callable[..., Operation]]):
    """Scenes by name, and the deployed functions (`functions/main.py`) whose work they do.

    A test asks that every function that writes about money is among those of some file's scenes
    (`tests/architecture/test_crash_points.py`).
    """

    def __init__(self) -> None:
        super().__init__()
        self.functions_of: dict[str, tuple[str, ...]] = {}

    def of(self, *functions: str) -> Callable[[Callable[..., Operation]], Any]:
        """Adds a scene; of no function where only other services call it."""

        def add(made: Callable[..., Operation]) -> Callable[..., Operation]:
            self[made.__name__] = made
            self.functions_of[made.__name__] = functions
            return made

        return add

    def at(self, name: str, *world: Any) -> Scene:
        """The scene of that name, in a world that it is given."""

        def scene(uid: str) -> Operation:
            return self[name](uid, *world)

        scene.__name__ = name
        return scene


CLEAN = "u00"
"""Whose run meets no fault; the others are `u0`, `u1`, …"""
EVERYWHERE = (Fault.CRASH, Fault.ABORTED)
Point = tuple[int, Fault]
"""An RPC, by its number, and what happens there."""


def enumerated(
    scene: Scene,
    state: State,
    *,
    every: int = 3,
    done: tuple[type[Refusal], ...] = (),
    few: int | None = None,
) -> int:
    """Try a share of the crash points; how many were tried. `done` are refusals that say "it is".

    That the process dies when a commit is done is always among them; with `few`, so many in all are
    tried, the first commit's death among them.
    """
    work = scene(CLEAN)
    with injected() as clean:
        work()
    expected = state(CLEAN)
    methods = clean.methods()
    after, others = points(methods)
    cases = [*after, *others]
    assert len(cases) >= 2 * len(methods) > 0
    tried = spread(cases, most=few) if few else [*after, *share(others, every=every)]
    for number, (index, fault) in enumerate(tried):
        uid = f"u{number}"
        work = scene(uid)
        with injected(at(index, fault)) as faults:
            retried(work, faults, done)
        assert faults.injected, (index, fault)
        found = state(uid)
        where = f"{fault} at RPC {index} ({methods[index]})"
        assert found == expected, f"{where}: {_apart(found, expected)}"
    figures = f"{len(tried)} of {len(cases)} crash points over {len(methods)} RPCs"
    sys.stdout.write(f"{scene.__name__}: {figures}\n")
    return len(tried)


def _apart(found: Any, expected: Any) -> str:
    if isinstance(found, list):
        more, less = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
        return f"{sorted(more.elements())}, and not {sorted(less.elements())}"
    return f"{found}, and not {expected}"


def points(methods: list[str]) -> tuple[list[Point], list[Point]]:
    """Every place with every fault that can happen there: deaths after commits, and all others."""
    commits = [index for index, method in enumerate(methods) if method == "commit"]
    others = [(index, fault) for index in range(len(methods)) for fault in EVERYWHERE]
    others += [(index, Fault.LOST_ACK) for index in commits]
    return [(index, Fault.CRASH_AFTER) for index in commits], others


def retried(work: Operation, faults: Faults, done: tuple[type[Refusal], ...] = ()) -> None:
    """Run it, and whatever happens run it again, as a client, a queue or a provider would.

    The last run meets no fault. It is not always the second: a run that has less to do than the clean
    one may end before the fault, which is then the second's.
    """
    excused: tuple[type[Refusal], ...] = ()
    for again in count():
        met = len(faults.injected)
        try:
            with suppress(*excused):
                work()
        except Crash:
            faults.revive()
        except (TryAgain, GoogleAPIError):
            if len(faults.injected) == met:
                raise
        else:
            if again and len(faults.injected) == met:
                return
        excused = done
