"""Which processes belong to a stack, and how to end every one of them.

The emulators start in sessions of their own and the Python workers outlive the CLI, so neither a
process group nor the tree of parents holds them together. What they all inherit is an environment
variable with a value that no other stack has; that is how they are found. Nothing a stack holds is
worth keeping, so ending means SIGKILL: at once, whatever state a process is in.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MARKER = "SPAKTOK_STACK_ID"
END_SECONDS_MAX = 20.0
PAUSE_SECONDS = 0.05
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that `collect` can await them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def collect() -> None:
    """Wait until every ended child, adopted ones included, has really gone."""
    deadline = time.monotonic() + END_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(PAUSE_SECONDS)
        except ChildProcessError:
            return


def marked(marker: str) -> list[int]:
    """The running processes of a stack, this one not among them; those ending are left out."""
    found = (
        _marked_in_proc(marker) if Path("/proc/self/environ").exists() else _marked_by_ps(marker)
    )
    return [pid for pid in found if pid != os.getpid()]


def end_all(marker: str, spare: frozenset[int] = frozenset()) -> list[int]:
    """End every process of a stack; returns those that would not end in time."""
    deadline = time.monotonic() + END_SECONDS_MAX
    while True:
        left = [pid for pid in marked(marker) if pid not in spare]
        if not left or time.monotonic() > deadline:
            return left
        for pid in left:
            send(pid, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have gone."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def alive(pid: int) -> bool:
    """Whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _marked_in_proc(marker: str) -> list[int]:
    """A process that has ended and waits to be collected has an empty environment."""
    wanted = f"{MARKER}={marker}".encode()
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def _marked_by_ps(marker: str) -> list[int]:
    """Without /proc (macOS): `ps` shows the environment of one's own processes with `-E`."""
    rows = subprocess.run(
        ["ps", "-A", "-E", "-ww", "-o", "pid=,command="],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    ).stdout.splitlines()
    return [int(row.split(None, 1)[0]) for row in rows if f"{MARKER}={marker}" in row]
