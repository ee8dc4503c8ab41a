"""Perceptual hashes of frames: how far apart two are, and how a near one is found in few reads.

A PDQ hash has 256 bits (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019); frames that look alike differ in few of them. An index can't search by distance,
but by equality: a hash is cut into bands, and two near hashes agree in one of them (multi-index
hashing; Norouzi, Punjani and Fleet, 2012). Eight bands of 32 neighbouring bits and eight of 32
strided ones: at up to 7 differing bits one must agree; at 16, one of eight frames does in more than
99 of 100 clips. A band of 32 bits is shared by chance once in four billion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

BITS: Final = 256
_BANDS: Final = 8
_BAND_BITS: Final = BITS // _BANDS

DISTANCE_MAX: Final = 31
"""Bits in which two frames of one scene may differ: the threshold that PDQ's authors recommend."""

QUALITY_MIN: Final = 50
"""PDQ's own measure of how much there is to see, 0 to 100: a black frame is like any other."""


@dataclass(frozen=True, slots=True)
class FrameHash:
    """The hash of one frame, as 64 hex digits, and its quality."""

    hex: str
    quality: int


def usable(hashes: Iterable[FrameHash]) -> list[str]:
    """The hashes that say something, each once."""
    return list(dict.fromkeys(one.hex for one in hashes if one.quality >= QUALITY_MIN))


def distance(one: str, other: str) -> int:
    """In how many bits two hashes differ, 0 to 256."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def bands(digits: str) -> list[str]:
    """The 16 keys under which a hash is found, each naming its place in it."""
    value = int(digits, 16)
    bits = f"{value:0{BITS}b}"
    neighbours = [bits[at : at + _BAND_BITS] for at in range(0, BITS, _BAND_BITS)]
    strided = [bits[start::_BANDS] for start in range(_BANDS)]
    return [
        f"{kind}{index}{int(part, 2):08x}"
        for kind, parts in (("n", neighbours), ("s", strided))
        for index, part in enumerate(parts)
    ]


def alike(one: Sequence[str], other: Sequence[str], distance_max: int = DISTANCE_MAX) -> float:
    """The share of the frames of the shorter clip that the other has too, 0 to 1."""
    if not one or not other:
        return 0.0
    fewer, more = sorted((one, other), key=len)
    found = sum(any(distance(a, b) <= distance_max for b in more) for a in fewer)
    return found / len(fewer)
