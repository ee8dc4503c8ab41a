"""The facts of a video, the limits on them, the reasons to refuse one, and its states.

Two kinds of failure, which callers must treat differently:

* `MediaRejected`: the file is bad. Final: record the reason, tell the owner, never retry.
* `MediaEngineFailure`: we failed. Retry; after the last attempt record a failure of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spaktok.media.profiles import Codec
    from spaktok.media.sniff import Container

MIB = 1024 * 1024


class RejectReason(StrEnum):
    """Why a file was refused for good. Stored as it is and shown to the owner by name."""

    NOT_A_VIDEO = "not_a_video"
    """The first bytes are not an MP4 or QuickTime file, or it holds no moving picture."""
    CORRUPT = "corrupt"
    """Cut short, damaged, or not decodable as what it declares."""
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    RESOLUTION_TOO_HIGH = "resolution_too_high"
    FRAME_RATE_TOO_HIGH = "frame_rate_too_high"
    UNSUPPORTED_CODEC = "unsupported_codec"
    PROCESSING_TIMEOUT = "processing_timeout"
    """Its decoding takes more processor time than any honest clip needs."""


class MediaRejected(Exception):
    """The file itself is bad; trying again cannot help.

    `detail` is one sentence for the owner and names the cure. `evidence` is what ffmpeg said,
    for our log only: it may quote paths.
    """

    def __init__(self, reason: RejectReason, detail: str, evidence: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail
        self.evidence = evidence


class MediaEngineFailure(Exception):
    """We failed to process a file that may be good: no disk, killed, out of time. Retry."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a video file really holds, by reading it. Sizes in pixels, times in milliseconds."""

    container: Container
    size_bytes: int
    duration_ms: int
    width: int
    """As displayed: after rotation and with square pixels."""
    height: int
    coded_width: int
    """As stored, before rotation."""
    coded_height: int
    rotation_degrees: int
    """The clockwise turn a player applies: 0, 90, 180 or 270 from any camera."""
    frame_rate: float
    """Frames per second, on average over the clip."""
    frame_count: int
    video_codec: str
    audio_codec: str | None
    high_dynamic_range: bool
    """Recorded in HLG or PQ, as new phones do: needs tone mapping to look right in 8 bits."""

    @property
    def has_audio(self) -> bool:
        """Whether there is a sound track, be it silent."""
        return self.audio_codec is not None


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What an uploaded video may be. Every bound is inclusive."""

    size_bytes_max: int = 100 * MIB
    duration_ms_min: int = 1_000
    duration_ms_max: int = 180_000
    duration_ms_tolerance: int = 500
    """A recorder that stops at the limit still writes its last frame and audio packet."""
    long_side_px_max: int = 3840
    short_side_px_max: int = 2160
    frame_rate_max: float = 60.0
    frame_rate_tolerance: float = 0.5
    """Phones time frames by their own clock; an honest 60 comes out as 59.9 or 60.2."""
    video_codecs: frozenset[str] = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4"})
    audio_codecs: frozenset[str] = frozenset(
        {"aac", "mp3", "alac", "opus", "ac3", "eac3", "amr_nb", "amr_wb"}
        | {"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le"}
    )


def check_size(size_bytes: int, limits: VideoLimits) -> None:
    """Raise `MediaRejected` for an empty file or one above the limit, before it is opened."""
    if size_bytes == 0:
        raise MediaRejected(RejectReason.NOT_A_VIDEO, "The file is empty; upload it again.")
    if size_bytes > limits.size_bytes_max:
        raise MediaRejected(
            RejectReason.TOO_LARGE,
            f"The file has {size_bytes / MIB:.1f} MiB and the most is "
            f"{limits.size_bytes_max // MIB} MiB; export it smaller.",
        )


def check(probe: Probe, limits: VideoLimits) -> None:
    """Raise `MediaRejected` with the first limit that `probe` breaks."""
    check_size(probe.size_bytes, limits)
    _check_codecs(probe, limits)
    _check_duration(probe, limits)
    _check_picture(probe, limits)


def _check_codecs(probe: Probe, limits: VideoLimits) -> None:
    allowed = ((probe.video_codec, limits.video_codecs), (probe.audio_codec, limits.audio_codecs))
    for codec, known in allowed:
        if codec is not None and codec not in known:
            raise MediaRejected(
                RejectReason.UNSUPPORTED_CODEC,
                f"The encoding {codec} is not accepted; export the video as H.264 with AAC sound.",
            )


def _check_duration(probe: Probe, limits: VideoLimits) -> None:
    if probe.duration_ms < limits.duration_ms_min:
        raise MediaRejected(
            RejectReason.TOO_SHORT,
            f"The video lasts {probe.duration_ms / 1000:.1f} s; "
            f"record at least {limits.duration_ms_min / 1000:g} s.",
        )
    if probe.duration_ms > limits.duration_ms_max + limits.duration_ms_tolerance:
        # Reading stops soon after the limit, so the true length is unknown here.
        raise MediaRejected(
            RejectReason.TOO_LONG,
            f"The video is longer than {limits.duration_ms_max / 1000:g} s; cut it.",
        )


def _check_picture(probe: Probe, limits: VideoLimits) -> None:
    for width, height in ((probe.width, probe.height), (probe.coded_width, probe.coded_height)):
        if (
            max(width, height) > limits.long_side_px_max
            or min(width, height) > limits.short_side_px_max
        ):
            raise MediaRejected(
                RejectReason.RESOLUTION_TOO_HIGH,
                f"The picture is {width}x{height} and the most is {limits.long_side_px_max}x"
                f"{limits.short_side_px_max}; export it in 4K or less.",
            )
    if probe.frame_rate > limits.frame_rate_max + limits.frame_rate_tolerance:
        raise MediaRejected(
            RejectReason.FRAME_RATE_TOO_HIGH,
            f"The video has {probe.frame_rate:.0f} frames a second and the most is "
            f"{limits.frame_rate_max:g}; export it slower.",
        )


@dataclass(frozen=True, slots=True)
class Loudness:
    """What the first pass measured of a sound track, as EBU R 128 has it."""

    integrated_lufs: float
    true_peak_dbtp: float
    range_lu: float
    threshold_lufs: float
    offset_lu: float


@dataclass(frozen=True, slots=True)
class VideoRendition:
    """An encoded video, described by probing what was written."""

    name: str
    codec: Codec
    size_bytes: int
    duration_ms: int
    width: int
    height: int
    frame_rate: float
    audio_codec: str | None
    crf: int
    """The quality that was asked for."""
    bitrate_max: int
    bitrate: int
    """Bits per second that this quality took, sound included."""


@dataclass(frozen=True, slots=True)
class ImageRendition:
    """A JPEG."""

    size_bytes: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame of a clip: as a JPEG, and as `RASTER` by `RASTER` pixels of red, green and blue."""

    at_ms: int
    jpeg: bytes
    raster: bytes


