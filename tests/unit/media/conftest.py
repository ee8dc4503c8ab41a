"""Real clips, made once a session by the packaged ffmpeg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo import clips
from spaktok.integrations.ffmpeg import encode_sound, measure, probe, transcode
from spaktok.integrations.ffmpeg import sample as take_samples
from spaktok.media.model import Loudness, Probe, Sample, VideoLimits, VideoRendition
from spaktok.media.profiles import profile

QUICK = profile(preset="ultrafast")


@dataclass(frozen=True)
class Processed:
    """What is made of a clip: all its renditions, smallest first, lie in `folder`."""

    source: Path
    folder: Path
    probe: Probe
    loudness: Loudness | None
    videos: list[VideoRendition]
    samples: list[Sample]

    @property
    def video(self) -> VideoRendition:
        return next(one for one in self.videos if one.name == QUICK.default)

    @property
    def path(self) -> Path:
        return self.folder / QUICK.default


def process_clip(source: Path, folder: Path) -> Processed:
    """Every step, as the pipeline takes them."""
    found = probe(source, VideoLimits())
    loudness, sound = None, None
    if found.has_audio:
        sound = folder / "audio.m4a"
        loudness = measure(source, found, QUICK, folder)
        encode_sound(source, sound, found, QUICK, loudness)
    videos = [
        transcode(source, sound, folder / rung.name, found, profile=QUICK, rung=rung)
        for rung in QUICK.ladder(found.width, found.height)
    ]
    samples = take_samples(folder / QUICK.default, videos[-1].duration_ms, QUICK.samples, folder)
    return Processed(source, folder, found, loudness, videos, samples)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the clip of a kind of `demo.clips`; a test must not change it."""
    folder = tmp_path_factory.mktemp("clips")

    def make(kind: str) -> Path:
        path = folder / f"{kind}.mp4"
        return path if path.exists() else clips.KINDS[kind](path)

    return make


@pytest.fixture(scope="session")
def processed(
    sample: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Processed]:
    """Give a clip of a kind with what probing and transcoding made of it."""
    done: dict[str, Processed] = {}

    def process(kind: str) -> Processed:
        if kind not in done:
            done[kind] = process_clip(sample(kind), tmp_path_factory.mktemp(kind))
        return done[kind]

    return process
