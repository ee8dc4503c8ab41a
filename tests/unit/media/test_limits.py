"""The limits on a video, each at its boundary, and the size it is encoded at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.media.model import (
    MediaRejected,
    Probe,
    RejectReason,
    VideoLimits,
    check,
    check_size,
)
from spaktok.media.profiles import fit
from spaktok.media.sniff import Container

LIMITS = VideoLimits()

GOOD = Probe(
    container=Container.MP4,
    size_bytes=1_000_000,
    duration_ms=15_000,
    width=1080,
    height=1920,
    coded_width=1920,
    coded_height=1080,
    rotation_degrees=90,
    frame_rate=30.0,
    frame_count=450,
    video_codec="h264",
    audio_codec="aac",
    high_dynamic_range=False,
)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"audio_codec": None},
        {"size_bytes": LIMITS.size_bytes_max},
        {"duration_ms": 1_000},
        {"duration_ms": 180_500},
        {"width": 2160, "height": 3840, "coded_width": 3840, "coded_height": 2160},
        {"frame_rate": 60.5},
        {"video_codec": "hevc"},
    ],
)
def test_a_video_at_a_limit_is_accepted(change: dict[str, Any]) -> None:
    check(replace(GOOD, **change), LIMITS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"size_bytes": 0}, RejectReason.NOT_A_VIDEO),
        ({"size_bytes": LIMITS.size_bytes_max + 1}, RejectReason.TOO_LARGE),
        ({"duration_ms": 999}, RejectReason.TOO_SHORT),
        ({"duration_ms": 180_501}, RejectReason.TOO_LONG),
        ({"width": 3841, "height": 100}, RejectReason.RESOLUTION_TOO_HIGH),
        ({"width": 2161, "height": 2161}, RejectReason.RESOLUTION_TOO_HIGH),
        ({"coded_height": 3841}, RejectReason.RESOLUTION_TOO_HIGH),
        ({"frame_rate": 60.51}, RejectReason.FRAME_RATE_TOO_HIGH),
        ({"video_codec": "prores"}, RejectReason.UNSUPPORTED_CODEC),
        ({"audio_codec": "cook"}, RejectReason.UNSUPPORTED_CODEC),
    ],
)
def test_a_video_just_beyond_a_limit_is_refused_by_name(
    change: dict[str, Any], reason: RejectReason
) -> None:
    with pytest.raises(MediaRejected) as refusal:
        check(replace(GOOD, **change), LIMITS)
    assert refusal.value.reason is reason
    assert refusal.value.detail.endswith(".")


def test_a_file_too_large_is_refused_by_its_size_alone() -> None:
    with pytest.raises(MediaRejected, match=r"100\.0 MiB and the most is 100 MiB"):
        check_size(LIMITS.size_bytes_max + 1, LIMITS)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((720, 1280), (720, 1280)),
        ((360, 640), (360, 640)),
        ((101, 75), (100, 74)),
        ((1, 1), (2, 2)),
        ((3840, 2160), (1280, 720)),
    ],
)
def test_a_picture_is_fitted_to_the_short_side(
    size: tuple[int, int], fitted: tuple[int, int]
) -> None:
    assert fit(*size, 720) == fitted


@given(st.integers(2, 4000), st.integers(2, 4000))
def test_a_fitted_picture_is_even_never_larger_and_keeps_its_shape(width: int, height: int) -> None:
    across, down = fit(width, height, 720)
    assert across % 2 == 0
    assert down % 2 == 0
    assert across <= width
    assert down <= height
    assert min(across, down) <= 720
    # Each side is short of the exact shape by less than two pixels.
    scale = min(1.0, 720 / min(width, height))
    assert 0 <= width * scale - across + 1e-3 < 2.01
    assert 0 <= height * scale - down + 1e-3 < 2.01
