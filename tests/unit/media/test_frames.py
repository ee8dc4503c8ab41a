"""Which frame stands for a clip, and when two frames are one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from demo import clips
from spaktok.integrations import frames
from spaktok.integrations.ffmpeg import probe, sample
from spaktok.media import hashes
from spaktok.media.hashes import FrameHash
from spaktok.media.model import RASTER, Sample, VideoLimits
from tests.unit.media.conftest import Processed


def grey(level: int) -> Sample:
    return Sample(0, b"", bytes([level]) * (RASTER * RASTER * 3))


def noise(seed: int, low: int = 0, high: int = 255) -> Sample:
    rolls = Random(seed)
    tiles = [[rolls.randint(low, high) for _ in range(32)] for _ in range(32)]
    side = RASTER // 32
    raster = bytes(
        tiles[y // side][x // side] for y in range(RASTER) for x in range(RASTER) for _ in range(3)
    )
    return Sample(0, b"", raster)


def test_samples_are_spread_over_the_clip_and_as_many_as_asked(
    processed: Callable[[str], Processed],
) -> None:
    done = processed("normal")
    assert len(done.samples) == 8
    assert len({one.raster for one in done.samples}) == 8
    assert done.samples[0].at_ms > 100, "the first frame of many clips is black"


def test_a_clip_that_begins_black_is_shown_by_a_sharp_frame(tmp_path: Path) -> None:
    """Negative control: with the first frame taken, the thumbnail is black."""
    source = tmp_path / "fade.mp4"
    clips._ffmpeg(
        *("-f", "lavfi", "-i", "color=black:s=96x64:r=30:d=1", "-f", "lavfi"),
        *("-i", "testsrc2=s=96x64:r=30:d=1", "-filter_complex", "[0][1]concat=n=2:v=1:a=0"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-f", "mp4"),
        source,
    )
    taken = sample(source, probe(source, VideoLimits()).duration_ms, 8, tmp_path)
    assert frames.best(taken) >= 4


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([grey(0), noise(1), grey(255)], 1),
        ([noise(1, 100, 120), noise(2), noise(3, 120, 124)], 1),
        ([noise(1, 0, 12), grey(128), noise(4, 60, 200)], 2),
        ([grey(0), grey(0)], 0),
    ],
)
def test_the_frame_shown_is_neither_black_nor_blank_nor_dull(
    candidates: list[Sample], chosen: int
) -> None:
    assert frames.best(candidates) == chosen


def test_near_frames_share_a_band_and_far_ones_do_not() -> None:
    """The guarantee: up to 7 differing bits leave one of 8 bands whole."""
    rolls = Random(7)
    for _ in range(200):
        value = rolls.getrandbits(256)
        near = value
        for bit in rolls.sample(range(256), 7):
            near ^= 1 << bit
        one, other = f"{value:064x}", f"{near:064x}"
        assert hashes.distance(one, other) == 7
        assert set(hashes.bands(one)) & set(hashes.bands(other))
        far = f"{rolls.getrandbits(256):064x}"
        assert not set(hashes.bands(one)) & set(hashes.bands(far))


def test_of_eight_frames_one_is_found_at_sixteen_bits_nearly_always() -> None:
    rolls = Random(11)
    found = 0
    for _ in range(200):
        hit = False
        for _frame in range(5):
            value = near = rolls.getrandbits(256)
            for bit in rolls.sample(range(256), 16):
                near ^= 1 << bit
            hit |= bool(set(hashes.bands(f"{value:064x}")) & set(hashes.bands(f"{near:064x}")))
        found += hit
    assert found >= 198


def test_a_frame_that_shows_nothing_is_like_no_other() -> None:
    (black,) = frames.hashes([grey(0)])
    assert hashes.usable([black]) == []
    (seen,) = frames.hashes([noise(1)])
    assert hashes.usable([seen, seen]) == [seen.hex]
    assert hashes.usable([replace(seen, quality=hashes.QUALITY_MIN - 1)]) == []


def test_a_frame_is_itself_after_noise_and_no_other(
    processed: Callable[[str], Processed],
) -> None:
    first, second = noise(1), noise(2)
    dimmed = Sample(0, b"", bytes(level * 9 // 10 for level in first.raster))
    one, other, same = (found.hex for found in frames.hashes([first, second, dimmed]))
    assert hashes.distance(one, same) <= hashes.DISTANCE_MAX < hashes.distance(one, other)
    assert hashes.alike([one], [same, other]) == 1.0
    assert hashes.alike([one, other], [same]) == 1.0
    assert hashes.alike([], [one]) == 0.0
    assert isinstance(frames.hashes(processed("normal").samples)[0], FrameHash)
