"""Run every test layer, two beside each other, against stacks of their own.

    scripts/test.py            all layers
    scripts/test.py e2e rules  these layers only

Exits 0 when every test passed, 1 otherwise. A layer without tests yet is passed over.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from stack.paths import ROOT
from stack.report import say
from stack.spare import beside, spare_firestores

MINUTES_MAX = 45
PAUSE_S = 0.2
INSIDE = "--inside-a-lane"
SOME_FAILED = 1
"""What pytest returns when tests ran and some failed."""
DIST = ("--dist", "worksteal")
"""The long ones come first, and whoever is done takes over from whoever is not."""


@dataclass(frozen=True)
class Group:
    """Layers that run in one pytest; serial where tests share what they change."""

    layers: tuple[str, ...]
    workers: int = 1


@dataclass(frozen=True)
class Lane:
    """Groups that run in one stack, or in none. Lanes run beside each other."""

    groups: tuple[Group, ...]
    stack: tuple[str, ...] | None = None
    """What `dev.py` is told of the stack they need."""
    nice: int = 0
    """How much less than others its tests are to have of the processors; its stack has its share.

    Where Linux groups processes by sessions (autogroup) it is heard among those of the lane alone.
    """

    @property
    def layers(self) -> frozenset[str]:
        """The layers of its groups."""
        return frozenset(layer for group in self.groups for layer in group.layers)


WITHOUT_STACK = Group(("unit", "architecture"), workers=2)
STARTING_STACKS = Group(("stack",))
EMULATORS = max(2, min(4, os.cpu_count() or 2))
"""Of Firestore, for the data: one a core."""
IN_ONE_STACK = Group(("security", "cost", "emulator"), workers=2 * EMULATORS)
"""Two to each: tests of races wait for its locks, two seconds at a time, and the other works."""
OF_ITS_RULES = Group(("rules",))
"""They seed one world and one bucket, and ask by themselves: beside the ones above."""
AS_A_CLIENT = Group(("e2e",))

KEEPING_DATA = Lane((IN_ONE_STACK, OF_ITS_RULES), ("--without-functions",), nice=10)
"""Beside those of Firestore they use a stack without functions, which is half the work to start and to
hold. The longest by far, with work for every core at any time, which it leaves to what waits more."""
LANES = (
    KEEPING_DATA,
    Lane((AS_A_CLIENT,), ()),
    Lane((WITHOUT_STACK,), nice=10),
    Lane((STARTING_STACKS,)),
)
AT_ONCE = 3
"""Two that have stacks, which wait more than they work, and what needs none between them."""
LAYERS = tuple(layer for lane in LANES for group in lane.groups for layer in group.layers)


def main(arguments: Sequence[str]) -> int:
    """Run the wanted layers; everything runs even after a failure, so that one run tells all."""
    wanted = frozenset(argument for argument in arguments if argument != INSIDE) or frozenset(
        LAYERS
    )
    if unknown := wanted - frozenset(LAYERS):
        say(f"✗ No such layer: {', '.join(sorted(unknown))}\n  → Choose among: {', '.join(LAYERS)}")
        return 2
    if INSIDE in arguments:
        # pytest hears it too, and its end is waited for: it ends the stacks that its tests began.
        signal.signal(signal.SIGINT, lambda *_: None)
        return 0 if all(_inside(wanted)) else 1
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # many processes load the same
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _ended)
    began = time.monotonic()
    passed = _all(wanted, began + MINUTES_MAX * 60)
    taken = f"in {time.monotonic() - began:.0f} s"
    say(f"All tests passed {taken}." if passed else f"✗ Tests failed {taken}; see above.")
    return 0 if passed else 1


def _ended(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


def _all(wanted: frozenset[str], deadline: float) -> bool:
    """Run every lane, one of them in sight, the others telling at their ends; whether all passed."""
    waiting = deque(lane for lane in LANES if lane.layers & wanted)
    running: list[Running] = []
    passed = True
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                seen = any(one.in_sight for one in running)
                command = _lane_command(waiting.popleft(), wanted)
                running.append(Running(command, in_sight=not seen, apart=True))
            for one in [one for one in running if one.process.poll() is not None]:
                running.remove(one)
                one.tell()
                passed = one.process.returncode == 0 and passed
            if time.monotonic() > deadline:
                say(f"✗ The tests took longer than {MINUTES_MAX} minutes.")
                say("  → Run the layers one by one to find the slow one: make test LAYERS=e2e")
                return False
            time.sleep(PAUSE_S)
    finally:
        for one in running:
            one.end()
    return passed


class Running:
    """A command at work. In sight it speaks to the terminal, else it is heard at its end."""

    def __init__(self, command: Sequence[str], *, in_sight: bool, apart: bool = False) -> None:
        self.in_sight = in_sight
        self._said = None if in_sight else tempfile.TemporaryFile("w+")  # noqa: SIM115 - told
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=self._said and subprocess.STDOUT,
            text=True,
            start_new_session=apart,
        )

    def tell(self) -> None:
        """Show what it said out of sight."""
        if self._said is not None:
            self._said.seek(0)
            say(self._said.read().rstrip())
            self._said.close()

    def end(self) -> None:
        """As Ctrl-C would, all of what is apart: stacks and tests then clear away what they began."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait()


