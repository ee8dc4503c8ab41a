"""Run ffmpeg once, within a budget, in a scratch directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from spaktok.core import clock
from spaktok.media.model import MIB, MediaEngineFailure

_JAIL = Path(__file__).with_name("jail.py")
_LOG_TAIL_CHARS = 4_000
_POLL_S_MAX = 0.02

_ALWAYS = ("-nostdin", "-hide_banner", "-y", "-protocol_whitelist", "file,pipe")


@dataclass(frozen=True, slots=True)
class Budget:
    """The most one run may use. Going over ends it; see `Outcome.stopped_by`."""

    wall_s: float
    cpu_s: int
    """Processor seconds over all threads."""
    output_bytes: int
    """Size of any one file it writes, its logs included."""
    memory_bytes: int = 1024 * MIB
    """Address space. 4K input with 10-bit colour needs under half of it."""
    niceness: int = 5


class Stop(StrEnum):
    """The part of the budget that ran out."""

    WALL = "wall"
    CPU = "cpu"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `exit_code` is ffmpeg's, or minus the signal that killed it."""

    exit_code: int
    stopped_by: Stop | None
    stdout: str
    stderr: str
    wall_ms: int
    cpu_ms: int

    @property
    def succeeded(self) -> bool:
        """Whether ffmpeg did all it was asked, within its budget."""
        return self.exit_code == 0 and self.stopped_by is None

    @property
    def evidence(self) -> str:
        """What to log about a failure: the exit and the end of what ffmpeg said."""
        stop = f", stopped by its {self.stopped_by.value} budget" if self.stopped_by else ""
        return f"ffmpeg exit {self.exit_code}{stop}: {self.stderr[-_LOG_TAIL_CHARS:].strip()}"


@cache
def binary() -> str:
    """Return the path of the packaged ffmpeg; `IMAGEIO_FFMPEG_EXE` names another."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as absent:
        raise MediaEngineFailure(
            "No ffmpeg for this platform: set IMAGEIO_FFMPEG_EXE to the path of one."
        ) from absent


def run(arguments: Sequence[str], budget: Budget, scratch: Path) -> Outcome:
    """Run ffmpeg with `arguments` in `scratch`, and wait for it within `budget`.

    Relative paths in `arguments` are inside `scratch`. The process has no stdin, almost no
    environment, a session of its own, and dies whole when its time is over or this call is
    interrupted. A failing ffmpeg is an `Outcome`, not an exception: what it means is the
    caller's to say.
    """
    limits = (budget.cpu_s, budget.memory_bytes, budget.output_bytes, budget.niceness)
    command = [sys.executable, "-I", "-S", str(_JAIL), *map(str, limits)]
    command += [binary(), *_ALWAYS, *arguments]
    out_path, err_path = scratch / "stdout.log", scratch / "stderr.log"
    started = clock.monotonic()
    # Files, not pipes: the size limit then holds for what it prints, too.
    with out_path.open("wb") as out, err_path.open("wb") as err:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=scratch,
            env=_environment(scratch),
            start_new_session=True,
        )
        exit_code, cpu_s, in_time = _wait(child, started + budget.wall_s)
    wall_ms = int((clock.monotonic() - started) * 1000)
    return Outcome(
        exit_code=exit_code,
        stopped_by=_stop(exit_code, cpu_s, budget) if in_time else Stop.WALL,
        stdout=_drain(out_path),
        stderr=_drain(err_path),
        wall_ms=wall_ms,
        cpu_ms=int(cpu_s * 1000),
    )


def _environment(scratch: Path) -> dict[str, str]:
    # A second malloc arena a thread would eat the address space that the limit counts.
    return {"HOME": str(scratch), "TMPDIR": str(scratch), "LC_ALL": "C", "MALLOC_ARENA_MAX": "2"}


def _wait(child: subprocess.Popen[bytes], deadline: float) -> tuple[int, float, bool]:
    """Reap `child`, killing its group at `deadline`: exit code, CPU seconds, whether in time.

    `wait4` rather than `Popen.wait`, because it alone tells how much processor time was used.
    """
    pause_s, in_time, reaped = 0.001, True, False
    try:
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            reaped = pid != 0
            if reaped:
                child.returncode = os.waitstatus_to_exitcode(status)
                return child.returncode, usage.ru_utime + usage.ru_stime, in_time
            if in_time and clock.monotonic() >= deadline:
                in_time = False
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, _POLL_S_MAX)
    finally:
        if not reaped:  # interrupted: leave nothing running
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _stop(exit_code: int, cpu_s: float, budget: Budget) -> Stop | None:
    if exit_code == -signal.SIGXFSZ:
        return Stop.OUTPUT
    # ffmpeg catches SIGXCPU and leaves with a code of its own; the time used tells.
    if exit_code != 0 and cpu_s >= budget.cpu_s - 0.1:
        return Stop.CPU
    return None


def _drain(log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace")
    log.unlink()
    return text
