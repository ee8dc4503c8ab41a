"""What the audience gets of a clip."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from demo import clips
from spaktok.integrations.ffmpeg import probe, process, transcode
from spaktok.integrations.ffmpeg.process import Budget
from spaktok.media.model import (
    MIB,
    PROFILE_V1,
    MediaEngineFailure,
    MediaRejected,
    RejectReason,
    VideoLimits,
)
from tests.unit.media.conftest import Processed

Sample = Callable[[str], Path]
Process = Callable[[str], Processed]


def first_pixels(path: Path, width: int, height: int) -> bytes:
    """Decode the first frame of a video or picture to a `width` by `height` RGB raster."""
    command = [process.binary(), "-nostdin", "-loglevel", "error", "-i", str(path)]
    command += ["-frames:v", "1", "-vf", f"scale={width}:{height}", "-pix_fmt", "rgb24"]
    return subprocess.run(
        [*command, "-f", "rawvideo", "pipe:1"], capture_output=True, check=True
    ).stdout


def loudness(path: Path) -> float:
    """Measure the integrated loudness of a file in LUFS."""
    command = [process.binary(), "-nostdin", "-hide_banner", "-i", str(path)]
    command += ["-af", "ebur128=framelog=quiet", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return float(said.rsplit("I:", 1)[1].split("LUFS")[0])


def boxes(path: Path) -> list[bytes]:
    data, at, names = path.read_bytes(), 0, []
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return names


def test_a_turned_clip_comes_out_upright_in_its_pixels(processed: Process) -> None:
    done = processed("normal")
    video, thumbnail = done.renditions.video, done.renditions.thumbnail
    made = probe(video.path, VideoLimits())
    assert made.rotation_degrees == 0
    assert (made.coded_width, made.coded_height) == (360, 640) == (video.width, video.height)
    assert (thumbnail.width, thumbnail.height) == (360, 640)
    # The source's bars stand side by side from its left edge, red first; turned clockwise the
    # red one lies on top.
    for path in (video.path, thumbnail.path):
        raster = first_pixels(path, 6, 12)
        red, green, blue = raster[:3]
        assert (red > 150, green < 100, blue < 100) == (True, True, True)


def test_the_rendition_is_described_by_what_was_written(processed: Process) -> None:
    done = processed("normal")
    video, thumbnail = done.renditions.video, done.renditions.thumbnail
    assert done.renditions.profile == "v1"
    assert (video.video_codec, video.audio_codec) == ("h264", "aac")
    assert abs(video.duration_ms - done.probe.duration_ms) <= 100
    assert video.frame_rate == pytest.approx(30, rel=0.02)
    assert (video.path.name, thumbnail.path.name) == ("processed.mp4", "thumbnail.jpg")
    assert video.size_bytes == video.path.stat().st_size
    assert thumbnail.size_bytes == thumbnail.path.stat().st_size
    assert thumbnail.path.read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_rendition_starts_to_play_before_it_is_whole(processed: Process) -> None:
    names = boxes(processed("normal").renditions.video.path)
    assert names.index(b"moov") < names.index(b"mdat")


def test_a_large_clip_is_made_smaller(processed: Process) -> None:
    made = processed("full_hd").renditions
    assert (made.video.width, made.video.height) == (1280, 720)
    assert (made.thumbnail.width, made.thumbnail.height) == (1280, 720)


@pytest.mark.parametrize(
    ("kind", "size"), [("small", (100, 74)), ("portrait", (360, 640)), ("quiet", (640, 360))]
)
def test_a_small_clip_is_never_made_larger(
    processed: Process, kind: str, size: tuple[int, int]
) -> None:
    video = processed(kind).renditions.video
    assert (video.width, video.height) == size


def test_a_clip_without_sound_stays_without(processed: Process) -> None:
    assert processed("silent").renditions.video.audio_codec is None


def test_a_short_muted_clip_is_processed(processed: Process) -> None:
    """Without the guard against NaN, ffmpeg's AAC encoder refuses what loudnorm makes of it."""
    assert processed("muted").renditions.video.audio_codec == "aac"


def test_a_quiet_clip_is_brought_to_the_common_loudness(processed: Process) -> None:
    done = processed("quiet")
    assert loudness(done.source) < -30
    assert loudness(done.renditions.video.path) == pytest.approx(-14, abs=1)


def test_high_dynamic_range_is_mapped_to_the_standard_one(processed: Process) -> None:
    made = probe(processed("high_dynamic_range").renditions.video.path, VideoLimits())
    assert not made.high_dynamic_range
    assert made.video_codec == "h264"


def test_the_same_clip_gives_the_same_bytes(processed: Process, tmp_path: Path) -> None:
    """With x264's default threading this fails now and then on a busy machine."""
    done = processed("normal")
    again = transcode(done.source, tmp_path, done.probe, PROFILE_V1)
    for first, second in (
        (done.renditions.video.path, again.video.path),
        (done.renditions.thumbnail.path, again.thumbnail.path),
    ):
        assert first.read_bytes() == second.read_bytes()


def test_a_clip_damaged_after_its_first_seconds_is_refused_with_nothing_left(
    tmp_path: Path,
) -> None:
    source = clips.damaged(tmp_path / "source.mp4", from_second=3)
    found = probe(source, VideoLimits())
    (target := tmp_path / "target").mkdir()
    with pytest.raises(MediaRejected) as refusal:
        transcode(source, target, found, PROFILE_V1)
    assert refusal.value.reason is RejectReason.CORRUPT
    assert list(target.iterdir()) == []


def test_a_clip_with_a_scratch_at_its_end_still_plays(tmp_path: Path) -> None:
    source = clips.damaged(tmp_path / "source.mp4", from_second=5.9)
    made = transcode(source, tmp_path, probe(source, VideoLimits()), PROFILE_V1)
    assert made.video.duration_ms >= 5_500


def test_running_out_of_time_leaves_nothing_behind(sample: Sample, tmp_path: Path) -> None:
    found = probe(sample("full_hd"), VideoLimits())
    hurried = Budget(wall_s=0.2, cpu_s=60, output_bytes=64 * MIB)
    slow = replace(PROFILE_V1, preset="veryslow")
    with pytest.raises(MediaEngineFailure, match="wall budget"):
        transcode(sample("full_hd"), tmp_path, found, slow, hurried)
    assert list(tmp_path.iterdir()) == []


def test_an_output_beyond_its_limit_leaves_nothing_behind(sample: Sample, tmp_path: Path) -> None:
    found = probe(sample("full_hd"), VideoLimits())
    narrow = Budget(wall_s=60, cpu_s=60, output_bytes=20_000)
    with pytest.raises(MediaEngineFailure, match="output budget"):
        transcode(sample("full_hd"), tmp_path, found, PROFILE_V1, narrow)
    assert list(tmp_path.iterdir()) == []
