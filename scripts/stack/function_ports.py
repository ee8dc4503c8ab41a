"""Ports for the processes of functions: a block of them, which one stack holds while it lives.

The Functions emulator gives every function a process with a port of its own. `function_ports.cjs`,
loaded into the Firebase CLI, deals them out of the block that is claimed here; what holds a block is a
lock, which the system lifts whenever the process that has it ends, however that was.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.errors import StackError

# Below those that are picked for the emulators (`ports.FREE_RANGE`), above firebase-tools' own.
FIRST, SIZE, BLOCKS = 10_000, 1_000, 10
"""Every function a process, three times over; more stacks than a machine could bear."""


@contextmanager
def block() -> Iterator[dict[str, str]]:
    """Hold a block; yields the environment that names it to the CLI.

    Raises StackError where all are held. Locks are this user's: another user's stack may have a block
    of the same number, and its ports are passed over like any that are taken.
    """
    for number in range(BLOCKS):
        path = Path(tempfile.gettempdir()) / f"spaktok-function-ports-{os.getuid()}-{number}.lock"
        with path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield {"SPAKTOK_FUNCTION_PORTS": f"{FIRST + number * SIZE}+{SIZE}"}
            return
    raise StackError(
        f"{BLOCKS} stacks run on this machine already.", "End one of them, then run this again."
    )
