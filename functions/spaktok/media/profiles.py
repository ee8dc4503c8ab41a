"""The ladder of renditions: sizes, codecs, and the quality to reach in each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Codec(StrEnum):
    """What a rendition's pictures are encoded as."""

    H264 = "h264"
    """Every phone and browser plays it, so there is always one of it."""
    AV1 = "av1"
    """About a third smaller at the same quality, for devices that decode it in hardware."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: a size, and the quality to reach in it."""

    name: str
    """The name of its file."""
    short_side_px_max: int
    crf: int
    """The encoder's constant quality: lower is better and larger. Which bitrate that takes is the
    clip's to say; it is measured and recorded."""
    video_bitrate_max: int
    """Bits per second over two seconds, so that a hard scene still streams."""
    codec: Codec = Codec.H264


@dataclass(frozen=True, slots=True)
class EncodingProfile:
    """How renditions are made, which are keyed by `name`: a changed value needs a new name."""

    name: str
    rungs: tuple[Rung, ...]
    """Smallest first. Of a clip smaller than all there is the default alone, at the clip's size."""
    default: str
    """The rung that every player can play: the largest of H.264 that suits a phone's screen."""
    preset: str
    av1_preset: str
    audio_bitrate: int
    loudness_lufs: float
    encoder_threads: int
    """Fixed, because x264's output depends on it: the same input gives the same bytes anywhere."""
    keyframe_every_s: int = 2
    samples: int = 8
    """Frames looked at: for the thumbnail, the hashes and the gate."""

    def ladder(self, width: int, height: int) -> tuple[Rung, ...]:
        """The rungs for a picture of this size: none of them makes it larger.

        A clip below the default has the default at its own size, beside the smaller rungs.
        """
        short = min(width, height)
        fitting = tuple(rung for rung in self.rungs if rung.short_side_px_max <= short)
        if any(rung.name == self.default for rung in fitting):
            return fitting
        default = next(rung for rung in self.rungs if rung.name == self.default)
        own = _even(short)
        return (*(rung for rung in fitting if rung.short_side_px_max < own), default)


_AV1: Final = Rung("av1_720.mp4", 720, 35, 3_000_000, Codec.AV1)


def profile(*, av1: bool = False, preset: str = "veryfast") -> EncodingProfile:
    """The profile of now, with or without AV1; a quicker preset is for tests."""
    rungs = (
        Rung("h264_360.mp4", 360, 24, 1_000_000),
        Rung("h264_540.mp4", 540, 23, 2_500_000),
        Rung("processed.mp4", 720, 23, 5_000_000),
        *((_AV1,) if av1 else ()),
        Rung("h264_1080.mp4", 1080, 23, 8_000_000),
    )
    name = "v2" + ("-av1" if av1 else "") + ("" if preset == "veryfast" else f"-{preset}")
    return EncodingProfile(
        name=name,
        rungs=rungs,
        default="processed.mp4",
        preset=preset,
        av1_preset="10",
        audio_bitrate=128_000,
        loudness_lufs=-14.0,
        encoder_threads=4,
    )


def fit(width: int, height: int, short_side_px_max: int) -> tuple[int, int]:
    """Return the size to encode a picture of `width` by `height` at: never larger, sides even.

    Chroma is stored at half the size, hence the even sides; an odd side loses one pixel.
    """
    scale = min(1.0, short_side_px_max / min(width, height))
    return _even(width * scale), _even(height * scale)


def _even(side: float) -> int:
    # A hair is added so that 1279.9999 of a floating-point product is still 1280.
    return max(2, int(side + 1e-6) // 2 * 2)
