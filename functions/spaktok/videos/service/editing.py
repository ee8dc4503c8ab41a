"""What an owner does with a video of theirs: changing what it says, whom it is for, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, dispatch, ids, transaction
from spaktok.core.ids import UserId
from spaktok.core.refusal import NotFound
from spaktok.media.model import MediaState
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import (
    Intent,
    ModerationStatus,
    Video,
    VideoStatus,
    wider,
)
from spaktok.videos.refusals import NotAllowedHere, NotPublishable, SoundUnavailable
from spaktok.videos.requests import UpdateVideo
from spaktok.videos.service import bans, bounds, kinship, origins, publishing
from spaktok.videos.service.publishing import After, Scene

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

_OVER = frozenset({VideoStatus.HIDDEN, VideoStatus.QUARANTINED, VideoStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Changed:
    """How the video stands after a change."""

    video_id: str
    status: VideoStatus
    visibility: Visibility
    """Whom it is for: what was asked for, or less where the privacy settings leave less."""
    publish_at: datetime | None
    words_pending: bool
    """New words are being checked; until they pass, the old ones are shown."""


def update(owner: UserId, request: UpdateVideo) -> Changed:
    """Change what was asked for; what is as it was writes nothing. 6 reads and up to 4 writes.

    An audience wider than the owner's setting `videos` leaves becomes that (a read more); a banned
    hashtag is refused (a read more where there are any). Words of what has passed are judged first
    (`judging`); everything else counts at once. Raises `NotFound`, `NotAllowedHere`,
    `InvalidRequest`.
    """
    at = clock.now()

    def body(tx: Transaction) -> tuple[Changed, After | None]:
        scene = _own(tx, owner, request.video_id)
        video = scene.video
        asked = _permissions(video, request)
        visibility = video.visibility
        if request.visibility is not None:
            visibility = bounds.read(tx, owner, request.visibility)
        moved = visibility is not video.visibility
        if moved:
            _check_parent(scene, visibility)
            asked |= {"visibility": visibility, "audienceEpoch": video.audience_epoch + 1}
        bans.require(request.hashtags or (), tx)
        words, pending = _words(tx, scene, request)
        if not asked and not words:
            return _changed(video, pending=pending is not None), None
        changed = replace(
            video,
            visibility=visibility,
            audience_epoch=video.audience_epoch + (1 if moved else 0),
            caption=words.get("caption", video.caption),
            hashtags=tuple(words.get("hashtags", video.hashtags)),
            allow_duet=asked.get("allowDuet", video.allow_duet),
            allow_stitch=asked.get("allowStitch", video.allow_stitch),
        )
        after = publishing.advance(tx, replace(scene, video=changed), at, {**asked, **words})
        shown = replace(changed, status=after.status)
        return _changed(shown, pending=pending is not None), after

    changed, after = transaction.run(body)
    if after is not None:
        after.settle()
    if changed.words_pending:
        dispatch.send_if_possible(publishing.judge_task(request.video_id, at))
    return changed


def _permissions(video: Video, request: UpdateVideo) -> dict[str, Any]:
    wanted = {
        "allowComments": (request.allow_comments, video.allow_comments),
        "allowDuet": (request.allow_duet, video.allow_duet),
        "allowStitch": (request.allow_stitch, video.allow_stitch),
    }
    return {name: new for name, (new, old) in wanted.items() if new is not None and new != old}


def _check_parent(scene: Scene, visibility: Visibility) -> None:
    """A duet that is out must not come to reach people whom its parent is not for."""
    video = scene.video
    out = video.kinship is not None and video.published_at is not None
    if not out or not wider(visibility, video.visibility):
        return
    if not kinship.allowed(video, scene.parentage, visibility):
        raise NotAllowedHere


def _words(
    tx: Transaction, scene: Scene, request: UpdateVideo
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The words to change at once, and those that were put by to be judged first.

    Nobody has judged a video that is not processed yet, so its words change at once.
    """
    video = scene.video
    before = scene.media.get("pending") or {
        "caption": video.caption,
        "hashtags": list(video.hashtags),
        "language": video.language,
    }
    wanted = {
        "caption": before["caption"] if request.caption is None else request.caption,
        "hashtags": before["hashtags"] if request.hashtags is None else request.hashtags,
        "language": request.language or before["language"],
    }
    if wanted == before:
        return {}, scene.media.get("pending")
    if video.media_state is not MediaState.READY:
        return wanted, None
    tx.update(store.media_ref(video.video_id), {"pending": wanted})
    return {}, wanted


def publish(owner: UserId, video_id: str) -> Changed:
    """Publish a draft or a scheduled video now; one that is out stays as it is.

    One that has not passed yet goes out when it does. Raises `NotFound`, `NotPublishable`,
    `NotAllowedHere`, `SoundUnavailable`.
    """
    return _want(owner, video_id, Intent.PUBLISH, None)


def schedule(owner: UserId, video_id: str, publish_at: datetime | None) -> Changed:
    """Have a video that is not out published at an hour, or with None keep it as a draft.

    Raises `NotFound`, `NotPublishable` and `TimeOutOfRange`.
    """
    if publish_at is None:
        return _want(owner, video_id, Intent.DRAFT, None)
    publishing.check_hour(publish_at)
    return _want(owner, video_id, Intent.SCHEDULE, publish_at)


def _want(owner: UserId, video_id: str, intent: Intent, publish_at: datetime | None) -> Changed:
    at = clock.now()

    def body(tx: Transaction) -> tuple[Changed, After | None]:
        scene = _own(tx, owner, video_id)
        video = scene.video
        if video.status in _OVER:
            raise NotPublishable
        if video.published_at is not None:
            if intent is not Intent.PUBLISH:
                raise NotPublishable
            return _changed(video), None
        if (video.intent, video.publish_at) == (intent, publish_at) and not (
            video.status is VideoStatus.DRAFT and intent is Intent.PUBLISH
        ):
            return _changed(video), None
        passed = video.moderation is ModerationStatus.APPROVED
        if intent is Intent.PUBLISH and passed:
            _check_origin(scene)
        wanted = replace(video, intent=intent, publish_at=publish_at)
        fields = {"intent": intent, "publishAt": publish_at}
        after = publishing.advance(tx, replace(scene, video=wanted), at, fields)
        return _changed(replace(wanted, status=after.status)), after

    changed, after = transaction.run(body)
    if after is not None:
        after.settle()
    return changed


def _check_origin(scene: Scene) -> None:
    """Raise `NotAllowedHere` or `SoundUnavailable` for what may not be published as it is now."""
    video = scene.video
    if video.kinship is not None and not kinship.allowed(video, scene.parentage, video.visibility):
        raise NotAllowedHere
    if not origins.heard(scene.origin, video, scene.media):
        raise SoundUnavailable


def _own(tx: Transaction, owner: UserId, video_id: str) -> Scene:
    # Another's is told from its id, before a read: what it costs says nothing of whether it is there.
    if ids.owner_of(video_id) != owner:
        raise NotFound
    scene = publishing.load(tx, video_id)
    if scene is None or scene.video.user_id != owner:
        raise NotFound
    return scene


def _changed(video: Video, *, pending: bool = False) -> Changed:
    return Changed(
        video_id=video.video_id,
        status=video.status,
        visibility=video.visibility,
        publish_at=video.publish_at if video.status is VideoStatus.SCHEDULED else None,
        words_pending=pending,
    )
