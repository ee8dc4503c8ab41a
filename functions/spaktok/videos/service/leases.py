"""Who works on a video: a lease that its worker renews, and a watchdog for those that ran out.

A worker takes the video for `LEASE` and renews that every `BEAT_S`. One that dies leaves a lease that
ends; the queue's retry or the watchdog then hands the video to another, three times in all. The
third failure is the video's: it becomes `failed`, and its owner is told.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, log, transaction
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId, VideoId
from spaktok.media.model import MediaState
from spaktok.users import store as users
from spaktok.videos import store
from spaktok.videos.model import Video, VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import Query, Transaction

ATTEMPTS_MAX: Final = 3
LEASE: Final = timedelta(minutes=3)
BEAT_S: Final = 30.0
SWEEP_MAX: Final = 200


class Busy(Exception):
    """Another worker holds this video."""


class Lost(Exception):
    """The video is this worker's no more: it was deleted, or taken over."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on a video. Without one (`holder` is empty) there is nothing to do."""

    video_id: VideoId
    state: MediaState
    holder: str = ""
    attempt: int = 0
    media: dict[str, Any] | None = None
    """What is known of the media: among it the renditions that an earlier attempt finished."""

    @property
    def last(self) -> bool:
        """Whether there is no attempt after this one."""
        return self.attempt >= ATTEMPTS_MAX

    @property
    def exhausted(self) -> bool:
        """Whether every attempt was used, and none came to an end."""
        return self.attempt > ATTEMPTS_MAX


def take(video_id: VideoId, generation: int) -> Lease:
    """Take the video for one attempt. Two reads, two writes. Raises `Busy` while another holds it."""
    at = clock.now()
    holder = ids.random_id()

    def body(tx: Transaction) -> Lease:
        found, private = users.read([store.ref(video_id), store.media_ref(video_id)], tx)
        video, media = store.decode(found), private.to_dict() or {}
        if video is None or video.status is VideoStatus.REMOVED:
            return Lease(video_id, MediaState.FAILED)
        if video.media_state is MediaState.PROCESSING:
            until: datetime | None = media.get("leaseUntil")
            if until is not None and at < until:
                raise Busy
        elif video.media_state is not MediaState.UPLOADED:
            return Lease(video_id, video.media_state)
        if media.get("generation") != generation:
            return Lease(video_id, video.media_state)
        attempt = media.get("attempts", 0) + 1
        tx.update(store.ref(video_id), {"media.state": MediaState.PROCESSING})
        tx.update(
            store.media_ref(video_id),
            {"leaseUntil": at + LEASE, "holder": holder, "attempts": attempt},
        )
        return Lease(video_id, MediaState.PROCESSING, holder, attempt, media)

    return transaction.run(body)


def renew(lease: Lease, done: dict[str, Any] | None = None) -> None:
    """Hold it for `LEASE` more, and note what is done. Two reads, one write. Raises `Lost`."""
    at = clock.now()

    def body(tx: Transaction) -> None:
        found, private = users.read(
            [store.ref(lease.video_id), store.media_ref(lease.video_id)], tx
        )
        check(store.decode(found), private.to_dict(), lease)
        tx.update(store.media_ref(lease.video_id), {**(done or {}), "leaseUntil": at + LEASE})

    transaction.run(body)


def check(video: Video | None, media: dict[str, Any] | None, lease: Lease) -> None:
    """Raise `Lost` unless the video, as just read, is still there and this worker's."""
    if video is None or media is None or video.status is VideoStatus.REMOVED:
        raise Lost
    if video.media_state is not MediaState.PROCESSING or media.get("holder") != lease.holder:
        raise Lost


def give_back(lease: Lease) -> None:
    """Let the next attempt begin at once. One write, unless the video is gone."""
    from google.api_core.exceptions import NotFound as Missing

    try:
        store.media_ref(lease.video_id).update({"leaseUntil": None})
    except Missing:
        log.info("video deleted while it was processed")


@contextmanager
def beating(lease: Lease) -> Iterator[None]:
    """Renew the lease in the background for as long as the block lasts.

    What a beat finds out, the next step that renews it finds out too; so a beat that fails only stops
    the beating.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_S):
            try:
                renew(lease)
            except Exception as error:  # noqa: BLE001 - as above
                log.warning("lease not renewed", exception=type(error).__name__)
                return

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def ran_out(at: datetime) -> Query:
    """The media of videos whose worker has not been heard of for a lease."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection_group("private")
        .where(filter=FieldFilter("leaseUntil", "<", at))
        .order_by("leaseUntil")
        .limit(SWEEP_MAX)
    )


def processing_task(owner: UserId, video_id: VideoId, generation: int, attempt: int = 0) -> Task:
    """The task that makes this upload watchable; the watchdog's names the attempt it follows."""
    again = (str(attempt),) if attempt else ()
    return Task(
        function="processVideo",
        id=ids.digest("process", video_id, str(generation), *again),
        payload={"owner": owner, "videoId": video_id, "generation": generation},
    )
