"""From an uploaded file to a video that stands where its owner wants it, or a reason why not.

Steps, each of which an interrupted attempt leaves done or undone: the renditions (`renditions`), the
frames recognised (`duplicates`), the gate asked (`gate`). Then one transaction notes what was found
and decides where the video stands (`publishing`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, config, dispatch, log, transaction
from spaktok.core.encode import camel
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import MediaRejected, MediaState, move
from spaktok.media.profiles import EncodingProfile, profile
from spaktok.notifications.model import NotificationType
from spaktok.videos import store
from spaktok.videos.model import ModerationStatus, Rendition, Video, VideoStatus
from spaktok.videos.service import (
    duplicates,
    gate,
    judging,
    leases,
    publishing,
    purging,
    renditions,
    silencing,
)
from spaktok.videos.service.duplicates import Findings
from spaktok.videos.service.gate import Verdict
from spaktok.videos.service.leases import Busy, Lease, Lost
from spaktok.videos.service.publishing import After, Scene
from spaktok.videos.service.renditions import Job, Made

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

__all__ = ["Busy", "process", "sweep"]

PROCESSING_FAILED: Final = "processing_failed"
"""The reason when it is not the file's fault: every attempt of ours failed."""
OUR_FAULT: Final = "Something went wrong on our side."


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a video failed: a stable reason, and a sentence for its owner."""

    reason: str
    detail: str


def process(
    owner: UserId,
    video_id: VideoId,
    generation: int,
    *,
    last_attempt: bool,
    how: EncodingProfile | None = None,
) -> MediaState:
    """Make an uploaded video watchable; the state it has afterwards.

    Idempotent: a video that is ready or failed stays as it is. A bad file fails it for good, with
    the reason and a notification to the owner. A failure of ours is raised, for the queue to try
    again; on `last_attempt`, or the third of this video, it fails the video instead. Raises `Busy`
    while another worker holds it.
    """
    import tempfile

    lease = leases.take(video_id, generation)
    if not lease.holder:
        return lease.state
    if lease.exhausted:
        return _fail(lease, Failure(PROCESSING_FAILED, OUR_FAULT))
    how = how or profile(av1=config.AV1)
    try:
        with leases.beating(lease), tempfile.TemporaryDirectory(prefix="video-") as scratch:
            after = _attempt(owner, generation, lease, how, Path(scratch))
    except Lost:
        log.info("video lost while it was processed")
        purging.purge_if_gone(owner, video_id)
        return MediaState.FAILED
    except MediaRejected as rejected:
        log.info("video rejected", reason=rejected.reason, evidence=bool(rejected.evidence))
        return _fail(lease, Failure(rejected.reason, rejected.detail))
    except Exception as error:
        if last_attempt or lease.last:
            log.failure("video given up", error)
            return _fail(lease, Failure(PROCESSING_FAILED, OUR_FAULT))
        leases.give_back(lease)
        raise
    # Committed: what can't be told or sent now is no failure of the processing.
    after.settle()
    return MediaState.READY


def _attempt(
    owner: UserId, generation: int, lease: Lease, how: EncodingProfile, scratch: Path
) -> After:
    from spaktok.integrations import frames

    video = store.decode(store.ref(lease.video_id).get())
    if video is None:
        raise Lost
    job = Job(owner, lease.video_id, generation, how, lease, scratch, muted=video.muted)
    made = renditions.make(job)
    leases.renew(lease)
    found = duplicates.recognise(video, frames.hashes(made.samples), made.videos[-1].duration_ms)
    verdict = gate.judge(
        video.caption,
        video.hashtags,
        video.language,
        [sample.jpeg for sample in made.samples],
        known_abuse=found.known_abuse,
    )
    return _settle(lease, job, made, found, verdict)


def _settle(lease: Lease, job: Job, made: Made, found: Findings, verdict: Verdict) -> After:
    at = clock.now()

    def body(tx: Transaction) -> tuple[After, Video]:
        scene = _held(tx, lease)
        facts = _facts(job, made, found)
        ready = replace(
            scene,
            video=_ready(scene.video, made, job),
            media={**scene.media, **facts},
        )
        after = judging.stage(tx, ready, verdict, at, _shown(ready.video))
        if scene.video.muted and not job.muted:
            after.tasks.append(dispatch.stage(tx, silencing.task(lease.video_id)))
        tx.update(store.media_ref(lease.video_id), {**facts, "leaseUntil": None, "holder": None})
        return after, ready.video

    after, video = transaction.run(body)
    after.news += _told(video, found, verdict, at)
    return after


def _held(tx: Transaction, lease: Lease) -> Scene:
    """The scene of the video, while it is this worker's. Raises `Lost`."""
    scene = publishing.load(tx, lease.video_id)
    if scene is None:
        raise Lost
    leases.check(scene.video, scene.media, lease)
    return scene


