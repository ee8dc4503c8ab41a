"""What the scripts say while they work: short lines, flushed, one about every few seconds."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

BEAT_SECONDS = 4.0
TAIL_LINES = 25


def say(line: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print(line, flush=True)


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a text file; empty when it does not exist."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def run_with_progress(
    title: str, command: Sequence[str], log: Path, cwd: Path, env: Mapping[str, str] | None = None
) -> int:
    """Run a command with its output in `log`, saying what it does and how long it takes.

    Returns the command's status. Prints a line at the start, one every few seconds, one at the end.
    """
    say(f"{title} …")
    began = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            status = _wait(process, title, began)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if status == 0:
        say(f"{title}: done in {time.monotonic() - began:.1f} s")
    return status


def _wait(process: subprocess.Popen[bytes], title: str, began: float) -> int:
    while True:
        try:
            return process.wait(timeout=BEAT_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"{title} … {time.monotonic() - began:.0f} s")
