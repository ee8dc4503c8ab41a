"""Run every test layer, cheapest first, against one stack of its own.

    scripts/test.py            all layers
    scripts/test.py e2e rules  these layers only

Exits 0 when every test passed, 1 otherwise. A layer without tests yet is passed over.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stack.environment import neutral
from stack.paths import ROOT
from stack.processes import MARKER
from stack.report import say
from stack.spare import SPARE, spare_firestore

MINUTES_MAX = 45
INSIDE = "--inside-the-stack"
SOME_FAILED = 1
"""What pytest returns when tests ran and some failed."""
DIST = ("--dist", "worksteal")
"""The long ones come first, and whoever is done takes over from whoever is not."""


@dataclass(frozen=True)
class Group:
    """Layers that run in one pytest; serial where tests share what they change."""

    layers: tuple[str, ...]
    workers: int = 1


WITHOUT_STACK = Group(("unit", "architecture"), workers=3)
IN_ONE_STACK = Group(("security", "cost", "emulator"), workers=5)
"""More than two cores could use: tests wait for the emulator and its locks."""
OF_ITS_RULES = Group(("rules",))
"""They seed one world and one bucket, and ask by themselves: beside the ones above."""
AS_A_CLIENT = Group(("e2e",))
STARTING_STACKS = Group(("stack",))
"""Both wait more than they work, and share nothing: they run beside each other."""
LAYERS = tuple(
    layer
    for group in (WITHOUT_STACK, IN_ONE_STACK, OF_ITS_RULES, AS_A_CLIENT, STARTING_STACKS)
    for layer in group.layers
)


def main(arguments: Sequence[str]) -> int:
    """Run the wanted layers; everything runs even after a failure, so that one run tells all."""
    wanted = frozenset(argument for argument in arguments if argument != INSIDE) or frozenset(
        LAYERS
    )
    if unknown := wanted - frozenset(LAYERS):
        say(f"✗ No such layer: {', '.join(sorted(unknown))}\n  → Choose among: {', '.join(LAYERS)}")
        return 2
    if INSIDE in arguments:
        with spare_firestore() as host:
            os.environ[SPARE] = host
            passed = _both(IN_ONE_STACK, wanted, OF_ITS_RULES, dict(os.environ))
        passed += _both(AS_A_CLIENT, wanted, STARTING_STACKS, _outside())
        return 0 if all(passed) else 1
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # many processes load the same
    began = time.monotonic()
    if any(_folders(group, wanted) for group in (IN_ONE_STACK, OF_ITS_RULES, AS_A_CLIENT)):
        passed = _in_a_stack(wanted, deadline=began + MINUTES_MAX * 60)
    else:
        passed = [_pytest(WITHOUT_STACK, wanted), _pytest(STARTING_STACKS, wanted)]
    taken = f"in {time.monotonic() - began:.0f} s"
    say(f"All tests passed {taken}." if all(passed) else f"✗ Tests failed {taken}; see above.")
    return 0 if all(passed) else 1


class Beside:
    """A group that runs beside what the terminal shows, and speaks when it is done."""

    def __init__(self, group: Group, wanted: frozenset[str], environment: dict[str, str]) -> None:
        self._group, self._wanted, self._environment = group, wanted, environment
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        command = _command(group, wanted)
        self._process = command and subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self._said, stderr=subprocess.STDOUT
        )

    def passed(self) -> bool:
        """Wait for it, show what it said, and tell whether every test passed."""
        if not self._process:
            return True
        returned = self._process.wait()
        say(f"test: {_named(self._group, self._wanted)}")
        self._said.seek(0)
        say(self._said.read().rstrip())
        return _settled(self._group, self._wanted, returned, self._environment)


def _both(
    group: Group, wanted: frozenset[str], beside: Group, environment: dict[str, str]
) -> list[bool]:
    """Run a group, and another beside it in this environment."""
    other = Beside(beside, wanted, environment)
    return [_pytest(group, wanted), other.passed()]


def _outside() -> dict[str, str]:
    """The environment without the stack that this runs in, but for the mark by which all of it ends."""
    own = {MARKER, "SPAKTOK_WHOLE"}
    return {
        name: value
        for name, value in neutral().items()
        if name in own or not name.startswith("SPAKTOK_")
    }


def _in_a_stack(wanted: frozenset[str], deadline: float) -> list[bool]:
    """Run the layers that need emulators inside one stack, ended when the time is up.

    The others run meanwhile: it takes half a minute to start, and is not always at work after that.
    """
    inside = [sys.executable, str(ROOT / "scripts" / "test.py"), INSIDE, *sorted(wanted)]
    stack = [sys.executable, str(ROOT / "scripts" / "dev.py"), "--free-ports", "--run", *inside]
    process = subprocess.Popen(stack, cwd=ROOT)
    passed: list[bool] = []
    try:
        _compile(_folders(IN_ONE_STACK, wanted))
        passed.append(Beside(WITHOUT_STACK, wanted, dict(os.environ)).passed())
        passed.append(process.wait(timeout=max(1.0, deadline - time.monotonic())) == 0)
    except subprocess.TimeoutExpired:
        say(f"✗ The tests took longer than {MINUTES_MAX} minutes.")
        say("  → Run the layers one by one to find the slow one: make test LAYERS=e2e")
        passed.append(False)
    finally:
        # Terminated, not killed: the stack then ends its emulators itself.
        process.terminate()
        process.wait()
    return passed


def _compile(folders: list[str]) -> None:
    """Have the tests compiled while the stack starts and a core is idle: once, not by every worker."""
    if folders:
        command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", *folders]
        environment = {**os.environ, "GCLOUD_PROJECT": "demo-compile"}
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)


def _pytest(group: Group, wanted: frozenset[str]) -> bool:
    """Whether every test of a group passed; a group without tests has none that failed."""
    command = _command(group, wanted)
    if not command:
        return True
    say(f"test: {_named(group, wanted)}")
    returned = subprocess.run(command, cwd=ROOT, check=False).returncode
    return _settled(group, wanted, returned, dict(os.environ))


def _settled(
    group: Group, wanted: frozenset[str], returned: int, environment: dict[str, str]
) -> bool:
    """Whether a group passed, or what failed in it does when it is run once more by itself.

    Locks of the emulator and the clock of a busy machine fail a test in many thousands; a fault of ours
    fails it again. What needed the second run has been named above, with why.
    """
    if returned != SOME_FAILED:
        return returned == 0
    say("test: what failed, once more and by itself")
    command = [*_command(replace(group, workers=1), wanted), "--lf", "--lfnf=none"]
    passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
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
