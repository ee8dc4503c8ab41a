"""Make what the audience sees: one run of ffmpeg writes the video and its thumbnail together."""

from __future__ import annotations

import tempfile
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
from spaktok.media.model import (
    MIB,
    EncodingProfile,
    ImageRendition,
    MediaEngineFailure,
    MediaRejected,
    Probe,
    RejectReason,
    Renditions,
    VideoRendition,
    fit,
)

VIDEO_NAME = "processed.mp4"
THUMBNAIL_NAME = "thumbnail.jpg"

TRANSCODE_BUDGET = Budget(wall_s=480, cpu_s=900, output_bytes=256 * MIB)
"""Three minutes of 4K at 60 frames a second; inside the 540 s a function may run by default."""

_FRAMES_KEPT_MIN = 0.9
_THUMBNAILS_A_SECOND = 5
_SAMPLE_RATE = 48_000


def transcode(
    source: Path,
    target_dir: Path,
    probe: Probe,
    profile: EncodingProfile,
    budget: Budget = TRANSCODE_BUDGET,
) -> Renditions:
    """Write `processed.mp4` and `thumbnail.jpg` of `source` into `target_dir`.

    `probe` must be that of `source`. The video is H.264 High with AAC sound (none if the source
    has none), upright, square-pixelled, never larger than the source, its index in front, and
    like the thumbnail free of all metadata. Both files appear whole or not at all.

    Raises `MediaRejected` when the file turns out damaged beyond its first seconds, and
    `MediaEngineFailure` when we failed. The same input and profile give the same bytes.
    """
    with tempfile.TemporaryDirectory(prefix="transcode-", dir=target_dir) as name:
        scratch = Path(name)
        outcome = process.run(_arguments(source, probe, profile), budget, scratch)
        raise_for(outcome, frozenset({EXIT_TOO_MANY_DECODE_ERRORS}))
        made = describe(scratch / VIDEO_NAME, PROBE_BUDGET, scratch)
        if made.frame_count < probe.frame_count * _FRAMES_KEPT_MIN:
            raise MediaRejected(
                RejectReason.CORRUPT,
                "Much of the video cannot be decoded; export it again and upload it anew.",
                f"{made.frame_count} of {probe.frame_count} frames decoded",
            )
        return Renditions(
            profile=profile.name,
            video=_keep_video(scratch, target_dir, made),
            thumbnail=_keep_thumbnail(scratch, target_dir, made),
        )


def _keep_video(scratch: Path, target_dir: Path, made: Probe) -> VideoRendition:
    return VideoRendition(
        path=(scratch / VIDEO_NAME).replace(target_dir / VIDEO_NAME),
        size_bytes=made.size_bytes,
        duration_ms=made.duration_ms,
        width=made.width,
        height=made.height,
        frame_rate=made.frame_rate,
        video_codec=made.video_codec,
        audio_codec=made.audio_codec,
    )


def _keep_thumbnail(scratch: Path, target_dir: Path, made: Probe) -> ImageRendition:
    written = scratch / THUMBNAIL_NAME
    if not written.exists() or written.stat().st_size == 0:
        raise MediaEngineFailure("ffmpeg wrote no thumbnail")
    # Both come out of one scaler, so the picture is as large as the video.
    return ImageRendition(
        path=written.replace(target_dir / THUMBNAIL_NAME),
        size_bytes=(target_dir / THUMBNAIL_NAME).stat().st_size,
        width=made.width,
        height=made.height,
    )


def _arguments(source: Path, probe: Probe, profile: EncodingProfile) -> list[str]:
    length_s = probe.duration_ms / 1000 + 1
    arguments = ["-loglevel", "error", "-max_error_rate", str(DECODE_ERRORS_MAX)]
    arguments += ["-filter_complex_threads", "2", *input_arguments(source, probe)]
    arguments += ["-filter_complex", _filters(probe, profile)]
    arguments += ["-map", "[video]", *_video_encoding(probe, profile)]
    if probe.has_audio:
        arguments += ["-map", "[sound]", *_audio_encoding(profile)]
    arguments += [*_ANONYMOUS, "-t", str(length_s), "-movflags", "+faststart", "-write_tmcd", "0"]
    arguments += ["-f", "mp4", VIDEO_NAME, "-map", "[still]", "-frames:v", "1"]
    return [*arguments, "-c:v", "mjpeg", "-q:v", "3", *_ANONYMOUS, "-f", "mjpeg", THUMBNAIL_NAME]


_ANONYMOUS = (
    *("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"),
    *("-metadata", "encoder=", "-metadata:s", "encoder="),
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
)
"""Copy no tag of the file or its streams, and write none of the encoder's own."""


def _video_encoding(probe: Probe, profile: EncodingProfile) -> list[str]:
    keyframe_every = max(1, round(probe.frame_rate * profile.keyframe_every_s))
    return [
        *("-c:v", "libx264", "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-preset", profile.preset, "-crf", str(profile.crf)),
        *("-maxrate", str(profile.video_bitrate_max)),
        *("-bufsize", str(profile.video_bitrate_max * 2)),
        *("-g", str(keyframe_every), "-threads", str(profile.encoder_threads)),
        # x264's default, a thread a frame, gives other bytes now and then on a busy machine when
        # a side is no multiple of 16. Slices cost about 2 % in size.
        *("-x264-params", "sliced-threads=1"),
        *("-fps_mode", "vfr", "-a53cc", "0"),
        # Supplemental messages carry the encoder's settings and may carry a camera's own.
        *("-bsf:v", "filter_units=remove_types=6"),
    ]


def _audio_encoding(profile: EncodingProfile) -> list[str]:
    return ["-c:a", "aac", "-b:a", str(profile.audio_bitrate), "-ar", str(_SAMPLE_RATE)]


_TONE_MAPPING = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
    "tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv"
)
"""From HLG or PQ to the standard range; 203 cd/m² is the white of HDR programmes (BT.2408)."""


def _filters(probe: Probe, profile: EncodingProfile) -> str:
    width, height = fit(probe.width, probe.height, profile.short_side_px_max)
    picture = [f"scale={width}:{height}:flags=bicubic", "setsar=1"]
    if probe.high_dynamic_range:
        picture.append(_TONE_MAPPING)
    # Counted in frames, not seconds: a clip may start late or have one long frame.
    window = max(1, round(probe.frame_rate * profile.thumbnail_window_s))
    step = max(1, round(probe.frame_rate / _THUMBNAILS_A_SECOND))
    choice = f"trim=end_frame={window},framestep={step},thumbnail={window // step + 1}"
    chains = [
        f"[0:V:0]{','.join(picture)},format=yuv420p,split[video][early]",
        f"[early]{choice},scale=out_range=full,format=yuvj420p[still]",
    ]
    if probe.has_audio:
        chains.append(f"[0:a:0]{_sound(profile)}[sound]")
    return ";".join(chains)


def _sound(profile: EncodingProfile) -> str:
    # loudnorm makes NaN of a muted track shorter than its window of 3 s, and AAC refuses NaN.
    finite = [f"if(between(val({side}),-4,4),val({side}),0)" for side in (0, 1)]
    return (
        f"aformat=channel_layouts=stereo,loudnorm=I={profile.loudness_lufs:g}:TP=-1.5:LRA=11,"
        f"aresample={_SAMPLE_RATE},aeval='{'|'.join(finite)}':c=same"
    )