RASTER: Final = 256
"""Pixels a side of a raw frame, whatever its shape was: what frames are compared in."""


class MediaState(StrEnum):
    """Where a video's media stands. `ready` and `failed` are final: a new upload is a new video."""

    CREATED = "created"
    """The id was issued; nothing has arrived."""
    UPLOADED = "uploaded"
    """The original is stored whole and its processing is queued."""
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    """With a reason; from `created` too, when the upload never came."""


_MOVES: dict[MediaState, frozenset[MediaState]] = {
    MediaState.CREATED: frozenset({MediaState.UPLOADED, MediaState.FAILED}),
    MediaState.UPLOADED: frozenset({MediaState.PROCESSING, MediaState.FAILED}),
    MediaState.PROCESSING: frozenset({MediaState.READY, MediaState.FAILED}),
    MediaState.READY: frozenset(),
    MediaState.FAILED: frozenset(),
}


class IllegalMediaMove(Exception):
    """A state change that the machine does not have: a bug or a replay, never a client's fault."""


def can_move(source: MediaState, target: MediaState) -> bool:
    """Tell whether media may go from `source` to `target`. Staying is not a move."""
    return target in _MOVES[source]


def move(source: MediaState, target: MediaState) -> MediaState:
    """Return `target`; raise `IllegalMediaMove` where `can_move` says no."""
    if not can_move(source, target):
        raise IllegalMediaMove(f"media cannot go from {source.value} to {target.value}")
    return target