def _ready(video: Video, made: Made, job: Job) -> Video:
    default = next(one for one in made.videos if one.name == job.profile.default)
    return replace(
        video,
        media_state=move(video.media_state, MediaState.READY),
        duration_ms=default.duration_ms,
        width=default.width,
        height=default.height,
        renditions=tuple(
            Rendition(one.name, one.codec, one.width, one.height, one.bitrate, one.size_bytes)
            for one in made.videos
        ),
    )


def _shown(video: Video) -> dict[str, Any]:
    """What of the media stands on the public document."""
    return {
        "media.state": video.media_state,
        "media.durationMs": video.duration_ms,
        "media.width": video.width,
        "media.height": video.height,
        "media.renditions": [
            {camel(name): value for name, value in asdict(one).items()} for one in video.renditions
        ],
    }


def _facts(job: Job, made: Made, found: Findings) -> dict[str, Any]:
    """What was measured, for the owner and for support."""
    probe = made.probe
    default = next(one for one in made.videos if one.name == job.profile.default)
    return {
        "profile": job.profile.name,
        "hasSound": made.has_sound,
        "isCopy": found.is_copy,
        "original": {
            "container": probe.container,
            "sizeBytes": probe.size_bytes,
            "durationMs": probe.duration_ms,
            "width": probe.width,
            "height": probe.height,
            "rotationDegrees": probe.rotation_degrees,
            "frameRate": probe.frame_rate,
            "videoCodec": probe.video_codec,
            "audioCodec": probe.audio_codec,
        },
        "processed": {
            "sizeBytes": default.size_bytes,
            "durationMs": default.duration_ms,
            "width": default.width,
            "height": default.height,
            "frameRate": default.frame_rate,
            "videoCodec": default.codec,
            "audioCodec": default.audio_codec,
            "bitrate": default.bitrate,
        },
        "thumbnail": {camel(name): value for name, value in asdict(made.thumbnail).items()},
    }


def _told(video: Video, found: Findings, verdict: Verdict, at: datetime) -> list[Any]:
    told = judging.news_of(video, verdict, at)
    if found.is_copy and verdict.status is not ModerationStatus.REMOVED:
        told.append(publishing.news(video, NotificationType.VIDEO_DUPLICATE, at))
    return told


def _fail(lease: Lease, failure: Failure) -> MediaState:
    at = clock.now()

    def body(tx: Transaction) -> Video | None:
        try:
            scene = _held(tx, lease)
        except Lost:
            return None
        tx.update(
            store.ref(lease.video_id),
            {
                "status": VideoStatus.FAILED,
                "media.state": move(scene.video.media_state, MediaState.FAILED),
                "lastModified": at,
            },
        )
        tx.update(
            store.media_ref(lease.video_id),
            {
                "failure": {"reason": failure.reason, "detail": failure.detail},
                "leaseUntil": None,
                "holder": None,
            },
        )
        return scene.video

    video = transaction.run(body)
    if video is not None:
        if failure.reason != PROCESSING_FAILED:
            # What is no video, or a bad one, is kept for nobody.
            purging.delete_files(video.user_id, video.video_id)
        After(
            VideoStatus.FAILED,
            [],
            [publishing.news(video, NotificationType.VIDEO_FAILED, at, failure.detail)],
        ).settle()
    return MediaState.FAILED


def sweep(at: datetime) -> int:
    """Hand on the videos whose worker was not heard of for a lease; how many.

    A video that used its attempts up fails by the same task, whose claim finds that out.
    """
    count = 0
    for media in leases.ran_out(at).stream():
        fields: dict[str, Any] = media.to_dict() or {}
        video_id = VideoId(media.reference.parent.parent.id)
        task = leases.processing_task(
            UserId(fields["userId"]), video_id, fields["generation"], fields["attempts"]
        )
        count += dispatch.send_if_possible(task)
    return count
