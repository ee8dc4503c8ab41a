"""The files made of an original: each made once, stored, and known by profile and generation.

What an earlier attempt finished is neither made nor stored again. The order is that of the ladder;
the sound comes first, because every rendition holds it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from spaktok.core import clients
from spaktok.core.encode import camel
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import ImageRendition, Probe, Sample, VideoLimits, VideoRendition
from spaktok.media.profiles import EncodingProfile, Rung
from spaktok.videos.model import CACHE_CONTROL, ORIGINAL, SOUND, THUMBNAIL, folder
from spaktok.videos.service import leases
from spaktok.videos.service.leases import Lease


@dataclass(frozen=True, slots=True)
class Made:
    """What there is of a video now."""

    probe: Probe
    videos: list[VideoRendition]
    """Smallest first."""
    thumbnail: ImageRendition
    samples: list[Sample]
    has_sound: bool


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one original."""

    owner: UserId
    video_id: VideoId
    generation: int
    profile: EncodingProfile
    lease: Lease
    scratch: Path
    muted: bool
    """Whether its sound was taken down: then nothing is made with it."""

    def done(self, name: str) -> dict[str, Any] | None:
        """What an earlier attempt noted of this file, made of the same and in the same way."""
        noted: dict[str, Any] | None = (self.lease.media or {}).get("files", {}).get(_key(name))
        return noted if noted is not None and noted["of"] == self.of else None

    @property
    def limits(self) -> VideoLimits:
        """What the original may be: as long as its ticket said."""
        longest_ms = (self.lease.media or {}).get("durationMsMax", VideoLimits().duration_ms_max)
        return VideoLimits(duration_ms_max=longest_ms)

    @property
    def of(self) -> str:
        """What a file was made of and how: the same for the same bytes."""
        return f"{self.generation}:{self.profile.name}:{'muted' if self.muted else 'sound'}"


def make(job: Job) -> Made:
    """Make and store what is missing. Raises `MediaRejected`, `MediaEngineFailure` and `Lost`."""
    from spaktok.integrations import ffmpeg

    source = job.scratch / ORIGINAL
    _blob(job, ORIGINAL, job.generation).download_to_filename(str(source))
    probe = ffmpeg.probe(source, job.limits)
    sound = _sound(job, source, probe) if probe.has_audio and not job.muted else None
    ladder = job.profile.ladder(probe.width, probe.height)
    videos = [_rendition(job, source, sound, probe, rung) for rung in ladder]
    default = next(one for one in videos if one.name == job.profile.default)
    samples = ffmpeg.sample(
        _local(job, default.name), default.duration_ms, job.profile.samples, job.scratch
    )
    return Made(
        probe=probe,
        videos=videos,
        thumbnail=_thumbnail(job, samples, default),
        samples=samples,
        has_sound=sound is not None,
    )


def _sound(job: Job, source: Path, probe: Probe) -> Path:
    from spaktok.integrations import ffmpeg

    target = job.scratch / SOUND
    if job.done(SOUND) is not None:
        return _local(job, SOUND)
    loudness = ffmpeg.measure(source, probe, job.profile, job.scratch)
    ffmpeg.encode_sound(source, target, probe, job.profile, loudness)
    _keep(job, SOUND, "audio/mp4", {"measured": asdict(loudness) if loudness else None})
    return target


def _rendition(
    job: Job, source: Path, sound: Path | None, probe: Probe, rung: Rung
) -> VideoRendition:
    from spaktok.integrations import ffmpeg

    if (noted := job.done(rung.name)) is not None:
        facts = {name: noted[camel(name)] for name in VideoRendition.__dataclass_fields__}
        return VideoRendition(**facts)
    target = job.scratch / rung.name
    made = ffmpeg.transcode(source, sound, target, probe, profile=job.profile, rung=rung)
    _keep(job, rung.name, "video/mp4", {camel(key): one for key, one in asdict(made).items()})
    return made


def _thumbnail(job: Job, samples: list[Sample], of: VideoRendition) -> ImageRendition:
    from spaktok.integrations import frames

    wanted_ms = (job.lease.media or {}).get("thumbnailAtMs")
    if wanted_ms is None:
        jpeg = samples[frames.best(samples)].jpeg
    else:
        # One of the frames that the gate is shown: nothing else may stand for the clip.
        jpeg = min(samples, key=lambda one: abs(one.at_ms - wanted_ms)).jpeg
    (job.scratch / THUMBNAIL).write_bytes(jpeg)
    made = ImageRendition(len(jpeg), of.width, of.height)
    if job.done(THUMBNAIL) is None:
        facts = {camel(key): one for key, one in asdict(made).items()}
        _keep(job, THUMBNAIL, "image/jpeg", facts)
    return made


def _keep(job: Job, name: str, kind: str, facts: dict[str, Any]) -> None:
    """Store a finished file, then note that it is there: the note never comes before the file."""
    blob = _blob(job, name)
    blob.cache_control = CACHE_CONTROL
    blob.upload_from_filename(str(job.scratch / name), content_type=kind)
    leases.renew(job.lease, {f"files.{_key(name)}": {**facts, "of": job.of}})


def _local(job: Job, name: str) -> Path:
    """A finished file at hand, fetched if an earlier attempt made it."""
    path = job.scratch / name
    if not path.exists():
        _blob(job, name).download_to_filename(str(path))
    return path


def _blob(job: Job, name: str, generation: int | None = None) -> Any:
    return clients.bucket().blob(f"{folder(job.owner, job.video_id)}/{name}", generation=generation)


def _key(name: str) -> str:
    """A file's name as a key of a map: a dot would mean a nested field."""
    return name.replace(".", "_")
