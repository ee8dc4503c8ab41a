"""Where the suite logs, and what its log says when something is wrong."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

from stack.paths import LOGS
from stack.processes import alive

KEPT = 5
FUNCTIONS_FAILED = "Failed to load function definition from source"
READY = "All emulators ready!"
LOADED = re.compile(r"Loaded functions definitions from source: (.*)\.$", re.MULTILINE)
IGNORED = re.compile(r"functions\[[^\]]+\]: function ignored because.*")
TRACEBACK = "Traceback (most recent call last):"
NOISE = re.compile(r"^\s*$|Serving Flask app|Debug mode|WARNING: This is a development server|"
                   r"Running on http|CTRL\+C to quit|GET /__/")  # fmt: skip


def new_log_folder() -> Path:
    """A folder for one run, named by time and process; the oldest of ended runs are removed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    runs = sorted(path for path in LOGS.glob("stack-*") if path.is_dir())
    ended = [path for path in runs if not alive(int(path.name.rpartition("-")[2]))]
    for path in ended[: max(0, len(ended) - KEPT + 1)]:
        shutil.rmtree(path, ignore_errors=True)
    folder = LOGS / f"stack-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    folder.mkdir()
    return folder


def read(log: Path) -> str:
    """The whole log so far."""
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def loaded_functions(text: str) -> list[str]:
    """The names the CLI says it loaded; empty before it has."""
    found = LOADED.findall(text)
    return [name for name in found[-1].split(", ") if name] if found else []


def python_error(text: str) -> str:
    """What Python said when the functions did not load: the last traceback, or the last lines."""
    before = text.partition(FUNCTIONS_FAILED)[0]
    lines = [line for line in before.splitlines() if not NOISE.search(line)]
    starts = [number for number, line in enumerate(lines) if TRACEBACK in line]
    if starts:
        return "\n".join(_own_frames(lines[starts[-1] :]))
    said = [line.strip() for line in text.splitlines() if FUNCTIONS_FAILED in line]
    return "\n".join([*lines[-25:], *said[-1:]])


def _own_frames(traceback: list[str]) -> list[str]:
    """A traceback without the frames of libraries, up to and with the exception itself."""
    kept: list[str] = []
    own = True
    for line in traceback:
        if line.startswith("  File "):
            own = "site-packages" not in line and "<frozen" not in line
        elif not line.startswith(" ") and kept[1:]:
            return [*kept, line]
        if own:
            kept.append(line)
    return kept
