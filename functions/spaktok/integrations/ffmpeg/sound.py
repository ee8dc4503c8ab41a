"""The sound track: measured, then brought to the common loudness, once for all renditions.

Two passes of ffmpeg's `loudnorm` (EBU R 128): the first only listens, and the second knows what the
whole track is like, so that it turns one knob instead of riding it.
"""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

from spaktok.integrations.ffmpeg import process
from spaktok.integrations.ffmpeg.probing import (
    DECODE_ERRORS_MAX,
    EXIT_TOO_MANY_DECODE_ERRORS,
    input_arguments,
    raise_for,
)
from spaktok.integrations.ffmpeg.process import Budget
from spaktok.integrations.ffmpeg.transcoding import ANONYMOUS, MP4
from spaktok.media.model import MIB, Loudness, MediaEngineFailure, Probe
from spaktok.media.profiles import EncodingProfile

SOUND_BUDGET = Budget(wall_s=120, cpu_s=120, output_bytes=32 * MIB)

_SAMPLE_RATE = 48_000
_PEAK_DBTP = -1.5
_RANGE_LU = 11


def measure(source: Path, probe: Probe, profile: EncodingProfile, scratch: Path) -> Loudness | None:
    """How loud the clip is; None where there is nothing to hear (or too little to measure)."""
    arguments = ["-loglevel", "info", "-nostats", *_input(source, probe)]
    arguments += ["-map", "0:a:0", "-vn", "-af", f"{_goal(profile)}:print_format=json"]
    with tempfile.TemporaryDirectory(prefix="measure-", dir=scratch) as folder:
        outcome = process.run([*arguments, "-f", "null", "-"], SOUND_BUDGET, Path(folder))
    raise_for(outcome, frozenset({EXIT_TOO_MANY_DECODE_ERRORS}))
    return _read(outcome.stderr)


def encode(
    source: Path, target: Path, probe: Probe, profile: EncodingProfile, loudness: Loudness | None
) -> None:
    """Write the track of `source` to `target` as AAC, as loud as the profile wants.

    Silence stays as it is. It begins where the pictures begin, be it with silence.
    """
    arguments = ["-loglevel", "error", *_input(source, probe), "-map", "0:a:0"]
    arguments += ["-af", _filters(profile, loudness), "-c:a", "aac"]
    arguments += ["-b:a", str(profile.audio_bitrate), "-ar", str(_SAMPLE_RATE), "-ac", "2"]
    arguments += ["-t", str(probe.duration_ms / 1000 + 1), *ANONYMOUS, *MP4, target.name]
    with tempfile.TemporaryDirectory(prefix="sound-", dir=target.parent) as folder:
        outcome = process.run(arguments, SOUND_BUDGET, Path(folder))
        raise_for(outcome, frozenset({EXIT_TOO_MANY_DECODE_ERRORS}))
        (Path(folder) / target.name).replace(target)


def _input(source: Path, probe: Probe) -> list[str]:
    return ["-max_error_rate", str(DECODE_ERRORS_MAX), *input_arguments(source, probe)]


def _goal(profile: EncodingProfile) -> str:
    return f"loudnorm=I={profile.loudness_lufs:g}:TP={_PEAK_DBTP:g}:LRA={_RANGE_LU}"


def _filters(profile: EncodingProfile, loudness: Loudness | None) -> str:
    filters = ["aformat=channel_layouts=stereo"]
    if loudness is not None:
        filters.append(
            f"{_goal(profile)}:linear=true"
            f":measured_I={loudness.integrated_lufs:g}:measured_TP={loudness.true_peak_dbtp:g}"
            f":measured_LRA={loudness.range_lu:g}:measured_thresh={loudness.threshold_lufs:g}"
            f":offset={loudness.offset_lu:g}"
        )
        # loudnorm makes NaN of what is shorter than its window of 3 s, and AAC refuses NaN.
        finite = [f"if(between(val({side}),-4,4),val({side}),0)" for side in (0, 1)]
        filters.append(f"aeval='{'|'.join(finite)}':c=same")
    return ",".join([*filters, f"aresample={_SAMPLE_RATE}:async=1:first_pts=0"])


def _read(said: str) -> Loudness | None:
    """The report that the filter prints last."""
    begin = said.rfind("{")
    try:
        report = json.loads(said[begin : said.index("}", begin) + 1])
        found = Loudness(
            integrated_lufs=float(report["input_i"]),
            true_peak_dbtp=float(report["input_tp"]),
            range_lu=float(report["input_lra"]),
            threshold_lufs=float(report["input_thresh"]),
            offset_lu=float(report["target_offset"]),
        )
    except (ValueError, KeyError) as broken:
        raise MediaEngineFailure(f"loudnorm reported nothing: {said[-300:]}") from broken
    # Below the gate of R 128 there is no loudness; ffmpeg says -inf, or -70.
    if not math.isfinite(found.integrated_lufs) or found.integrated_lufs <= _GATE_LUFS:
        return None
    return found


_GATE_LUFS = -69.9
