"""ffmpeg, run once a process for the same files and arguments: what it said and wrote is kept.

Most tests upload one and the same clip, and the same input gives the same bytes: `tests/unit/media`
proves it. What is new to the process is encoded for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from spaktok.integrations.ffmpeg import process
from spaktok.integrations.ffmpeg.process import Budget, Outcome

FILE: Final = "file:"


@dataclass(frozen=True)
class _Run:
    outcome: Outcome
    files: dict[str, bytes]
    """What it left in its folder."""


_runs: dict[tuple[tuple[str, ...], Budget], _Run] = {}
_run = process.run


def once(patch: pytest.MonkeyPatch) -> None:
    """Have every run of ffmpeg that was made before answer as it did."""
    patch.setattr(process, "run", _remembered)


def _remembered(arguments: Sequence[str], budget: Budget, scratch: Path) -> Outcome:
    key = tuple(map(_content, arguments)), budget
    if key not in _runs:
        before = set(scratch.iterdir())
        outcome = _run(arguments, budget, scratch)
        made = {one.name: one.read_bytes() for one in set(scratch.iterdir()) - before}
        if outcome.stopped_by is not None:
            return outcome
        _runs[key] = _Run(outcome, made)
    known = _runs[key]
    for name, content in known.files.items():
        (scratch / name).write_bytes(content)
    return known.outcome


def _content(argument: str) -> str:
    """An input by what it holds, and not by where it lies."""
    if not argument.startswith(FILE):
        return argument
    return sha256(Path(argument.removeprefix(FILE)).read_bytes()).hexdigest()
