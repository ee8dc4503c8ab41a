"""From an uploaded file to a video that is there for its audience, or a reason why not."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, counters, dispatch, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import (
    PROFILE_V1,
    MediaRejected,
    MediaState,
    Probe,
    Renditions,
    VideoLimits,
    move,
)
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users
from spaktok.videos import store
from spaktok.videos.model import (
    LEASE,
    ORIGINAL,
    PROCESSED,
    THUMBNAIL,
    Video,
    VideoStatus,
    folder,
)

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

LIMITS: Final = VideoLimits()
PROCESSING_FAILED: Final = "processing_failed"
"""The reason when it is not the file's fault: every attempt of ours failed."""


class Busy(Exception):
    """Another worker holds this video."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a video failed: a stable reason, and a sentence for its owner."""

    reason: str
    detail: str


def process(owner: UserId, video_id: VideoId, generation: int, *, last_attempt: bool) -> MediaState:
    """Make an uploaded video watchable; the state it has afterwards.

    Idempotent: a video that is ready or failed stays as it is. A bad file fails it for good, with
    the reason and a notification to the owner. A failure of ours is raised, for the queue to try
    again; on `last_attempt` it fails the video instead. Raises `Busy` while another worker holds it.
    """
    state = _claim(video_id)
    if state is not MediaState.PROCESSING:
        return state
    try:
        with tempfile.TemporaryDirectory(prefix="video-") as scratch:
            probe, renditions = _render(owner, video_id, generation, Path(scratch))
            _store(owner, video_id, renditions)
    except MediaRejected as rejected:
        log.info("video rejected", reason=rejected.reason, evidence=bool(rejected.evidence))
        return _fail(owner, video_id, Failure(rejected.reason, rejected.detail))
    except Exception as error:
        if last_attempt:
            log.failure("video given up", error)
            return _fail(
                owner, video_id, Failure(PROCESSING_FAILED, "Something went wrong on our side.")
            )
        _release(video_id)
        raise
    return _publish(owner, video_id, probe, renditions)


def _claim(video_id: VideoId) -> MediaState:
    """Take the video for this worker for the length of a lease."""
    at = clock.now()

    def body(tx: Transaction) -> MediaState:
        found, media = users.read([store.ref(video_id), store.media_ref(video_id)], tx)
        video = store.decode(found)
        if video is None:
            return MediaState.FAILED
        if video.media_state is MediaState.PROCESSING:
            lease = (media.to_dict() or {}).get("leaseUntil")
            if lease is not None and at < lease:
                raise Busy
        elif video.media_state is not MediaState.UPLOADED:
            return video.media_state
        tx.update(store.ref(video_id), {"media.state": MediaState.PROCESSING})
        tx.update(store.media_ref(video_id), {"leaseUntil": at + LEASE})
        return MediaState.PROCESSING

    return transaction.run(body)


def _release(video_id: VideoId) -> None:
    store.media_ref(video_id).update({"leaseUntil": None})


def _render(
    owner: UserId, video_id: VideoId, generation: int, scratch: Path
) -> tuple[Probe, Renditions]:
    from spaktok.integrations import ffmpeg

    source = scratch / ORIGINAL
    blob = clients.bucket().blob(f"{folder(owner, video_id)}/{ORIGINAL}", generation=generation)
    blob.download_to_filename(str(source))
    probe = ffmpeg.probe(source, LIMITS)
    return probe, ffmpeg.transcode(source, scratch, probe, PROFILE_V1)


def _store(owner: UserId, video_id: VideoId, renditions: Renditions) -> None:
    """Upload the renditions; a repeat overwrites them with the same bytes."""
    for path, name, kind in (
        (renditions.video.path, PROCESSED, "video/mp4"),
        (renditions.thumbnail.path, THUMBNAIL, "image/jpeg"),
    ):
        blob = clients.bucket().blob(f"{folder(owner, video_id)}/{name}")
        blob.cache_control = "private, max-age=900"
        blob.upload_from_filename(str(path), content_type=kind)


def _publish(owner: UserId, video_id: VideoId, probe: Probe, renditions: Renditions) -> MediaState:
    at = clock.now()
    task = fan_out_task(owner, video_id)

    def body(tx: Transaction) -> bool:
        found, author = users.read([store.ref(video_id), users.card_ref(owner)], tx)
        video, card = store.decode(found), users.decode_card(author)
        if video is None or card is None or video.media_state is not MediaState.PROCESSING:
            return False
        status = VideoStatus.AWAY if card.deactivated else VideoStatus.ACTIVE
        tx.update(store.ref(video_id), _published(video, renditions, status, at))
        tx.update(store.media_ref(video_id), {**_facts(probe, renditions), "leaseUntil": None})
        counters.add(tx, users.card_ref(owner), {"videoCount": 1}, shards=card.shards)
        dispatch.stage(tx, task)
        return True

    if transaction.run(body):
        dispatch.release(task)
        counters.changed(users.card_ref(owner), ("videoCount",))
        _tell(owner, video_id, NotificationType.VIDEO_PUBLISHED, at)
    return MediaState.READY


def _published(
    video: Video, renditions: Renditions, status: VideoStatus, at: Any
) -> dict[str, Any]:
    return {
        "status": status,
        "media.state": move(video.media_state, MediaState.READY),
        "media.durationMs": renditions.video.duration_ms,
        "media.width": renditions.video.width,
        "media.height": renditions.video.height,
        "publishedAt": at,
        "lastModified": at,
    }


def _facts(probe: Probe, renditions: Renditions) -> dict[str, Any]:
    """What was measured, for the owner and for support."""
    return {
        "profile": renditions.profile,
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
            "sizeBytes": renditions.video.size_bytes,
            "durationMs": renditions.video.duration_ms,
            "width": renditions.video.width,
            "height": renditions.video.height,
            "frameRate": renditions.video.frame_rate,
            "videoCodec": renditions.video.video_codec,
            "audioCodec": renditions.video.audio_codec,
        },
        "thumbnail": {
            "sizeBytes": renditions.thumbnail.size_bytes,
            "width": renditions.thumbnail.width,
            "height": renditions.thumbnail.height,
        },
    }


def _fail(owner: UserId, video_id: VideoId, failure: Failure) -> MediaState:
    at = clock.now()

    def body(tx: Transaction) -> bool:
        video = store.decode(users.read([store.ref(video_id)], tx)[0])
        if video is None or video.media_state is not MediaState.PROCESSING:
            return False
        tx.update(
            store.ref(video_id),
            {
                "status": VideoStatus.FAILED,
                "media.state": move(video.media_state, MediaState.FAILED),
                "lastModified": at,
            },
        )
        tx.update(
            store.media_ref(video_id),
            {"failure": {"reason": failure.reason, "detail": failure.detail}, "leaseUntil": None},
        )
        return True

    if transaction.run(body):
        _tell(owner, video_id, NotificationType.VIDEO_FAILED, at, failure.detail)
    return MediaState.FAILED


def _tell(
    owner: UserId, video_id: VideoId, kind: NotificationType, at: datetime, detail: str = ""
) -> None:
    notifications.announce(
        News(
            recipient=owner,
            type=kind,
            entity_type=EntityType.VIDEO,
            entity_id=video_id,
            detail=detail,
            at=at,
        )
    )


def fan_out_task(owner: UserId, video_id: VideoId) -> Task:
    """The task that carries a published video to the author's followers."""
    return Task(
        function="fanOutVideo",
        id=ids.digest("fan-out", video_id),
        payload={"owner": owner, "videoId": video_id},
    )
