"""Profile and cover photos: their kinds, sizes and paths. Values and pure rules.

A photo's renditions lie at `profiles/{uid}/{kind}_{version}_{width}.jpg`. The version is part of the
path, so a new photo has new paths and every cache may keep what it has for good; the card carries the
path at the kind's middle width, and `sizes` derives the others from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

UPLOAD_BYTES_MAX: Final = 5 * 1024 * 1024
UPLOAD_WITHIN: Final = timedelta(minutes=15)
"""How long an issued place waits for its file."""
TICKET_KEPT: Final = timedelta(days=7)
CONTENT_TYPES: Final = ("image/jpeg", "image/png", "image/webp")


class ImageType(StrEnum):
    """Which photo of a profile it is."""

    PROFILE = "profile"
    COVER = "cover"


class ImageState(StrEnum):
    """How far an upload has come."""

    CREATED = "created"
    UPLOADED = "uploaded"
    READY = "ready"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    """The owner asked for another place since."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The renditions of a kind: cut to `ratio` (width to height), in these widths."""

    ratio: tuple[int, int]
    widths: tuple[int, ...]
    middle: int


SHAPES: Final[dict[ImageType, Shape]] = {
    ImageType.PROFILE: Shape((1, 1), (96, 320, 720), 320),
    ImageType.COVER: Shape((3, 1), (600, 1500), 600),
}

_RENDITION: Final = re.compile(r"^(profiles/[^/]+/(profile|cover)_[a-z0-9]+)_\d+\.jpg$")


def incoming(uid: str, image_id: str) -> str:
    """Where the owner uploads the file to."""
    return f"profiles/{uid}/incoming/{image_id}"


def parse_incoming(path: str) -> tuple[str, str] | None:
    """Whose upload of which image lies at this path; None for any other object."""
    match path.split("/"):
        case ["profiles", uid, "incoming", image_id]:
            return uid, image_id
        case _:
            return None


def rendition(uid: str, kind: ImageType, version: str, width: int) -> str:
    """Where one size of a photo lies."""
    return f"profiles/{uid}/{kind}_{version}_{width}.jpg"


def sizes(path: str | None) -> dict[str, str]:
    """Every size of the photo that a card names, by its width in pixels; none where there is no photo.

    A small original is not enlarged: its files may be smaller than their names say.
    """
    found = _RENDITION.fullmatch(path or "")
    if found is None:
        return {}
    stem, kind = found.groups()
    return {str(width): f"{stem}_{width}.jpg" for width in SHAPES[ImageType(kind)].widths}
