"""Photos through the decoder: what comes out, and what hostile files come to."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from spaktok.integrations import images
from spaktok.integrations.images import ImageRejected, ImageRejectReason, Target, rendering
from spaktok.media.model import MediaEngineFailure
from tests.support.sample import some

CANARY = b"CANARY"
FUNCTIONS = Path(__file__).resolve().parents[3] / "functions"


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def plain(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 40).convert(mode)


def with_everything() -> bytes:
    """A photo as a phone takes it: turned, placed, dated and commented."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CANARY maker"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 31.0, 12.5), "E", (13.0, 24.0, 18.0)
    exif[0x927C] = b"CANARY note"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>CANARY</x:xmpmeta>"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = plain(400, 200)
    picture.paste((255, 0, 0), (0, 0, 60, 60))
    return encoded(
        picture, "JPEG", exif=exif, comment=CANARY, xmp=xmp, icc_profile=profile, quality=95
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int, *extra: bytes) -> bytes:
    """A picture of nothing: some kilobytes that would decode to gigabytes."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def render(folder: Path, data: bytes, kind: str, *sizes: tuple[int, int]) -> list[bytes]:
    source = folder / "source"
    source.write_bytes(data)
    wanted = sizes or ((96, 96), (320, 320), (720, 720))
    targets = [Target(str(folder / f"{w}x{h}.jpg"), w, h) for w, h in wanted]
    images.render(source, kind, targets)
    return [Path(target.path).read_bytes() for target in targets]


def refused(folder: Path, data: bytes, kind: str) -> ImageRejectReason:
    with pytest.raises(ImageRejected) as rejected:
        render(folder, data, kind)
    assert not list(folder.glob("*.jpg"))
    return rejected.value.reason


def test_nothing_but_the_picture_is_left_of_a_photo(tmp_path: Path) -> None:
    """Negative control: with `exif=` handed to `save`, the maker and the place are found again."""
    original = with_everything()
    assert original.count(CANARY) >= 4
    for made in render(tmp_path, original, "image/jpeg"):
        assert CANARY not in made
        assert b"Exif" not in made
        assert b"ICC_PROFILE" not in made
        read = Image.open(io.BytesIO(made))
        assert not read.getexif()
        assert read.format == "JPEG"
        assert set(read.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
        } | {"progression"}


def test_a_photo_comes_out_upright_and_in_its_shape(tmp_path: Path) -> None:
    (made,) = render(tmp_path, with_everything(), "image/jpeg", (100, 200))
    read = Image.open(io.BytesIO(made))
    assert read.size == (100, 200)
    # Turned by a quarter: what was in the upper left corner is in the upper right one.
    red, green, _ = read.getpixel((95, 5))  # type: ignore[misc]
    assert red > 200
    assert green < 60


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (encoded(plain(), "PNG"), "image/png"),
        (encoded(plain(mode="RGBA"), "PNG"), "image/png"),
        (encoded(plain(mode="P"), "PNG"), "image/png"),
        (encoded(plain(mode="L"), "PNG"), "image/png"),
        (encoded(Image.new("I;16", (300, 300)), "PNG"), "image/png"),
        (encoded(plain(), "WEBP"), "image/webp"),
        (encoded(plain(mode="CMYK"), "JPEG"), "image/jpeg"),
    ],
    ids=["png", "png with transparency", "png with palette", "grey", "16 bit", "webp", "cmyk"],
)
def test_every_kind_of_photo_becomes_jpeg_in_all_sizes(
    tmp_path: Path, data: bytes, kind: str
) -> None:
    made = [Image.open(io.BytesIO(one)) for one in render(tmp_path, data, kind)]
    assert [one.format for one in made] == ["JPEG"] * 3
    assert [one.mode for one in made] == ["RGB"] * 3
    assert made[0].size == (96, 96)


def test_a_small_photo_is_not_enlarged(tmp_path: Path) -> None:
    made = render(tmp_path, encoded(plain(200, 150), "PNG"), "image/png")
    assert [Image.open(io.BytesIO(one)).size for one in made] == [(96, 96), (150, 150), (150, 150)]


def test_a_file_must_be_what_it_was_called(tmp_path: Path) -> None:
    png = encoded(plain(), "PNG")
    assert refused(tmp_path, png, "image/jpeg") is ImageRejectReason.NOT_AN_IMAGE
    assert refused(tmp_path, encoded(plain(), "GIF"), "image/png") is ImageRejectReason.NOT_AN_IMAGE
    assert refused(tmp_path, b"<svg/>", "image/svg+xml") is ImageRejectReason.NOT_AN_IMAGE
    assert refused(tmp_path, b"<html>", "image/png") is ImageRejectReason.NOT_AN_IMAGE
    assert refused(tmp_path, b"", "image/webp") is ImageRejectReason.NOT_AN_IMAGE


def test_only_three_decoders_may_open_a_file(tmp_path: Path) -> None:
    """Negative control: without `formats=` Pillow opens these, and FITS has had its gzip bombs."""
    for kind in ("TIFF", "BMP", "ICO", "PPM", "TGA"):
        data = encoded(plain(128, 128), kind)
        assert refused(tmp_path, data, "image/png") is ImageRejectReason.NOT_AN_IMAGE


def test_a_picture_of_90_megapixels_in_some_kilobytes_is_refused_unopened(tmp_path: Path) -> None:
    bomb = huge_png(30_000, 3_000)
    assert len(bomb) < 1_000_000
    assert refused(tmp_path, bomb, "image/png") is ImageRejectReason.TOO_MANY_PIXELS


def test_a_picture_just_under_the_limit_is_made(tmp_path: Path) -> None:
    assert render(tmp_path, huge_png(7_000, 7_100), "image/png")


def test_text_that_unpacks_to_200_megabytes_is_refused(tmp_path: Path) -> None:
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 200_000_000, 9))
    assert refused(tmp_path, huge_png(200, 200, text), "image/png") is ImageRejectReason.CORRUPT


def test_a_photo_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    data = encoded(plain(), "JPEG")
    assert refused(tmp_path, data[: len(data) // 2], "image/jpeg") is ImageRejectReason.CORRUPT


def test_a_tiny_photo_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, encoded(plain(95, 400), "PNG"), "image/png") is (
        ImageRejectReason.TOO_SMALL
    )


def test_a_file_that_takes_too_long_is_stopped_and_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "WALL_S", 0.01)
    reason = refused(tmp_path, encoded(plain(), "PNG"), "image/png")
    assert reason is ImageRejectReason.PROCESSING_TIMEOUT


def test_memory_beyond_the_budget_is_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "MEMORY_BYTES", 160 * 1024 * 1024)
    reason = refused(tmp_path, huge_png(7_000, 7_000), "image/png")
    assert reason is ImageRejectReason.TOO_MANY_PIXELS


def test_a_worker_that_cannot_work_is_our_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_packages", lambda: str(tmp_path))
    with pytest.raises(MediaEngineFailure, match="PIL"):
        render(tmp_path, encoded(plain(), "PNG"), "image/png")


def test_damaged_files_are_refused_or_made_and_never_anything_else(tmp_path: Path) -> None:
    rolls = random.Random(7)
    sound = {
        "image/jpeg": encoded(plain(300, 300), "JPEG"),
        "image/png": encoded(plain(300, 300), "PNG"),
        "image/webp": encoded(plain(300, 300), "WEBP"),
    }
    for number in range(some(30, short=12)):
        kind = rolls.choice(sorted(sound))
        data = bytearray(sound[kind])
        for _ in range(rolls.randrange(1, 60)):
            data[rolls.randrange(len(data))] = rolls.randrange(256)
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            assert len(render(folder, bytes(data), kind)) == 3
        except ImageRejected:
            continue


def test_pillow_is_never_in_the_functions_own_process() -> None:
    command = (
        "import sys, spaktok.users.jobs, spaktok.integrations.images; print('PIL' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", command],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(FUNCTIONS), "GCLOUD_PROJECT": "demo-x"},
    )
    assert ran.stdout.strip() == "False"
