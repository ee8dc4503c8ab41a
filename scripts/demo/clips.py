"""Make sample video files, good and bad, with the packaged ffmpeg.

    python scripts/demo/clips.py --kind normal --out clip.mp4
    python scripts/demo/clips.py --list

Tests import the functions. Every maker writes one file of under 5 MB, most in under a second.
"""

from __future__ import annotations

import argparse
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

GPS = "+37.7749-122.4194"
MAKE = "Spakphone"
MODEL = "SP-9 Canary"
HANDLER = "SpakCamHandler"
SECRETS = (GPS, MAKE, MODEL, HANDLER)
"""What a private clip carries in its container and no derivative may: place and device."""

_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1")
_AAC = ("-c:a", "aac", "-b:a", "64k")


def _ffmpeg(*arguments: str | Path) -> None:
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error"]
    subprocess.run([*command, "-y", *map(str, arguments)], check=True)


def clip(  # noqa: PLR0913 (the knobs of a test clip)
    out: Path,
    *,
    size: str = "640x360",
    seconds: float = 3,
    fps: float = 30,
    sound: str | None = "sine=f=440:r=48000",
    video: tuple[str, ...] = _H264,
    picture: str = "testsrc2",
    extra: tuple[str, ...] = (),
) -> Path:
    """Encode a test picture of `size` for `seconds`, with `sound` (an ffmpeg source) or none."""
    inputs = ["-f", "lavfi", "-i", f"{picture}=s={size}:r={fps:g}:d={seconds:g}"]
    if sound is not None:
        inputs += ["-f", "lavfi", "-i", sound, "-t", f"{seconds:g}", *_AAC]
    _ffmpeg(*inputs, *video, *extra, "-f", "mp4", out)
    return out


def normal(out: Path) -> Path:
    """As from a phone held upright: stored lying with a turn, and full of place and device."""
    return private(out, sound="sine=f=440:r=48000")


def silent(out: Path) -> Path:
    """As `normal`, with no sound track."""
    return private(out, sound=None)


