"""Put the gifts' pictures and animations where apps read them: `gifts/{giftId}/` in Storage.

    scripts/giftart/upload.py                                         into the stack around it
    scripts/giftart/upload.py --project my-project                    of a deployed project
    scripts/giftart/upload.py --project … kite image.png animation.json   a gift's own files instead

Only what is not there yet, or is another, is sent. A deployed project wants Application Default
Credentials (`gcloud auth application-default login`).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import sys
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(ROOT / "functions")]

from giftart.drawing import animation, art, picture  # noqa: E402 - after the path it is found on
from spaktok.core import clients  # noqa: E402
from spaktok.gifts.service import catalogue  # noqa: E402

CACHED: Final = "private, max-age=86400"
"""Rules guard them: no shared cache may keep them."""


def main(arguments: list[str]) -> int:
    """Upload; say how many files were sent."""
    options = _options(arguments)
    if options.project:
        os.environ["GCLOUD_PROJECT"] = options.project
    if options.gift:
        sent = place(options.gift, options.image.read_bytes(), options.animation.read_bytes())
    else:
        sent = everything()
    print(f"gifts: {sent} files sent to {clients.bucket().name}")
    return 0


def everything() -> int:
    """Every gift of the deployed catalogue that is drawn; how many files were sent."""
    gifts = catalogue.first().gifts
    return sum(
        place(
            gift_id,
            picture(shapes),
            animation(gift_id, shapes, gifts[gift_id].duration_ms, gifts[gift_id].rarity),
        )
        for gift_id, shapes in art().items()
    )


def place(gift_id: str, image: bytes, moving: bytes) -> int:
    """One gift's files; how many were sent."""
    return _send(f"gifts/{gift_id}/image.png", image, "image/png") + _send(
        f"gifts/{gift_id}/animation.json", moving, "application/json"
    )


def _send(path: str, content: bytes, content_type: str) -> int:
    there = clients.bucket().get_blob(path)
    if there is not None and there.md5_hash == _md5(content):
        return 0
    blob: Any = clients.bucket().blob(path)
    blob.cache_control = CACHED
    blob.upload_from_string(content, content_type=content_type)
    return 1


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", help="a deployed project's id")
    parser.add_argument("gift", nargs="?", help="one gift's id, with files of its own")
    parser.add_argument("image", nargs="?", type=Path, help="a PNG")
    parser.add_argument("animation", nargs="?", type=Path, help="a Lottie animation")
    options = parser.parse_args(arguments)
    if options.gift and not (options.image and options.animation):
        parser.error("a gift wants both its files: an image and an animation")
    if not options.project and not os.environ.get("FIREBASE_STORAGE_EMULATOR_HOST"):
        parser.error("--project is missing, and there is no local stack around this")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
