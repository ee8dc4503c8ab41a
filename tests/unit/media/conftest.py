"""Real clips, made once a session by the packaged ffmpeg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo import clips
from spaktok.integrations.ffmpeg import probe, transcode
from spaktok.media.model import PROFILE_V1, Probe, Renditions, VideoLimits


@dataclass(frozen=True)
class Processed:
    source: Path
    probe: Probe
    renditions: Renditions


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
            source = sample(kind)
            found = probe(source, VideoLimits())
            made = transcode(source, tmp_path_factory.mktemp(kind), found, PROFILE_V1)
            done[kind] = Processed(source, found, made)
        return done[kind]

    return process