def private(out: Path, *, sound: str | None, rotation: int = 90) -> Path:
    """A 640x360 clip stored with a turn of `rotation` degrees and with all of `SECRETS`."""
    tags = {
        "location": f"{GPS}/",
        "com.apple.quicktime.location.ISO6709": f"{GPS}+010.000/",
        "com.apple.quicktime.make": MAKE,
        "com.apple.quicktime.model": MODEL,
        "creation_time": "2024-05-06T07:08:09Z",
    }
    options = [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    for stream in ("v", "a") if sound else ("v",):
        options += [f"-metadata:s:{stream}", f"handler_name={HANDLER}"]
    with tempfile.TemporaryDirectory() as scratch:
        upright = clip(Path(scratch) / "upright.mp4", sound=sound)
        turn = ("-display_rotation", str(-rotation))
        _ffmpeg(
            *turn, "-i", upright, "-map", "0", "-c", "copy", *options,
            *("-movflags", "use_metadata_tags", "-f", "mp4"), out,
        )  # fmt: skip
    _add_user_data(out, {b"\xa9xyz": f"{GPS}/", b"\xa9mak": MAKE, b"\xa9mod": MODEL})
    return out


def _add_user_data(path: Path, texts: dict[bytes, str]) -> None:
    """Add QuickTime's own text boxes to `moov`, which ffmpeg does not write beside the others."""
    data = bytearray(path.read_bytes())
    items = b"".join(
        struct.pack(">I4sHH", 12 + len(text), name, len(text), 0) + text.encode()
        for name, text in texts.items()
    )
    box = struct.pack(">I4s", 8 + len(items), b"udta") + items
    at = data.rindex(b"moov") - 4
    (moov_bytes,) = struct.unpack_from(">I", data, at)
    if at + moov_bytes != len(data):
        raise ValueError("moov must be the last box: sample offsets would move")
    struct.pack_into(">I", data, at, moov_bytes + len(box))
    path.write_bytes(data + box)


def muted(out: Path) -> Path:
    """A sound track that holds only zeros, shorter than a loudness meter's window."""
    return clip(out, seconds=2, sound="anullsrc=r=44100")


def quiet(out: Path) -> Path:
    """A tone far below the usual loudness."""
    return clip(out, seconds=6, sound="sine=f=440:r=48000,volume=0.05")


def portrait(out: Path) -> Path:
    """Stored upright, with no turn."""
    return clip(out, size="360x640")


def stripes(out: Path) -> Path:
    """Coloured bars, which no other clip shows."""
    return clip(out, size="360x640", picture="smptebars")


def wheel(out: Path) -> Path:
    """The older test picture, which no other clip shows."""
    return clip(out, size="360x640", picture="testsrc")


def haze(out: Path) -> Path:
    """Slow gradients, which no other clip shows."""
    return clip(out, size="360x640", picture="gradients")


def dusk(out: Path) -> Path:
    """The edge of the Mandelbrot set, which no other clip shows."""
    picture = ("-f", "lavfi", "-t", "3", "-i", "mandelbrot=s=360x640:r=30")
    sound = ("-f", "lavfi", "-t", "3", "-i", "sine=f=330:r=48000")
    _ffmpeg(*picture, *sound, *_H264, *_AAC, "-f", "mp4", out)
    return out


def small(out: Path) -> Path:
    """Smaller than any profile, with odd sides."""
    video = ("-c:v", "libx264", "-pix_fmt", "yuv444p")
    return clip(out, size="101x75", picture="testsrc", video=video)


def full_hd(out: Path) -> Path:
    """1080p, larger than the profile."""
    return clip(out, size="1920x1080", seconds=1)


def high_dynamic_range(out: Path) -> Path:
    """10-bit HLG in HEVC, as new phones record."""
    colours = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
    video = (*_HEVC, "-pix_fmt", "yuv420p10le", "-x265-params", colours)
    tags = ("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc")
    return clip(out, seconds=1, video=video, extra=tags)


def long(out: Path) -> Path:
    """Five minutes, tiny."""
    return clip(out, size="64x64", seconds=300, fps=5, sound=None)


def brief(out: Path) -> Path:
    """Half a second."""
    return clip(out, seconds=0.5)


def too_large_picture(out: Path) -> Path:
    """5K."""
    return clip(out, size="5120x2880", seconds=1, fps=5)


def fast(out: Path) -> Path:
    """120 frames a second."""
    return clip(out, size="160x120", seconds=2, fps=120)


def old_codec(out: Path) -> Path:
    """MPEG-2 pictures."""
    return clip(out, video=("-c:v", "mpeg2video"))


def sound_only(out: Path) -> Path:
    """A song in a video's container."""
    _ffmpeg("-f", "lavfi", "-i", "sine=d=3", *_AAC, "-f", "mp4", out)
    return out


def truncated(out: Path, percent: int = 50, *, index_first: bool = True) -> Path:
    """The first `percent` of a good file, whose index lies in front or is cut off."""
    place = ("-movflags", "+faststart") if index_first else ()
    data = clip(out, extra=place).read_bytes()
    out.write_bytes(data[: len(data) * percent // 100])
    return out


def damaged(out: Path, *, from_second: float = 0) -> Path:
    """A good file of 6 s whose pictures and sound are noise after `from_second`."""
    data = bytearray(clip(out, seconds=6, extra=("-movflags", "+faststart")).read_bytes())
    media = data.index(b"mdat") + 4
    begin = media + int((len(data) - media) * from_second / 6)
    # A fixed sequence with no zero runs, so that it never looks like a start code.
    data[begin:] = bytes((at * 167 + at // 251) % 254 + 1 for at in range(len(data) - begin))
    out.write_bytes(data)
    return out


def garbage(out: Path) -> Path:
    """The right first box, then nothing of sense."""
    head = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"avc1")
    out.write_bytes(head + bytes((at * 37 + at // 7) % 256 for at in range(50_000)))
    return out


def text(out: Path) -> Path:
    """Words."""
    out.write_text("This is a shopping list, not a video.\n" * 200, encoding="utf-8")
    return out


def image(out: Path) -> Path:
    """A photo."""
    _ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240:d=1", "-frames:v", "1", "-f", "mjpeg", out)
    return out


KINDS: dict[str, Callable[[Path], Path]] = {
    maker.__name__: maker
    for maker in (
        *(normal, silent, muted, quiet, portrait, small, full_hd, high_dynamic_range),
        *(long, brief, too_large_picture, fast, old_codec, sound_only),
        *(truncated, damaged, garbage, text, image),
        *(stripes, wheel, haze, dusk),
    )
}


def main() -> int:
    """Make one clip, or list the kinds."""
    parser = argparse.ArgumentParser(description="Make a sample video file, good or bad.")
    parser.add_argument("--kind", choices=sorted(KINDS), default="normal")
    parser.add_argument("--out", type=Path, help="where to write it")
    parser.add_argument("--list", action="store_true", help="say what each kind is")
    options = parser.parse_args()
    if options.list:
        for name, maker in sorted(KINDS.items()):
            print(f"{name:20} {(maker.__doc__ or '').splitlines()[0]}")
        return 0
    if options.out is None:
        parser.error("say where to write the clip: --out clip.mp4")
    written = KINDS[options.kind](options.out)
    print(f"{written}: {options.kind}, {written.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
