"""Tell a video container by its first bytes, whatever its name and declared type say."""

from __future__ import annotations

import struct
from enum import StrEnum

HEAD_BYTES_MIN = 12
"""An `ftyp` box up to its major brand: the least that can be judged."""

HEAD_BYTES = 64
"""What a caller should read: room for the major brand and a dozen compatible ones."""


class Container(StrEnum):
    """The containers a phone's camera writes."""

    MP4 = "mp4"
    QUICKTIME = "quicktime"


_MP4_BRANDS = frozenset(
    {b"isom", b"mp41", b"mp42", b"avc1", b"hvc1", b"av01", b"M4V ", b"M4VH", b"M4VP", b"MSNV"}
    | {b"iso%c" % digit for digit in b"23456789"}
    | {b"dash", b"msdh", b"msix", b"cmfc", b"f4v ", b"XAVC", b"mmp4"}
)
_QUICKTIME_BRANDS = frozenset({b"qt  "})
_STILL_AND_SOUND_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
    | {b"crx ", b"jp2 ", b"jpx ", b"M4A ", b"M4B ", b"M4P "}
)
"""Pictures and songs in the same box format, which list video brands as compatible too."""


def sniff(head: bytes) -> Container | None:
    """Return the container that `head` (the file's first `HEAD_BYTES` bytes) opens, or None.

    None covers everything that is not a phone's video: text, playlists, pictures, songs,
    other containers, and files too short to say.
    """
    if len(head) < HEAD_BYTES_MIN or head[4:8] != b"ftyp":
        return None
    (box_bytes,) = struct.unpack_from(">I", head)
    if box_bytes < HEAD_BYTES_MIN:
        return None
    major = head[8:12]
    if major in _STILL_AND_SOUND_BRANDS:
        return None
    # After the major brand come a 4-byte version and the list of compatible brands.
    listed = head[16 : min(box_bytes, len(head))]
    for brand in (major, *(listed[at : at + 4] for at in range(0, len(listed) - 3, 4))):
        if brand in _QUICKTIME_BRANDS:
            return Container.QUICKTIME
        if brand in _MP4_BRANDS or brand[:2] == b"3g":
            return Container.MP4
    return None
