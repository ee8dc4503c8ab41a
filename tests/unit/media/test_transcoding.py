"""What the audience gets of a clip."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from demo import clips
from spaktok.integrations.ffmpeg import probe, process, transcode, without_sound
from spaktok.integrations.ffmpeg.process import Budget
from spaktok.media.model import MIB, MediaEngineFailure, MediaRejected, RejectReason, VideoLimits
from spaktok.media.profiles import Codec, EncodingProfile, Rung, fit, profile
from tests.unit.media.conftest import QUICK, Processed, process_clip

Sample = Callable[[str], Path]
Process = Callable[[str], Processed]
DEFAULT = next(rung for rung in QUICK.rungs if rung.name == QUICK.default)


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


def test_a_turned_clip_comes_out_upright_in_its_pixels(processed: Process, tmp_path: Path) -> None:
    done = processed("normal")
    made = probe(done.path, VideoLimits())
    assert made.rotation_degrees == 0
    assert (
        (made.coded_width, made.coded_height) == (360, 640) == (done.video.width, done.video.height)
    )
    (thumbnail := tmp_path / "thumbnail.jpg").write_bytes(done.samples[0].jpeg)
    # The source's bars stand side by side from its left edge, red first; turned clockwise the
    # red one lies on top.
    for path in (done.path, thumbnail):
        raster = first_pixels(path, 6, 12)
        red, green, blue = raster[:3]
        assert (red > 150, green < 100, blue < 100) == (True, True, True)


def test_a_rendition_is_described_by_what_was_written(processed: Process) -> None:
    done = processed("normal")
    video = done.video
    assert (video.codec, video.audio_codec) == (Codec.H264, "aac")
    assert abs(video.duration_ms - done.probe.duration_ms) <= 100
    assert video.frame_rate == pytest.approx(30, rel=0.02)
    assert video.size_bytes == done.path.stat().st_size
    assert (video.crf, video.bitrate_max) == (23, 5_000_000)
    assert video.bitrate == round(video.size_bytes * 8_000 / video.duration_ms)
    assert all(one.jpeg[:3] == b"\xff\xd8\xff" for one in done.samples)


def test_a_rendition_starts_to_play_before_it_is_whole(processed: Process) -> None:
    names = boxes(processed("normal").path)
    assert names.index(b"moov") < names.index(b"mdat")


def test_a_large_clip_has_a_ladder_that_ends_at_its_own_size(processed: Process) -> None:
    made = {one.name: (one.width, one.height) for one in processed("full_hd").videos}
    assert made == {
        "h264_360.mp4": (640, 360),
        "h264_540.mp4": (960, 540),
        "processed.mp4": (1280, 720),
        "h264_1080.mp4": (1920, 1080),
    }


@pytest.mark.parametrize(
    ("kind", "size"), [("small", (100, 74)), ("portrait", (360, 640)), ("quiet", (640, 360))]
)
def test_a_small_clip_is_never_made_larger(
    processed: Process, kind: str, size: tuple[int, int]
) -> None:
    assert [(one.width, one.height) for one in processed(kind).videos] == [size]


@pytest.mark.parametrize("av1", [False, True])
@pytest.mark.parametrize("short", [1, 75, 359, 360, 361, 540, 700, 720, 1079, 1080, 2160])
def test_no_rung_makes_any_clip_larger_and_the_default_is_among_them(short: int, av1: bool) -> None:
    how = profile(av1=av1)
    ladder = how.ladder(short, short * 2)
    sizes = [min(fit(short, short * 2, rung.short_side_px_max)) for rung in ladder]
    assert all(size <= max(short, 2) for size in sizes)
    assert sizes == sorted(sizes)
    assert [rung.codec for rung in ladder if rung.name == how.default] == [Codec.H264]
    h264 = [size for rung, size in zip(ladder, sizes, strict=True) if rung.codec is Codec.H264]
    assert len(set(h264)) == len(h264)


def test_av1_is_made_where_it_is_wanted(processed: Process, tmp_path: Path) -> None:
    done = processed("small")
    rung = Rung("av1_720.mp4", 720, 50, 1_000_000, Codec.AV1)
    quick = replace(QUICK, av1_preset="12")
    made = transcode(done.source, None, tmp_path / rung.name, done.probe, profile=quick, rung=rung)
    assert (made.codec, made.width, made.height) == (Codec.AV1, 100, 74)
    assert probe(tmp_path / rung.name, VideoLimits()).video_codec == "av1"


def test_a_clip_without_sound_stays_without(processed: Process) -> None:
    assert processed("silent").video.audio_codec is None


def test_a_muted_clip_is_processed_and_stays_silent(processed: Process) -> None:
    """There is nothing to measure; a gain of minus infinity is refused by the encoder."""
    done = processed("muted")
    assert (done.loudness, done.video.audio_codec) == (None, "aac")


@pytest.mark.parametrize("kind", ["normal", "quiet"])
def test_sound_is_brought_to_the_common_loudness(processed: Process, kind: str) -> None:
    """Two passes: the first says how far it is. Negative control: with `measured_I` left out of the
    second, a tone of 3 s ends at another loudness."""
    done = processed(kind)
    assert done.loudness is not None
    assert done.loudness.integrated_lufs == pytest.approx(loudness(done.source), abs=0.5)
    assert loudness(done.path) == pytest.approx(-14, abs=1)


def test_sound_is_taken_away_and_the_pictures_stay_as_they_were(
    processed: Process, tmp_path: Path
) -> None:
    done = processed("normal")
    without_sound(done.path, tmp_path / "silent.mp4")
    made = probe(tmp_path / "silent.mp4", VideoLimits())
    assert (made.audio_codec, made.frame_count) == (None, done.probe.frame_count)
    assert first_pixels(tmp_path / "silent.mp4", 64, 64) == first_pixels(done.path, 64, 64)


def test_high_dynamic_range_is_mapped_to_the_standard_one(processed: Process) -> None:
    made = probe(processed("high_dynamic_range").path, VideoLimits())
    assert not made.high_dynamic_range
    assert made.video_codec == "h264"


def test_the_same_clip_gives_the_same_bytes(processed: Process, tmp_path: Path) -> None:
    """With x264's default threading this fails now and then on a busy machine."""
    done = processed("normal")
    again = process_clip(done.source, tmp_path)
    assert again.path.read_bytes() == done.path.read_bytes()
    assert [one.jpeg for one in again.samples] == [one.jpeg for one in done.samples]


