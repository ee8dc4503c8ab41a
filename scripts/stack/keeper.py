"""Ends a stack whose `dev.py` was killed before it could do so itself.

Started by `dev.py` as a process of its own, with a pipe from it on stdin. The pipe closes when
`dev.py` is gone, in whatever way; then this ends what is left of the stack and removes its files.
Run as: python keeper.py MARKER PATH...
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stack.processes import end_all


def keep(marker: str, leftovers: list[Path]) -> None:
    """Wait for the pipe to close, then leave nothing behind."""
    sys.stdin.buffer.read()
    end_all(marker)
    for path in leftovers:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    keep(sys.argv[1], [Path(argument) for argument in sys.argv[2:]])
