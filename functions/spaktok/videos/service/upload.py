"""From the wish to upload to the file's arrival."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import clients, clock, dispatch, ids, limits, log, once, transaction
from spaktok.core.ids import UserId, VideoId
from spaktok.core.limits import per_day
from spaktok.core.standing import ProfileRequired
from spaktok.media.model import MediaState, VideoLimits
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import (
    ORIGINAL,
    UPLOAD_WITHIN,
    Intent,
    VideoStatus,
    folder,
    parse_original,
)
from spaktok.videos.policy import policy
from spaktok.videos.requests import UploadVideo
from spaktok.videos.service import bounds, comment_rules
from spaktok.videos.store import NewVideo

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

CONTENT_TYPE = "video/mp4"


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """Where to upload the file to, with the Storage SDK or by `upload_url`, and within which bounds."""

    video_id: VideoId
    visibility: Visibility
    """Whom it will be for: what was asked for, or less where the privacy settings leave less."""
    storage_path: str
    upload_url: str
    """Where Storage takes the file by HTTP, for an app without the SDK: a POST of the bytes with
    `Content-Type` and `Authorization: Firebase {ID token}`, under Storage's rules."""
    content_type: str
    size_bytes_max: int
    duration_ms_max: int
    expires_at: datetime


def issue(uid: UserId, request: UploadVideo) -> UploadTicket:
    """Make a video that waits for its file. The same idempotency key gets the same ticket.

    What it is made from (a sound, a challenge, a parent) must be there for the caller now, and again
    when the video is published. Raises `ProfileRequired`, `TooManyRequests` and what these say. With
    a key 5 reads and 5 writes, without one 4 and 4; one to three more for each thing it is made from.
    """
    at = clock.now()
    video_id = VideoId(ids.owned_id(uid))
    key = request.idempotency_key
    operation = key and once.operation(uid, "uploadVideo", key, request)
    _check(uid, request)
    _charge(uid)

    def body(tx: Transaction) -> UploadTicket:
        if operation and (done := once.recall(tx, operation, UploadTicket)) is not None:
            return done
        card, account, kept = users.read([users.card_ref(uid), *comment_rules.truth(uid)], tx)
        owner = users.decode_card(card)
        if owner is None:
            raise ProfileRequired
        if request.sound_id is not None:
            from spaktok.videos.service import origins

            origins.require_sound(uid, request.sound_id, tx)
        if request.hashtags:
            from spaktok.videos.service import bans  # many uploads have none

            bans.require(request.hashtags, tx)
        visibility = bounds.bounded(account.to_dict(), request.visibility)
        rules = comment_rules.decode(account, kept)
        longest_ms = policy().uploads.duration_of(premium=owner.is_premium_account)
        new = replace(
            _new(request),
            visibility=visibility,
            comment_rules=rules,
            duration_ms_max=longest_ms,
        )
        store.create(tx, video_id, owner, new, at)
        ticket = _ticket(uid, video_id, new, at)
        return once.record(tx, operation, ticket) if operation else ticket

    return transaction.run(body)


def _check(uid: UserId, request: UploadVideo) -> None:
    """Raise unless what it is made from is there for the caller, and its hour is one.

    Most uploads are made from nothing else, so the instance that issues them starts without all this.
    """
    if request.publish_at is not None:
        from spaktok.videos.service import publishing

        publishing.check_hour(request.publish_at)
    if request.parent_id is not None and request.kinship is not None:
        from spaktok.videos.service import kinship

        kinship.require(uid, request.parent_id, request.kinship, request.visibility)
    if request.challenge_id is not None:
        from spaktok.videos.service import origins

        origins.require_challenge(uid, request.challenge_id)
    if request.sound_id is not None:
        from spaktok.videos.service import origins

        origins.require_sound(uid, request.sound_id)


def _charge(uid: UserId) -> None:
    """Count an upload of today (of UTC's); how many there may be, the account says."""
    card = users.decode_card(users.card_ref(uid).get())
    if card is None:
        raise ProfileRequired
    count = policy().uploads.per_day_of(premium=card.is_premium_account, level=card.level)
    limits.charge(per_day(count).exact(fail_closed=True), "uploadVideo", uid)


def _new(request: UploadVideo) -> NewVideo:
    intent = Intent.DRAFT if request.draft else Intent.PUBLISH
    return NewVideo(
        caption=request.caption,
        hashtags=tuple(request.hashtags),
        language=request.language,
        allow_comments=request.allow_comments,
        allow_duet=request.allow_duet,
        allow_stitch=request.allow_stitch,
        intent=Intent.SCHEDULE if request.publish_at is not None else intent,
        publish_at=request.publish_at,
        sound_id=request.sound_id,
        challenge_id=request.challenge_id,
        parent_id=request.parent_id,
        kinship=request.kinship,
        thumbnail_at_ms=request.thumbnail_at,
    )


def _ticket(uid: UserId, video_id: VideoId, new: NewVideo, at: datetime) -> UploadTicket:
    path = f"{folder(uid, video_id)}/{ORIGINAL}"
    return UploadTicket(
        video_id=video_id,
        visibility=new.visibility,
        storage_path=path,
        upload_url=clients.upload_url(path),
        content_type=CONTENT_TYPE,
        size_bytes_max=VideoLimits().size_bytes_max,
        duration_ms_max=new.duration_ms_max,
        expires_at=at + UPLOAD_WITHIN,
    )


def arrived(path: str, generation: int, size_bytes: int) -> bool:
    """Note that an original lies at `path`, and have it processed; whether it was news.

    Announced twice, it is processed once: the state moves only from `created`, and the task's id is
    that of the video and generation. Any other object is no original and is left alone.
    """
    parsed = parse_original(path)
    if parsed is None:
        return False
    owner, video_id = parsed
    from spaktok.videos.service import leases  # whoever issues uploads needs none

    task = leases.processing_task(owner, video_id, generation)
    at = clock.now()

    def body(tx: Transaction) -> bool:
        snapshot = next(iter(tx.get_all([store.ref(video_id)])))
        video = store.decode(snapshot)
        if video is None or video.user_id != owner or video.media_state is not MediaState.CREATED:
            return False
        tx.update(store.ref(video_id), {"media.state": MediaState.UPLOADED, "lastModified": at})
        tx.update(
            store.media_ref(video_id),
            {"generation": generation, "sizeBytes": size_bytes, "uploadedAt": at},
        )
        dispatch.stage(tx, task)
        return True

    if not transaction.run(body):
        return False
    dispatch.release(task)
    log.info("original uploaded", size_bytes=size_bytes)
    return True


def sweep(limit: int = 100) -> int:
    """Settle uploads that outlived their ticket; how many.

    One whose file lies there although its announcement was lost is announced now; one whose file
    never came becomes `failed`.
    """
    count = 0
    for snapshot in store.waiting_since(clock.now() - UPLOAD_WITHIN).limit(limit).stream():
        path = f"{folder(snapshot.get('userId'), snapshot.id)}/{ORIGINAL}"
        blob = clients.bucket().get_blob(path)
        if blob is not None:
            arrived(path, int(blob.generation), int(blob.size))
        else:
            snapshot.reference.update(
                {"status": VideoStatus.FAILED, "media.state": MediaState.FAILED}
            )
        count += 1
    return count