def made_of(source: Path, target: Path, how: EncodingProfile = QUICK) -> None:
    found = probe(source, VideoLimits())
    transcode(source, None, target / DEFAULT.name, found, profile=how, rung=DEFAULT)


def test_a_clip_damaged_after_its_first_seconds_is_refused_with_nothing_left(
    tmp_path: Path,
) -> None:
    source = clips.damaged(tmp_path / "source.mp4", from_second=3)
    (target := tmp_path / "target").mkdir()
    with pytest.raises(MediaRejected) as refusal:
        made_of(source, target)
    assert refusal.value.reason is RejectReason.CORRUPT
    assert list(target.iterdir()) == []


def test_a_clip_with_a_scratch_at_its_end_still_plays(tmp_path: Path) -> None:
    source = clips.damaged(tmp_path / "source.mp4", from_second=5.9)
    made_of(source, tmp_path)
    assert probe(tmp_path / DEFAULT.name, VideoLimits()).duration_ms >= 5_500


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(wall_s=0.2, cpu_s=60, output_bytes=64 * MIB), "wall budget"),
        (Budget(wall_s=60, cpu_s=60, output_bytes=20_000), "output budget"),
    ],
)
def test_running_out_of_a_budget_leaves_nothing_behind(
    budget: Budget, why: str, sample: Sample, tmp_path: Path
) -> None:
    found = probe(sample("full_hd"), VideoLimits())
    slow = replace(QUICK, preset="veryslow" if budget.wall_s < 1 else "ultrafast")
    with pytest.raises(MediaEngineFailure, match=why):
        transcode(
            sample("full_hd"),
            None,
            tmp_path / DEFAULT.name,
            found,
            profile=slow,
            rung=DEFAULT,
            budget=budget,
        )
    assert list(tmp_path.iterdir()) == []
