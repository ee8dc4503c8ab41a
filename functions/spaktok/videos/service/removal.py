"""Deleting a video: gone for everyone at once, and then every trace of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, clock, dispatch, ids, transaction, walk
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.core.inventory import Store, in_store
from spaktok.core.refusal import NotFound
from spaktok.users import store as users
from spaktok.videos import store
from spaktok.videos.model import Video, VideoStatus
from spaktok.videos.service import publishing, purging
from spaktok.videos.service.publishing import After

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

PAGE: Final = 400


@dataclass(frozen=True, slots=True)
class Deleted:
    """The video is there for nobody any more."""

    video_id: str


def delete(owner: UserId, video_id: str) -> Deleted:
    """Delete a video of one's own; repeated, it changes nothing. 6 reads, up to 5 writes.

    The document stays as a tombstone without content, so that a worker, a like or a card under way
    finds out. Files, frames, comments and likes go by a task. Raises `NotFound`.
    """
    if ids.owner_of(video_id) != owner:
        raise NotFound
    at = clock.now()

    def body(tx: Transaction) -> After | None:
        scene = publishing.load(tx, video_id)
        if scene is None:
            if users.read([store.ref(video_id)], tx)[0].exists:
                return None
            raise NotFound
        video = scene.video
        gone = replace(video, status=VideoStatus.REMOVED, audience_epoch=video.audience_epoch + 1)
        after = publishing.advance(tx, replace(scene, video=gone), at, _emptied(gone))
        after.tasks.append(dispatch.stage(tx, purge_task(video)))
        return after

    after = transaction.run(body)
    if after is not None:
        after.settle()
    return Deleted(video_id)


def _emptied(video: Video) -> dict[str, object]:
    """A tombstone says whose it was and that it is gone."""
    return {
        "caption": "",
        "hashtags": [],
        "soundId": None,
        "challengeId": None,
        "parentId": None,
        "kinship": None,
        "recommendable": False,
        "publishAt": None,
        "media.renditions": [],
        "audienceEpoch": video.audience_epoch,
        "deletedAt": clock.now(),
    }


def purge_task(video: Video) -> Task:
    """The task that deletes what a deleted video left."""
    return Task(
        function="purgeVideo",
        id=ids.digest("purge", video.video_id),
        payload={"owner": video.user_id, "videoId": video.video_id},
    )


def purge(owner: str, video_id: str) -> None:
    """Delete the files and records of a deleted video. Repeatable; never of one that is there.

    What others wrote about it (likes, comments, news) goes too, by the inventory's `about`; the
    tombstone stays.
    """
    if not purging.purge_if_gone(owner, video_id):
        return
    for entry in in_store(Store.FIRESTORE):
        for field in entry.about:
            _delete_all(entry.collection, field, video_id)
    below = [clients.db().document(path) for path, _ in walk.below(store.ref(video_id))]
    _delete(below)


def _delete_all(collection: str, field: str, video_id: str) -> None:
    from google.cloud.firestore import FieldFilter

    from spaktok.notifications import service as inboxes  # only for the worker

    query = (
        clients.db()
        .collection(collection)
        .where(filter=FieldFilter(field, "==", video_id))
        .limit(PAGE)
    )
    while found := list(query.stream()):
        if collection == "videoComments":
            inboxes.forget_things([one.id for one in found])
        _delete([one.reference for one in found])


def _delete(references: list[DocumentReference]) -> None:
    for start in range(0, len(references), PAGE):
        batch = clients.db().batch()
        for reference in references[start : start + PAGE]:
            batch.delete(reference)
        batch.commit()
