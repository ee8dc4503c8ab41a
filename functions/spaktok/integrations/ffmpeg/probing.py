"""Find out what an uploaded file really holds, and refuse it early and cheaply when it is bad.

Three steps, each allowed only after the one before: the first bytes; every packet of the file,
read but not decoded, which finds a truncated file and the true duration, size and frame rate
whatever the headers say; then the first seconds, decoded. The rest is decoded once, by
`transcode`, under the same strictness: a second full decode here would find nothing more and
cost about a sixth of the encoding.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

from spaktok.integrations.ffmpeg import process
from spaktok.integrations.ffmpeg.process import Budget, Outcome, Stop
from spaktok.integrations.ffmpeg.report import (
    ReportError,
    StreamReport,
    read_listing,
    read_picture_notes,
)
from spaktok.media.model import (
    MIB,
    MediaEngineFailure,
    MediaRejected,
    Probe,
    RejectReason,
    VideoLimits,
    check,
    check_size,
)
from spaktok.media.sniff import HEAD_BYTES, Container, sniff

PROBE_BUDGET = Budget(wall_s=60, cpu_s=30, output_bytes=8 * MIB)
"""Ample: a 100 MiB file is read in a tenth of a second. The listing of 3 minutes has 2 MiB."""

DECODERS = ",".join(
    (
        *("h264", "hevc", "libdav1d", "av1", "vp9", "mpeg4"),
        *("aac", "mp3float", "mp3", "alac", "opus", "ac3", "eac3", "amrnb", "amrwb"),
        *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le"),
    )
)
"""The decoders of `VideoLimits.video_codecs` and `audio_codecs`, by ffmpeg's names for them."""

DECODE_ERRORS_MAX = 0.05
"""The share of packets that may fail to decode: a phone's clip may hold one bad frame."""

EXIT_TOO_MANY_DECODE_ERRORS = 69

_HEAD_S = 2
_TURNS_ON_ITS_SIDE = (90, 270)
_READ_BEYOND_LIMIT_S = 2
_CORRUPT = "The video is damaged or was cut short; export it again and upload it anew."


def probe(path: Path, limits: VideoLimits, budget: Budget = PROBE_BUDGET) -> Probe:
    """Return the facts of the video at `path`.

    Raises `MediaRejected` when it is no video, is damaged or breaks `limits`, and
    `MediaEngineFailure` when we could not tell. Runs ffmpeg at most twice under `budget`.
    """
    size_bytes = path.stat().st_size
    check_size(size_bytes, limits)
    container = sniffed(path)
    with tempfile.TemporaryDirectory(prefix="probe-") as scratch:
        found = _scan(path, container, limits, budget, Path(scratch))
        check(found, limits)
        _decode_head(path, found, budget, Path(scratch))
    return found


def sniffed(path: Path) -> Container:
    """Return the container of the file at `path`; `MediaRejected` when it is not a video."""
    with path.open("rb") as file:
        container = sniff(file.read(HEAD_BYTES))
    if container is None:
        raise MediaRejected(
            RejectReason.NOT_A_VIDEO, "The file is not an MP4 or MOV video; upload one."
        )
    return container


def input_arguments(path: Path, picture: Probe | None = None) -> list[str]:
    """Open `path` as MP4/MOV and nothing else, decoding no picture larger than `picture`'s."""
    arguments = ["-f", "mov", "-enable_drefs", "0", "-use_absolute_path", "0"]
    arguments += ["-codec_whitelist", DECODERS, "-threads", "2"]
    if picture is not None:
        # The header may promise a small picture and the stream hold a huge one. Codecs round
        # sides up to their block size, 64 pixels at most.
        pixels_max = (picture.coded_width + 64) * (picture.coded_height + 64)
        arguments += ["-max_pixels", str(pixels_max)]
    return [*arguments, "-i", f"file:{path.resolve()}"]


def describe(path: Path, budget: Budget, scratch: Path) -> Probe:
    """Read the facts of a video file of our own making, without judging it."""
    return _scan(path, sniffed(path), None, budget, scratch)


