"""What follows from a verdict, whoever it came from: the engine, a moderator, or a second look.

A change of the words of what is approved is judged by itself: until it passes, the approved words
stand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, transaction
from spaktok.core.dispatch import send_if_possible
from spaktok.media.model import MediaState
from spaktok.notifications.model import News, NotificationType
from spaktok.videos import store
from spaktok.videos.model import PROCESSED, ModerationStatus, Video, VideoStatus, folder
from spaktok.videos.service import duplicates, gate, publishing
from spaktok.videos.service.gate import Verdict
from spaktok.videos.service.publishing import After, Scene

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

SWEEP_MAX: Final = 100
SAMPLES: Final = 8

WAITS: Final = "It is being looked at, and goes out once it has passed."
OUT_OF_ORDER: Final = (
    "The check is out of order, so it is not public yet. It is checked again by itself."
)
REJECTED: Final = "It goes against the community guidelines, so nobody else can see it."
WORDS_REJECTED: Final = "The new caption goes against the community guidelines; the old one stands."


def stage(
    tx: Transaction, scene: Scene, verdict: Verdict, at: datetime, changes: dict[str, Any]
) -> After:
    """Stage a verdict on all of a video and where the video stands then. Two writes and more.

    Words that were changed while the engine looked at the old ones make it pending again.
    """
    video = scene.video
    if verdict.words != words_of(video) and verdict.status is ModerationStatus.APPROVED:
        verdict = replace(verdict, status=ModerationStatus.PENDING, unavailable=True)
    gate.stage(tx, video, verdict, at)
    fields = {**changes, "moderationStatus": verdict.status}
    if verdict.quarantined:
        video = replace(video, status=VideoStatus.QUARANTINED)
    return publishing.advance(
        tx, replace(scene, video=replace(video, moderation=verdict.status)), at, fields
    )


def words_of(video: Video) -> str:
    """The digest of a video's present words."""
    return ids.digest("words", gate.words(video.caption, video.hashtags))


def news_of(video: Video, verdict: Verdict, at: datetime) -> list[News]:
    """What the owner is told of a verdict; of an approval nothing, publishing tells it."""
    match verdict.status:
        case ModerationStatus.REMOVED:
            return [publishing.news(video, NotificationType.CONTENT_REMOVED, at, REJECTED)]
        case ModerationStatus.FLAGGED:
            return [publishing.news(video, NotificationType.CONTENT_FLAGGED, at, WAITS)]
        case ModerationStatus.PENDING:
            return [publishing.news(video, NotificationType.VIDEO_WAITS, at, OUT_OF_ORDER)]
        case ModerationStatus.APPROVED:
            return []


def judge_again(video_id: str) -> ModerationStatus | None:
    """Ask the engine about what it has not judged: new words, or a video that waits for it.

    None where there is nothing to ask. An engine that is still out of order leaves all as it is.
    """
    found, private = (ref.get() for ref in (store.ref(video_id), store.media_ref(video_id)))
    video, media = store.decode(found), private.to_dict() or {}
    if video is None or video.media_state is not MediaState.READY:
        return None
    if (pending := media.get("pending")) is not None:
        return _judge_words(video, pending)
    if video.moderation is not ModerationStatus.PENDING:
        return None
    return _judge_whole(video)


def _judge_words(video: Video, pending: dict[str, Any]) -> ModerationStatus:
    verdict = gate.judge(pending["caption"], pending["hashtags"], pending["language"], ())
    if verdict.unavailable:
        return verdict.status
    at = clock.now()
    approved = verdict.status is ModerationStatus.APPROVED

    def body(tx: Transaction) -> After | None:
        scene = publishing.load(tx, video.video_id)
        if scene is None or scene.media.get("pending") != pending:
            return None
        tx.update(store.media_ref(video.video_id), {"pending": None})
        if not approved:
            told = publishing.news(
                scene.video, NotificationType.CONTENT_FLAGGED, at, WORDS_REJECTED
            )
            return After(scene.video.status, [], [told])
        # The cards that lie in inboxes say the old words, so they are written anew.
        out = scene.video.published_at is not None
        epoch = scene.video.audience_epoch + (1 if out else 0)
        changed = replace(
            scene.video,
            caption=pending["caption"],
            hashtags=tuple(pending["hashtags"]),
            audience_epoch=epoch,
        )
        fields = {**pending, "audienceEpoch": epoch}
        return publishing.advance(tx, replace(scene, video=changed), at, fields)

    after = transaction.run(body)
    if after is not None:
        after.settle()
    return verdict.status


def _judge_whole(video: Video) -> ModerationStatus:
    import tempfile

    from spaktok.integrations import ffmpeg, frames

    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        scratch = Path(name)
        place = f"{folder(video.user_id, video.video_id)}/{PROCESSED}"
        clients.bucket().blob(place).download_to_filename(str(scratch / PROCESSED))
        samples = ffmpeg.sample(scratch / PROCESSED, video.duration_ms, SAMPLES, scratch)
    known = duplicates.recognise(video, frames.hashes(samples), video.duration_ms).known_abuse
    verdict = gate.judge(
        video.caption,
        video.hashtags,
        video.language,
        [one.jpeg for one in samples],
        known_abuse=known,
    )
    if verdict.unavailable:
        return verdict.status
    at = clock.now()

    def body(tx: Transaction) -> After | None:
        scene = publishing.load(tx, video.video_id)
        if scene is None or scene.video.moderation is not ModerationStatus.PENDING:
            return None
        after = stage(tx, scene, verdict, at, {})
        after.news += news_of(scene.video, verdict, at)
        return after

    after = transaction.run(body)
    if after is not None:
        after.settle()
    return verdict.status


def sweep(at: datetime) -> int:
    """Ask again about what waits because the engine was out of order; how many."""
    waiting = [one.id for one in gate.waiting().limit(SWEEP_MAX).stream()]
    return sum(send_if_possible(publishing.judge_task(video_id, at)) for video_id in waiting)
