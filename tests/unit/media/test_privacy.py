"""Nothing of the place, the device or the time of recording leaves with a derivative."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from demo import clips
from tests.unit.media.conftest import Processed

MARKS = (
    *clips.SECRETS,
    "37.7749",
    "122.4194",
    "\xa9xyz",
    "ISO6709",
    "loci",
    "quicktime",
    "Lav",
    "x264",
)


@pytest.mark.parametrize(
    "mark",
    [*clips.SECRETS, "com.apple.quicktime.location.ISO6709", "com.apple.quicktime.make"],
)
def test_the_canary_clip_really_carries_what_is_looked_for(
    sample: Callable[[str], Path], mark: str
) -> None:
    assert mark.encode("latin-1") in sample("normal").read_bytes()


def test_the_canary_clip_carries_the_place_in_both_of_its_homes(
    sample: Callable[[str], Path],
) -> None:
    data = sample("normal").read_bytes()
    assert b"\xa9xyz" in data
    assert data.count(clips.GPS.encode()) >= 2


@pytest.mark.parametrize("kind", ["normal", "silent"])
def test_no_derivative_carries_place_device_or_maker(
    processed: Callable[[str], Processed], kind: str
) -> None:
    """With `-map_metadata` and `-map_metadata:s` left out, the tags and the handler pass."""
    made = processed(kind)
    files = {path.name: path.read_bytes() for path in made.folder.glob("*.m*")}
    assert "processed.mp4" in files
    for name, data in {**files, "thumbnail": made.samples[0].jpeg}.items():
        present = [mark for mark in MARKS if mark.encode("latin-1") in data]
        assert present == [], name


def test_a_derivative_says_no_time_of_recording(processed: Callable[[str], Processed]) -> None:
    data = processed("normal").path.read_bytes()
    header = data.index(b"mvhd") + 4
    # version and flags, then the times of creation and change
    assert data[header : header + 12] == bytes(12)


def test_a_thumbnail_has_no_segment_for_metadata(
    processed: Callable[[str], Processed],
) -> None:
    data = processed("normal").samples[0].jpeg
    head = data[: data.index(b"\xff\xda")]
    # Of the application segments only JFIF's own (E0); no Exif or XMP (E1), no comment (FE).
    assert [bytes([0xFF, code]) in head for code in (0xE0, 0xE1, 0xED, 0xFE)] == [
        True,
        False,
        False,
        False,
    ]