def _scan(
    path: Path, container: Container, limits: VideoLimits | None, budget: Budget, scratch: Path
) -> Probe:
    # -xerror: a packet that the file's tables promise and its bytes lack ends the run.
    arguments = ["-loglevel", "info", "-nostats", "-xerror", *input_arguments(path)]
    arguments += ["-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy"]
    if limits is not None:
        stop_ms = limits.duration_ms_max + limits.duration_ms_tolerance
        arguments += ["-t", str(stop_ms / 1000 + _READ_BEYOND_LIMIT_S)]
    outcome = process.run([*arguments, "-f", "framecrc", "pipe:1"], budget, scratch)
    streams = _listing(outcome)
    return _facts(path, container, streams, outcome.stderr)


def _facts(
    path: Path, container: Container, streams: dict[str, StreamReport], description: str
) -> Probe:
    video, audio = streams.get("video"), streams.get("audio")
    if video is None:
        raise MediaRejected(
            RejectReason.NOT_A_VIDEO, "The file holds no moving picture; upload a video."
        )
    if video.count == 0 or video.width < 1 or video.height < 1:
        raise MediaRejected(RejectReason.CORRUPT, _CORRUPT, "no picture in the video stream")
    notes = read_picture_notes(description)
    width, height = _square(video.width, video.height, video.pixel_aspect)
    if notes.rotation_degrees in _TURNS_ON_ITS_SIDE:
        width, height = height, width
    end_s = max(video.end_s, audio.end_s if audio else Fraction(0))
    return Probe(
        container=container,
        size_bytes=path.stat().st_size,
        duration_ms=round(end_s * 1000),
        width=width,
        height=height,
        coded_width=video.width,
        coded_height=video.height,
        rotation_degrees=notes.rotation_degrees,
        frame_rate=float(video.count / max(video.end_s - video.start_s, Fraction(1, 1000))),
        frame_count=video.count,
        video_codec=video.codec,
        audio_codec=audio.codec if audio else None,
        high_dynamic_range=notes.high_dynamic_range,
    )


def _square(width: int, height: int, pixel_aspect: Fraction) -> tuple[int, int]:
    """Give pixels of `pixel_aspect` the shape of squares by shrinking the longer way."""
    if pixel_aspect > 1:
        return width, max(1, round(height / pixel_aspect))
    return max(1, round(width * pixel_aspect)), height


def _decode_head(path: Path, found: Probe, budget: Budget, scratch: Path) -> None:
    arguments = ["-loglevel", "error", "-max_error_rate", str(DECODE_ERRORS_MAX)]
    arguments += [*input_arguments(path, found), "-map", "0:V:0", "-map", "0:a:0?"]
    arguments += ["-t", str(_HEAD_S), "-f", "framecrc", "pipe:1"]
    outcome = process.run(arguments, budget, scratch)
    video = _listing(outcome).get("video")
    if video is None or video.count == 0:
        raise MediaRejected(RejectReason.CORRUPT, _CORRUPT, outcome.evidence)


def _listing(outcome: Outcome) -> dict[str, StreamReport]:
    raise_for(outcome, exits_of_bad_files=None)
    try:
        return read_listing(outcome.stdout)
    except ReportError as broken:
        raise MediaRejected(RejectReason.CORRUPT, _CORRUPT, str(broken)) from broken


_OUR_FAULTS = ("No space left on device", "Cannot allocate memory", "Permission denied")


def raise_for(outcome: Outcome, exits_of_bad_files: frozenset[int] | None) -> None:
    """Raise what a failed `outcome` means, if it failed.

    The processor budget is the file's to keep, since it is the same on every machine; time on
    the wall is ours, since a busy machine can use it up. An exit code speaks of the file when it
    is among `exits_of_bad_files` (None: every one that ffmpeg chose itself).
    """
    if outcome.succeeded:
        return
    if outcome.stopped_by is Stop.CPU:
        raise MediaRejected(
            RejectReason.PROCESSING_TIMEOUT,
            "The video takes too long to decode; export it as H.264 in 1080p.",
            outcome.evidence,
        )
    ours = outcome.stopped_by is Stop.WALL or any(text in outcome.stderr for text in _OUR_FAULTS)
    chosen = outcome.exit_code > 0 or outcome.stopped_by is Stop.OUTPUT
    if ours or not chosen:
        raise MediaEngineFailure(outcome.evidence)
    if exits_of_bad_files is None or outcome.exit_code in exits_of_bad_files:
        raise MediaRejected(RejectReason.CORRUPT, _CORRUPT, outcome.evidence)
    raise MediaEngineFailure(outcome.evidence)
