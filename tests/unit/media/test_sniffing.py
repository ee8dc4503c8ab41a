"""The first bytes decide what a file is."""

from __future__ import annotations

import struct

import pytest

from spaktok.media.sniff import Container, sniff


def ftyp(major: bytes, *compatible: bytes, size: int | None = None) -> bytes:
    brands = major + b"\0\0\2\0" + b"".join(compatible)
    return struct.pack(">I", size if size is not None else 8 + len(brands)) + b"ftyp" + brands


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (ftyp(b"isom", b"isom", b"avc1"), Container.MP4),
        (ftyp(b"mp42"), Container.MP4),
        (ftyp(b"3gp5"), Container.MP4),
        (ftyp(b"qt  "), Container.QUICKTIME),
        (ftyp(b"zzzz", b"yyyy", b"isom"), Container.MP4),
    ],
)
def test_a_phones_video_is_known_by_its_brands(head: bytes, container: Container) -> None:
    assert sniff(head + b"\0\0\0\x08free") is container


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0\0\0\x18ftyp",
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/segment.ts\n",
        b"ffconcat version 1.0\nfile 'secret'\n",
        b"A shopping list, long enough to be looked at.",
        b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(40),
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"GIF89a" + bytes(40),
        b"\x1a\x45\xdf\xa3" + bytes(40),
        b"RIFF\0\0\0\0AVI LIST" + bytes(40),
        b"ID3\x04" + bytes(40),
        bytes(64),
        ftyp(b"heic", b"mif1", b"heic"),
        ftyp(b"avif", b"isom"),
        ftyp(b"M4A ", b"isom", b"mp42"),
        ftyp(b"zzzz", b"yyyy"),
        ftyp(b"isom", size=4),
    ],
)
def test_anything_else_is_not_a_video(head: bytes) -> None:
    assert sniff(head) is None


def test_brands_after_the_first_box_do_not_count() -> None:
    assert sniff(ftyp(b"zzzz") + b"isom" * 4) is None
