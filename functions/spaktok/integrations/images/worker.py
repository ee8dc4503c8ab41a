"""Decode one photo and write its renditions: a program of its own, which knows only Pillow.

    python -I -S worker.py PACKAGES SOURCE PIXELS_MAX SIDE_MIN FORMAT TARGETS

PACKAGES is the folder that holds Pillow, FORMAT what the upload said it is (`JPEG`, `PNG`, `WEBP`),
TARGETS a JSON list of {path, width, height}. Exits 0 when all are written, 3 with the name of a reason
on standard output when the file is to blame, and otherwise when we are.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

REJECTED = 3
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 86
_WHITE = (255, 255, 255)


class Rejected(Exception):
    """The file is bad, for this reason."""


def main(arguments: list[str]) -> int:
    """Do it; the exit code."""
    packages, source, pixels_max, side_min, declared, targets = arguments
    sys.path.insert(0, packages)
    try:
        _render(Path(source), int(pixels_max), int(side_min), declared, json.loads(targets))
    except Rejected as rejected:
        sys.stdout.write(str(rejected))
        return REJECTED
    except MemoryError:
        sys.stdout.write("too_many_pixels")
        return REJECTED
    return 0


def _render(
    source: Path, pixels_max: int, side_min: int, declared: str, targets: list[dict[str, Any]]
) -> None:
    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = pixels_max
    picture = _upright(source, declared, side_min, pixels_max, targets)
    for target in targets:
        # Cut to the shape in the middle; what is smaller than the target stays as small as it is.
        scale = min(1.0, picture.width / target["width"], picture.height / target["height"])
        size = (max(1, round(target["width"] * scale)), max(1, round(target["height"] * scale)))
        made = ImageOps.fit(picture, size, method=Image.Resampling.LANCZOS)
        # A new picture holds no metadata; saying so again costs nothing.
        made.info.clear()
        made.save(target["path"], "JPEG", quality=_QUALITY, optimize=True, progressive=True)


def _upright(
    source: Path, declared: str, side_min: int, pixels_max: int, targets: list[dict[str, Any]]
) -> Any:
    """The picture in sRGB, upright, without transparency, and not much larger than is needed."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        picture: Any = Image.open(source, formats=_FORMATS)
        if picture.format != declared:
            raise Rejected("not_an_image")
        if picture.width * picture.height > pixels_max:
            raise Rejected("too_many_pixels")
        if min(picture.size) < side_min:
            raise Rejected("too_small")
        need = 2 * max(max(target["width"], target["height"]) for target in targets)
        # JPEG can be decoded at a half, a quarter or an eighth: a fraction of time and memory.
        picture.draft("RGB", (need, need))
        picture.load()
        exif = picture.getexif()
        profile = picture.info.get("icc_profile")
        picture = _opaque(picture)
        picture.thumbnail((need * 2, need * 2), Image.Resampling.BOX)
        picture = _in_srgb(picture, profile)
        # Only the turn is kept of what the camera wrote.
        picture.info["exif"] = exif.tobytes() if exif else b""
        return ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Rejected("too_many_pixels") from None
    except UnidentifiedImageError:
        raise Rejected("not_an_image") from None
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError):
        # What Pillow's decoders raise for damaged files, by their own variety.
        raise Rejected("corrupt") from None


def _opaque(picture: Any) -> Any:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, _WHITE)
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _in_srgb(picture: Any, profile: bytes | None) -> Any:
    """The colours as they were meant; a profile that can't be understood is left out."""
    if not profile:
        return picture
    import io

    from PIL import ImageCms

    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(
            picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
