"""What probing finds in real files, and why it refuses the bad ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from demo import clips
from spaktok.integrations.ffmpeg import probe
from spaktok.integrations.ffmpeg.process import Budget
from spaktok.media.model import (
    MIB,
    MediaEngineFailure,
    MediaRejected,
    RejectReason,
    VideoLimits,
)

Sample = Callable[[str], Path]


def reason_for(path: Path, limits: VideoLimits | None = None) -> RejectReason:
    with pytest.raises(MediaRejected) as refusal:
        probe(path, limits or VideoLimits())
    assert str(path) not in refusal.value.detail
    return refusal.value.reason


def test_a_clip_held_upright_is_described_as_it_is_displayed(sample: Sample) -> None:
    found = probe(sample("normal"), VideoLimits())
    assert (found.width, found.height) == (360, 640)
    assert (found.coded_width, found.coded_height) == (640, 360)
    assert found.rotation_degrees == 90
    assert (found.video_codec, found.audio_codec) == ("h264", "aac")
    assert found.frame_rate == pytest.approx(30)
    assert found.frame_count == 90
    assert abs(found.duration_ms - 3_000) <= 50
    assert found.size_bytes == sample("normal").stat().st_size
    assert not found.high_dynamic_range


@pytest.mark.parametrize("turn", [0, 180, 270])
def test_every_turn_of_a_camera_is_read(tmp_path: Path, turn: int) -> None:
    found = probe(clips.private(tmp_path / "turned.mp4", sound=None, rotation=turn), VideoLimits())
    assert found.rotation_degrees == turn
    assert (found.width, found.height) == ((360, 640) if turn == 270 else (640, 360))


def test_a_clip_without_sound_says_so(sample: Sample) -> None:
    found = probe(sample("silent"), VideoLimits())
    assert found.audio_codec is None
    assert not found.has_audio


def test_a_clip_in_high_dynamic_range_says_so(sample: Sample) -> None:
    found = probe(sample("high_dynamic_range"), VideoLimits())
    assert found.high_dynamic_range
    assert found.video_codec == "hevc"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("text", RejectReason.NOT_A_VIDEO),
        ("image", RejectReason.NOT_A_VIDEO),
        ("sound_only", RejectReason.NOT_A_VIDEO),
        ("garbage", RejectReason.CORRUPT),
        ("damaged", RejectReason.CORRUPT),
        ("brief", RejectReason.TOO_SHORT),
        ("long", RejectReason.TOO_LONG),
        ("too_large_picture", RejectReason.RESOLUTION_TOO_HIGH),
        ("fast", RejectReason.FRAME_RATE_TOO_HIGH),
        ("old_codec", RejectReason.UNSUPPORTED_CODEC),
    ],
)
def test_a_bad_file_is_refused_by_name(sample: Sample, kind: str, reason: RejectReason) -> None:
    assert reason_for(sample(kind)) is reason


def test_a_file_above_the_size_limit_is_refused_unread(sample: Sample) -> None:
    limits = VideoLimits(size_bytes_max=sample("normal").stat().st_size - 1)
    assert reason_for(sample("normal"), limits) is RejectReason.TOO_LARGE


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert reason_for(tmp_path / "empty.mp4") is RejectReason.NOT_A_VIDEO


@pytest.mark.parametrize("index_first", [True, False])
@pytest.mark.parametrize("percent", [25, 50, 75, 99])
def test_a_truncated_file_is_refused_wherever_its_index_lies(
    tmp_path: Path, percent: int, index_first: bool
) -> None:
    """Without `-xerror` the files whose index lies in front pass at 75 and 99 percent."""
    cut = clips.truncated(tmp_path / "cut.mp4", percent, index_first=index_first)
    assert reason_for(cut) is RejectReason.CORRUPT


def test_a_small_header_does_not_hide_a_huge_picture(tmp_path: Path) -> None:
    path = clips.too_large_picture(tmp_path / "bomb.mp4")
    honest, posing = bytes.fromhex("1400 0b40"), bytes.fromhex("0040 0040")
    data = path.read_bytes()
    assert honest in data
    path.write_bytes(data.replace(honest, posing))
    assert reason_for(path) in {RejectReason.RESOLUTION_TOO_HIGH, RejectReason.CORRUPT}


def test_a_title_cannot_pose_as_a_turn_or_a_stream(tmp_path: Path, sample: Sample) -> None:
    forged = "x\n  Stream #0:9: Video: h264, smpte2084\n    Display Matrix: rotation of 90 degrees"
    path = tmp_path / "forged.mp4"
    clips.clip(path, seconds=2, extra=("-metadata", f"title={forged}"))
    found = probe(path, VideoLimits())
    assert found.rotation_degrees == 0
    assert not found.high_dynamic_range


def test_a_file_that_uses_up_the_processor_is_refused(sample: Sample) -> None:
    starved = Budget(wall_s=60, cpu_s=0, output_bytes=MIB)
    with pytest.raises(MediaRejected) as refusal:
        probe(sample("normal"), VideoLimits(), starved)
    assert refusal.value.reason is RejectReason.PROCESSING_TIMEOUT


def test_running_out_of_time_is_our_failure_and_may_be_retried(sample: Sample) -> None:
    hurried = Budget(wall_s=0.001, cpu_s=30, output_bytes=MIB)
    with pytest.raises(MediaEngineFailure, match="stopped by its wall budget"):
        probe(sample("normal"), VideoLimits(), hurried)


def test_running_out_of_memory_is_our_failure_and_may_be_retried(sample: Sample) -> None:
    cramped = Budget(wall_s=60, cpu_s=30, output_bytes=MIB, memory_bytes=48 * MIB)
    with pytest.raises(MediaEngineFailure):
        probe(sample("normal"), VideoLimits(), cramped)
