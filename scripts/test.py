"""Run every test layer, cheapest first, against stacks of its own.

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

from stack.paths import ROOT
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


WITHOUT_STACK = Group(("unit", "architecture"), workers=2)
IN_ONE_STACK = Group(("security", "cost", "emulator"), workers=4)
"""More than two cores could use: tests wait for the emulator and its locks."""
OF_ITS_RULES = Group(("rules",))
"""They seed one world and one bucket, and ask by themselves: beside the ones above."""
BESIDE_DATA = (IN_ONE_STACK, OF_ITS_RULES)
"""What they ask is kept by a stack without functions, which is half the work to start and to hold."""
AS_A_CLIENT = Group(("e2e",))
STARTING_STACKS = Group(("stack",))
"""Both wait more than they work, and share nothing: they run beside each other."""
LAYERS = tuple(
    layer
    for group in (WITHOUT_STACK, *BESIDE_DATA, AS_A_CLIENT, STARTING_STACKS)
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
        return 0 if all(_inside(wanted)) else 1
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # many processes load the same
    began = time.monotonic()
    deadline = began + MINUTES_MAX * 60
    passed = _beside_a_stack(WITHOUT_STACK, wanted, wanted & _layers(*BESIDE_DATA), deadline)
    passed += _beside_a_stack(STARTING_STACKS, wanted, wanted & _layers(AS_A_CLIENT), deadline)
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


def _layers(*groups: Group) -> frozenset[str]:
    return frozenset(layer for group in groups for layer in group.layers)


def _inside(wanted: frozenset[str]) -> list[bool]:
    """Run what was started inside a stack, beside each other where there are two."""
    if not wanted & _layers(*BESIDE_DATA):
        return [_pytest(AS_A_CLIENT, wanted)]
    with spare_firestore() as host:
        os.environ[SPARE] = host
        rules = Beside(OF_ITS_RULES, wanted, dict(os.environ))
        return [_pytest(IN_ONE_STACK, wanted), rules.passed()]


def _beside_a_stack(
    group: Group, wanted: frozenset[str], in_a_stack: frozenset[str], deadline: float
) -> list[bool]:
    """Run a group, and meanwhile these layers in a stack of their own, ended when the time is up.

    It takes a while to start, and is not always at work after that.
    """
    if not in_a_stack:
        return [_pytest(group, wanted)]
    inside = [sys.executable, str(ROOT / "scripts" / "test.py"), INSIDE, *sorted(in_a_stack)]
    light = [] if in_a_stack & _layers(AS_A_CLIENT) else ["--without-functions"]
    dev = [sys.executable, str(ROOT / "scripts" / "dev.py"), "--free-ports", *light]
    process = subprocess.Popen([*dev, "--run", *inside], cwd=ROOT)
    passed: list[bool] = []
    try:
        _compile(_folders(IN_ONE_STACK, in_a_stack))
        passed.append(Beside(group, wanted, dict(os.environ)).passed())
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
