"""What processing costs beside ffmpeg itself: the pipeline on a clip, and its very commands run bare.

A clip of 30 s in 1080p goes through `videos.service.processing`, as a task would bring it: fetched
from Storage, probed, transcoded into every rung, sampled, hashed, judged, stored and settled. Every
ffmpeg command it runs is noted; then the same commands run again one by one, without a jail, a
database or a Storage. Both are timed on the wall in the same run, and the ratio is what is budgeted.
Wants the Firestore, Storage and Tasks emulators.

    python scripts/bench/processing.py [--seconds 30] [--size 1920x1080]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "functions"), str(HERE.parent)]

RATIO_MAX: Final = 1.15
OWNER: Final = "bench"


@dataclass
class Noted:
    """A command of ffmpeg's, and what it read and wrote."""

    arguments: list[str]
    folder: Path
    inputs: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """Seconds on the wall."""

    pipeline_s: float
    bare_s: float
    commands: int

    @property
    def ratio(self) -> float:
        """How many times the bare commands."""
        return self.pipeline_s / self.bare_s


class Nowhere:
    """A queue that takes every task and delivers none: the clip alone is measured."""

    def enqueue(self, *_: Any) -> None:
        """Forget it."""


def measure(seconds: int, size: str) -> Measured:
    """Process a clip of that length and size, then run the same commands bare."""
    os.environ["GCLOUD_PROJECT"] = "demo-bench-processing"
    from demo import clips
    from spaktok.integrations.ffmpeg import process

    noted: list[Noted] = []
    run = process.run

    def noting(arguments: Sequence[str], budget: Any, scratch: Path) -> Any:
        # Inputs live as long as their step; the copies are made outside the time measured.
        started = time.perf_counter()
        one = Noted(list(arguments), scratch)
        for name in arguments:
            if name.startswith("file:"):
                one.inputs[name] = Path(name.removeprefix("file:")).read_bytes()
        noted.append(one)
        paused[0] += time.perf_counter() - started
        return run(arguments, budget, scratch)

    paused = [0.0]
    process.run = noting
    with tempfile.TemporaryDirectory() as folder:
        clip = clips.clip(
            Path(folder) / "clip.mp4",
            size=size,
            seconds=seconds,
            sound="sine=f=440:r=48000",
        ).read_bytes()
    place, generation = _upload(clip)
    started = time.perf_counter()
    state = _process(place, generation)
    pipeline_s = time.perf_counter() - started - paused[0]
    if state != "ready":
        raise SystemExit(f"the clip became {state}")
    return Measured(pipeline_s, sum(_bare(one) for one in noted), len(noted))


def _upload(clip: bytes) -> tuple[str, int]:
    from spaktok.core import clients
    from spaktok.core.ids import UserId
    from spaktok.safety.requests import DeclaresBirth
    from spaktok.users import service as users
    from spaktok.users import store
    from spaktok.users.requests import CreateUserProfile
    from spaktok.videos.requests import UploadVideo
    from spaktok.videos.service import upload

    at_hand: Any = clients
    at_hand.queue = lambda _function: Nowhere()
    birth = DeclaresBirth(birth_date="1990-05-17", region="US", time_zone="America/New_York")
    uid = UserId(OWNER)
    if not store.card_ref(uid).get().exists:
        asked = CreateUserProfile(username="bench.name", display_name="Bench", **birth.model_dump())
        users.create_profile(uid, "bench@example.com", asked)
    ticket = upload.issue(uid, UploadVideo(caption="Bench"))
    blob = clients.bucket().blob(ticket.storage_path)
    blob.upload_from_string(clip, content_type="video/mp4")
    blob.reload()
    generation = int(blob.generation)
    upload.arrived(ticket.storage_path, generation, len(clip))
    return ticket.video_id, generation


def _process(video_id: str, generation: int) -> str:
    from spaktok.core.ids import UserId, VideoId
    from spaktok.videos.service import processing

    return processing.process(UserId(OWNER), VideoId(video_id), generation, last_attempt=True)


def _bare(one: Noted) -> float:
    """Run a noted command once more, with nothing around it; seconds."""
    from spaktok.integrations.ffmpeg import process

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = list(one.arguments)
        for number, (place, data) in enumerate(one.inputs.items()):
            copy = folder / f"input-{number}.mp4"
            copy.write_bytes(data)
            arguments = [f"file:{copy}" if part == place else part for part in arguments]
        command = [process.binary(), "-nostdin", "-hide_banner", "-y", *arguments]
        started = time.perf_counter()
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        return time.perf_counter() - started


def main() -> int:
    """Measure, print, and fail over budget."""
    parser = argparse.ArgumentParser(description="Processing beside the bare ffmpeg commands.")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args()
    found = measure(options.seconds, options.size)
    print(f"{'clip':<28}{options.seconds} s, {options.size}")
    print(f"{'pipeline':<28}{found.pipeline_s:.2f} s")
    print(f"{'the same commands, bare':<28}{found.bare_s:.2f} s ({found.commands} of them)")
    print(f"{'ratio':<28}{found.ratio:.3f} of at most {RATIO_MAX}")
    return 0 if found.ratio <= RATIO_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
