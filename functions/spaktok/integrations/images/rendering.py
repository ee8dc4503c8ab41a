"""Run the worker once, within its budget, and say what its end means."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from spaktok.integrations import ffmpeg
from spaktok.media.model import MIB, MediaEngineFailure

PIXELS_MAX: Final = 50_000_000
SIDE_MIN_PX: Final = 96
WALL_S: Final = 30.0
CPU_S: Final = 20
MEMORY_BYTES: Final = 768 * MIB
"""Address space: 50 megapixels decoded are 200 MB, twice where transparency is laid on white."""
OUTPUT_BYTES: Final = 8 * MIB
_NICENESS: Final = 5
_REJECTED: Final = 3
_TRACE_CHARS: Final = 2_000

_JAIL: Final = Path(ffmpeg.__file__).with_name("jail.py")
_WORKER: Final = Path(__file__).with_name("worker.py")
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_CRASHES: Final = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL})


class ImageRejectReason(StrEnum):
    """Why a photo was refused for good. Stored as it is."""

    NOT_AN_IMAGE = "not_an_image"
    CORRUPT = "corrupt"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    TOO_MANY_PIXELS = "too_many_pixels"
    PROCESSING_TIMEOUT = "processing_timeout"


CURES: Final[dict[ImageRejectReason, str]] = {
    ImageRejectReason.NOT_AN_IMAGE: "The file is not the JPEG, PNG or WebP photo it says it is.",
    ImageRejectReason.CORRUPT: "The photo is damaged or was cut short; export it again.",
    ImageRejectReason.TOO_LARGE: "The file is larger than 5 MiB; export it smaller.",
    ImageRejectReason.TOO_SMALL: f"Each side needs at least {SIDE_MIN_PX} pixels.",
    ImageRejectReason.TOO_MANY_PIXELS: "The photo has more than 50 megapixels; export it smaller.",
    ImageRejectReason.PROCESSING_TIMEOUT: "The photo takes too long to open; export it again.",
}
"""One sentence for the owner."""


class ImageRejected(Exception):
    """The file itself is bad; trying again cannot help."""

    def __init__(self, reason: ImageRejectReason) -> None:
        super().__init__(CURES[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """One rendition: at most that large, in that shape."""

    path: str
    width: int
    height: int


def render(source: Path, content_type: str, targets: Sequence[Target]) -> None:
    """Write every target of the photo at `source`, which its owner called `content_type`.

    Raises `ImageRejected`, `MediaEngineFailure`.
    """
    declared = _FORMATS.get(content_type)
    if declared is None:
        raise ImageRejected(ImageRejectReason.NOT_AN_IMAGE)
    limits = (CPU_S, MEMORY_BYTES, OUTPUT_BYTES, _NICENESS)
    command = [sys.executable, "-I", "-S", str(_JAIL), *map(str, limits)]
    command += [sys.executable, "-I", "-S", str(_WORKER), _packages(), str(source.resolve())]
    command += [str(PIXELS_MAX), str(SIDE_MIN_PX), declared]
    command += [json.dumps([asdict(target) for target in targets])]
    with tempfile.TemporaryDirectory(prefix="image-") as scratch:
        code, said, trace = _run(command, Path(scratch))
    if code == _REJECTED:
        raise ImageRejected(ImageRejectReason(said))
    if code in (-signal.SIGXCPU, -signal.SIGALRM) or code is None:
        raise ImageRejected(ImageRejectReason.PROCESSING_TIMEOUT)
    if -code in _CRASHES:
        # A decoder that falls over falls over again.
        raise ImageRejected(ImageRejectReason.CORRUPT)
    if code != 0:
        raise MediaEngineFailure(f"The image worker ended with {code}: {trace}")


def _run(command: list[str], scratch: Path) -> tuple[int | None, str, str]:
    """The exit code, None where the time was over; what it answered; the end of what it complained of.

    Leaves nothing running.
    """
    said, complaints = scratch / "stdout.log", scratch / "stderr.log"
    with said.open("wb") as out, complaints.open("wb") as err:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=scratch,
            env={"HOME": str(scratch), "TMPDIR": str(scratch), "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        try:
            code: int | None = child.wait(WALL_S)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
    answer, trace = (one.read_text("utf-8", errors="replace").strip() for one in (said, complaints))
    return code, answer, trace[-_TRACE_CHARS:]


@cache
def _packages() -> str:
    """The folder that Pillow is installed in. Found without importing it into this process."""
    spec = find_spec("PIL")
    if spec is None or spec.origin is None:
        raise MediaEngineFailure("Pillow is not installed: run `make setup`")
    return str(Path(spec.origin).parents[1])
