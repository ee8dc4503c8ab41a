"""A few frames of a rendition, spread over its length: for the thumbnail, the hashes and the gate."""

from __future__ import annotations

import tempfile
from pathlib import Path

from spaktok.integrations.ffmpeg import process
from spaktok.integrations.ffmpeg.probing import raise_for
from spaktok.integrations.ffmpeg.process import Budget
from spaktok.media.model import MIB, RASTER, MediaEngineFailure, Sample

SAMPLE_BUDGET = Budget(wall_s=120, cpu_s=180, output_bytes=16 * MIB)

_FRAME_BYTES = RASTER * RASTER * 3


def sample(rendition: Path, duration_ms: int, count: int, scratch: Path) -> list[Sample]:
    """`count` frames of a file of our own making, evenly spread; fewer of a shorter clip.

    JPEGs are as large as the rendition and free of metadata. One run of ffmpeg.
    """
    every_ms = max(1, duration_ms // count)
    # The frame in the middle of each part; the first frame of many clips is black.
    begin_s, apart_s = every_ms / 2000, every_ms / 1000
    part = f"floor(({{}}-{begin_s:g})/{apart_s:g})"
    chosen = (
        f"select='gte(t,{begin_s:g})*(isnan(prev_selected_t)"
        f"+gt({part.format('t')},{part.format('prev_selected_t')}))'"
    )
    arguments = ["-loglevel", "error", "-threads", "2", "-f", "mov"]
    arguments += ["-i", f"file:{rendition.resolve()}", "-filter_complex"]
    arguments += [
        (
            f"[0:v:0]{chosen},split[large][small];"
            f"[large]scale=out_range=full,format=yuvj420p[jpeg];"
            f"[small]scale={RASTER}:{RASTER}:flags=area,format=rgb24[raw]"
        )
    ]
    frames = str(count)
    arguments += [
        "-fps_mode",
        "passthrough",
        "-map",
        "[jpeg]",
        "-frames:v",
        frames,
        "-c:v",
        "mjpeg",
        "-q:v",
        "3",
    ]
    arguments += ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "image2", "%03d.jpg"]
    arguments += [
        "-fps_mode",
        "passthrough",
        "-map",
        "[raw]",
        "-frames:v",
        frames,
        "-f",
        "rawvideo",
        "frames.rgb",
    ]
    with tempfile.TemporaryDirectory(prefix="sample-", dir=scratch) as name:
        folder = Path(name)
        raise_for(process.run(arguments, SAMPLE_BUDGET, folder), frozenset())
        raw = (folder / "frames.rgb").read_bytes()
        pictures = sorted(folder.glob("*.jpg"))
        if not pictures or len(raw) != len(pictures) * _FRAME_BYTES:
            raise MediaEngineFailure(f"{len(pictures)} pictures and {len(raw)} bytes of pixels")
        return [
            Sample(
                at_ms=index * every_ms + every_ms // 2,
                jpeg=path.read_bytes(),
                raster=raw[index * _FRAME_BYTES : (index + 1) * _FRAME_BYTES],
            )
            for index, path in enumerate(pictures)
        ]
