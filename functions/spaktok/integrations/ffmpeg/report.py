"""Read what ffmpeg reports about streams: its `framecrc` listing and its description of an input.

`framecrc` is ffmpeg's own listing for machines: a header of `#key stream: value` lines, then one
line `stream, dts, pts, duration, size, checksum…` for each packet or decoded frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction


class ReportError(Exception):
    """The listing is incomplete or has packets without a time: the file is damaged."""


@dataclass(slots=True)
class StreamReport:
    """One stream of a listing. Times in seconds from the start of the file."""

    kind: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    pixel_aspect: Fraction = Fraction(1)
    """Width of a pixel over its height; 1 for every phone."""
    time_base: Fraction = Fraction(1)
    count: int = 0
    start_s: Fraction = field(default_factory=Fraction)
    end_s: Fraction = field(default_factory=Fraction)

    def take_header(self, key: str, value: str) -> None:
        """Note one `#key stream: value` line."""
        match key:
            case "media_type":
                self.kind = value
            case "codec_id":
                self.codec = value
            case "tb":
                self.time_base = Fraction(value)
            case "dimensions":
                self.width, self.height = (int(side) for side in value.split("x"))
            case "sar":
                up, down = (int(part) for part in value.split("/"))
                self.pixel_aspect = Fraction(up, down) if up > 0 and down > 0 else Fraction(1)

    def take_packet(self, presented: int, duration: int) -> None:
        """Count a packet shown at `presented` for `duration`, in units of the time base."""
        start = presented * self.time_base
        self.start_s = start if self.count == 0 else min(self.start_s, start)
        self.end_s = max(self.end_s, start + duration * self.time_base)
        self.count += 1


_HEADER = re.compile(r"#(\w+) (\d+): (.*)")


def read_listing(text: str) -> dict[str, StreamReport]:
    """Return the streams of a framecrc listing by kind, `video` and `audio`: one each at most.

    Raises `ReportError` for a line that is cut or has no presentation time.
    """
    streams: dict[int, StreamReport] = {}
    try:
        for line in text.splitlines():
            if header := _HEADER.fullmatch(line):
                key, index, value = header.groups()
                streams.setdefault(int(index), StreamReport()).take_header(key, value)
            elif line and not line.startswith("#"):
                index, _decoded, presented, duration = line.split(",", 4)[:4]
                streams[int(index)].take_packet(int(presented), int(duration))
    except (ValueError, KeyError) as broken:
        raise ReportError(str(broken)) from broken
    return {stream.kind: stream for stream in streams.values()}


@dataclass(frozen=True, slots=True)
class PictureNotes:
    """What the listing lacks and only the description for people has. Never decides a limit."""

    rotation_degrees: int
    """The clockwise turn a player applies."""
    high_dynamic_range: bool


_STREAM = re.compile(r"^  Stream #0:\d+.*?: (\w+): (.*)$")
_ROTATION = re.compile(r"^ +Display Matrix: rotation of (-?[\d.]+) degrees$", re.IGNORECASE)
_HDR_TRANSFERS = ("arib-std-b67", "smpte2084")


def read_picture_notes(description: str) -> PictureNotes:
    """Read rotation and dynamic range of the first video stream from ffmpeg's log at level info.

    A title or comment in the file cannot pose as a stream: ffmpeg indents every line of it.
    """
    rotation, bright, inside, seen = 0, False, False, False
    for line in description.splitlines():
        if line.startswith("Output #"):
            break
        if stream := _STREAM.match(line):
            kind, facts = stream.groups()
            inside = kind == "Video" and not seen and "(attached pic)" not in facts
            seen = seen or inside
            bright = bright or (inside and any(name in facts for name in _HDR_TRANSFERS))
        elif inside and (turn := _ROTATION.match(line)):
            # ffmpeg prints the anticlockwise angle of the matrix.
            rotation = round(-float(turn[1])) % 360
    return PictureNotes(rotation_degrees=rotation, high_dynamic_range=bright)