def _lane_command(lane: Lane, wanted: frozenset[str]) -> list[str]:
    """What runs a lane: this program once more, in the lane's stack, for its layers."""
    python, scripts = sys.executable, ROOT / "scripts"
    dev = [python, str(scripts / "dev.py"), "--free-ports", *(lane.stack or ()), "--run"]
    polite = ["nice", "-n", str(lane.nice)] if lane.nice else []
    inside = [python, str(scripts / "test.py"), INSIDE, *sorted(lane.layers & wanted)]
    return [*(dev if lane.stack is not None else []), *polite, *inside]


def _inside(wanted: frozenset[str]) -> list[bool]:
    """Run a lane's groups, in its stack if it has one; the rules beside the data."""
    if wanted & KEEPING_DATA.layers:
        with spare_firestores(EMULATORS if _folders(IN_ONE_STACK, wanted) else 1):
            asked = _command(OF_ITS_RULES, wanted)
            with beside(0):  # whose emulator the rules are asked in
                rules = Running(asked, in_sight=False) if asked else None
            return [_pytest(IN_ONE_STACK, wanted), rules is None or _heard(rules, wanted)]
    return [_pytest(group, wanted) for lane in LANES for group in lane.groups]


def _heard(rules: Running, wanted: frozenset[str]) -> bool:
    """Whether every test of the rules passed, once they are done and have said how it went."""
    returned = rules.process.wait()
    say(f"test: {_named(OF_ITS_RULES, wanted)}")
    rules.tell()
    return _settled(OF_ITS_RULES, wanted, returned)


def _pytest(group: Group, wanted: frozenset[str]) -> bool:
    """Whether every test of a group passed; a group without tests has none that failed."""
    command = _command(group, wanted)
    if not command:
        return True
    say(f"test: {_named(group, wanted)}")
    returned = subprocess.run(command, cwd=ROOT, check=False).returncode
    return _settled(group, wanted, returned)


def _settled(group: Group, wanted: frozenset[str], returned: int) -> bool:
    """Whether a group passed, or what failed in it does when it is run once more by itself.

    Locks of the emulator and the clock of a busy machine fail a test in many thousands; a fault of ours
    fails it again. What needed the second run has been named above, with why.
    """
    if returned != SOME_FAILED:
        return returned == 0
    say("test: what failed, once more and by itself")
    command = [*_command(replace(group, workers=1), wanted), "--lf", "--lfnf=none"]
    passed = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    say("⚠ It passed by itself; look at why it did not before." if passed else "✗ It failed again.")
    return passed


def _command(group: Group, wanted: frozenset[str]) -> list[str]:
    """What runs a group's layers; nothing where it has no tests."""
    folders = _folders(group, wanted)
    workers = ("-n", str(group.workers), *DIST) if group.workers > 1 else ()
    kept = ("-o", f"cache_dir=.cache/pytest/{'-'.join(group.layers)}")
    return [sys.executable, "-m", "pytest", "-q", *kept, *workers, *folders] if folders else []


def _named(group: Group, wanted: frozenset[str]) -> str:
    return ", ".join(layer for layer in group.layers if layer in wanted)


def _folders(group: Group, wanted: frozenset[str]) -> list[str]:
    layers = [layer for layer in group.layers if layer in wanted]
    return [
        f"tests/{layer}" for layer in layers if any((ROOT / "tests" / layer).glob("**/test_*.py"))
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
