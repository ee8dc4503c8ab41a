"""Make what the audience sees: one run of ffmpeg for each rendition, so that each can be kept.

Decoding the source anew for every rung costs a few percent of the encoding; for that a run that is
killed loses one rendition and not all of them.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from spaktok.integrations.ffmpeg import process
from spaktok.integrations.ffmpeg.probing import (
    DECODE_ERRORS_MAX,
    EXIT_TOO_MANY_DECODE_ERRORS,
    PROBE_BUDGET,
    describe,
    input_arguments,
    raise_for,
)
from spaktok.integrations.ffmpeg.process import Budget
from spaktok.media.model import MIB, MediaRejected, Probe, RejectReason, VideoRendition
from spaktok.media.profiles import Codec, EncodingProfile, Rung, fit

TRANSCODE_BUDGET = Budget(wall_s=480, cpu_s=900, output_bytes=256 * MIB)
"""For one rendition of three minutes of 4K at 60 frames a second."""

_AV1_MEMORY_BYTES = 3072 * MIB
"""SVT-AV1 keeps more frames in flight than x264 does."""

_FRAMES_KEPT_MIN = 0.9

ANONYMOUS = (
    *("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"),
    *("-metadata", "encoder=", "-metadata:s", "encoder="),
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
)
"""Copy no tag of the file or its streams, and write none of the encoder's own."""

MP4 = ("-movflags", "+faststart", "-write_tmcd", "0", "-f", "mp4")


def transcode(  # noqa: PLR0913 - what goes in, how, and where to
    source: Path,
    sound: Path | None,
    target: Path,
    probe: Probe,
    *,
    profile: EncodingProfile,
    rung: Rung,
    budget: Budget = TRANSCODE_BUDGET,
) -> VideoRendition:
    """Write the rendition of `source` at `rung` to `target`, with `sound` (of `sound.encode`) if any.

    `probe` must be that of `source`. The video is upright, square-pixelled, never larger than the
    source, its index in front, and free of all metadata. It appears whole or not at all.

    Raises `MediaRejected` when the file turns out damaged beyond its first seconds, and
    `MediaEngineFailure` when we failed. The same input and profile give the same bytes.
    """
    if rung.codec is Codec.AV1:
        budget = replace(budget, memory_bytes=max(budget.memory_bytes, _AV1_MEMORY_BYTES))
    with tempfile.TemporaryDirectory(prefix="transcode-", dir=target.parent) as name:
        scratch = Path(name)
        outcome = process.run(_arguments(source, sound, probe, profile, rung), budget, scratch)
        raise_for(outcome, frozenset({EXIT_TOO_MANY_DECODE_ERRORS}))
        made = describe(scratch / rung.name, PROBE_BUDGET, scratch)
        if made.frame_count < probe.frame_count * _FRAMES_KEPT_MIN:
            raise MediaRejected(
                RejectReason.CORRUPT,
                "Much of the video cannot be decoded; export it again and upload it anew.",
                f"{made.frame_count} of {probe.frame_count} frames decoded",
            )
        (scratch / rung.name).replace(target)
    return described(made, rung)


def described(made: Probe, rung: Rung) -> VideoRendition:
    """What was written, in the terms of what was asked for."""
    return VideoRendition(
        name=rung.name,
        codec=rung.codec,
        size_bytes=made.size_bytes,
        duration_ms=made.duration_ms,
        width=made.width,
        height=made.height,
        frame_rate=made.frame_rate,
        audio_codec=made.audio_codec,
        crf=rung.crf,
        bitrate_max=rung.video_bitrate_max,
        bitrate=round(made.size_bytes * 8_000 / max(1, made.duration_ms)),
    )


def without_sound(source: Path, target: Path) -> None:
    """Write a rendition of ours again without its sound track; the pictures are copied as they are."""
    with tempfile.TemporaryDirectory(prefix="mute-", dir=target.parent) as name:
        scratch = Path(name)
        arguments = ["-loglevel", "error", "-f", "mov", "-i", f"file:{source.resolve()}"]
        arguments += ["-map", "0:v:0", "-c", "copy", *ANONYMOUS, *MP4, "muted.mp4"]
        raise_for(process.run(arguments, TRANSCODE_BUDGET, scratch), frozenset())
        (scratch / "muted.mp4").replace(target)


def _arguments(
    source: Path, sound: Path | None, probe: Probe, profile: EncodingProfile, rung: Rung
) -> list[str]:
    length_s = probe.duration_ms / 1000 + 1
    arguments = ["-loglevel", "error", "-max_error_rate", str(DECODE_ERRORS_MAX)]
    arguments += ["-filter_complex_threads", "2", *input_arguments(source, probe)]
    if sound is not None:
        arguments += ["-f", "mov", "-i", f"file:{sound.resolve()}"]
    arguments += ["-filter_complex", f"[0:V:0]{_picture(probe, rung)}[video]", "-map", "[video]"]
    arguments += _video_encoding(probe, profile, rung)
    if sound is not None:
        arguments += ["-map", "1:a:0", "-c:a", "copy"]
    return [*arguments, *ANONYMOUS, "-t", str(length_s), *MP4, rung.name]


def _video_encoding(probe: Probe, profile: EncodingProfile, rung: Rung) -> list[str]:
    keyframe_every = max(1, round(probe.frame_rate * profile.keyframe_every_s))
    encoder = _av1(profile, rung) if rung.codec is Codec.AV1 else _h264(profile, rung)
    return [
        *encoder,
        *("-crf", str(rung.crf), "-pix_fmt", "yuv420p", "-g", str(keyframe_every)),
        *("-fps_mode", "vfr", "-a53cc", "0")[: 4 if rung.codec is Codec.H264 else 2],
    ]


def _h264(profile: EncodingProfile, rung: Rung) -> list[str]:
    return [
        *("-c:v", "libx264", "-profile:v", "high", "-preset", profile.preset),
        *("-maxrate", str(rung.video_bitrate_max), "-bufsize", str(rung.video_bitrate_max * 2)),
        *("-threads", str(profile.encoder_threads)),
        # x264's default, a thread a frame, gives other bytes now and then on a busy machine when
        # a side is no multiple of 16. Slices cost about 2 % in size.
        *("-x264-params", "sliced-threads=1"),
        # Supplemental messages carry the encoder's settings and may carry a camera's own.
        *("-bsf:v", "filter_units=remove_types=6"),
    ]


def _av1(profile: EncodingProfile, rung: Rung) -> list[str]:
    capped = f"mbr={rung.video_bitrate_max // 1000}:lp={profile.encoder_threads}"
    return ["-c:v", "libsvtav1", "-preset", profile.av1_preset, "-svtav1-params", capped]


_TONE_MAPPING = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
    "tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv"
)
"""From HLG or PQ to the standard range; 203 cd/m² is the white of HDR programmes (BT.2408)."""


def _picture(probe: Probe, rung: Rung) -> str:
    width, height = fit(probe.width, probe.height, rung.short_side_px_max)
    filters = [f"scale={width}:{height}:flags=bicubic", "setsar=1"]
    if probe.high_dynamic_range:
        filters.append(_TONE_MAPPING)
    return ",".join([*filters, "format=yuv420p"])
