"""What was made from a video, when that video's permission changes after publication.

Its changes count for what was made from it: a duet or stitch whose parent is gone, hidden or narrower,
or may not be used like this any more, is withheld (`publishing.stands`), and comes back when the
parent allows it again. A video that nothing was made from (`reused`) costs nothing here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.users.privacy import DEFAULTS
from spaktok.videos import store
from spaktok.videos.model import Kinship, Video, VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import Query, WriteBatch

    from spaktok.videos.service.publishing import Scene

PAGE: Final = 100

_CONCERNS: Final = ("account", *Kinship)
"""The owner's privacy settings that say what may be made from their videos."""


def mark(batch: WriteBatch, parent: Video | None) -> None:
    """Stage that something was made from this video. One write, the first time."""
    if parent is not None and not parent.reused:
        batch.update(store.ref(parent.video_id), {"reused": True})


def stage(batch: WriteBatch, before: Video, after: Video) -> list[Task]:
    """Stage what a change of a video means for what was made from it. One write, or none."""
    if not before.reused or _terms(before) == _terms(after):
        return []
    return [dispatch.stage(batch, task(before.video_id))]


def task(video_id: str) -> Task:
    """The task that has what was made from a video stand where it now belongs."""
    return Task("settleOffspring", ids.random_id(), {"videoId": video_id})


def settings_changed(uid: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """The owner's settings were written: a task where they allow more or less of their videos."""
    if before is not None and after is not None and _allowed(before) != _allowed(after):
        dispatch.send(task_of_owner(uid))


def task_of_owner(uid: str) -> Task:
    """The task that does so for all of a user's videos."""
    return Task("settleReused", ids.random_id(), {"uid": uid})


def settle_all(uid: str) -> int:
    """Settle what was made from each of a user's videos; how many changed. Repeatable."""
    return sum(settle(one.id) for one in reused(uid).stream())


def settle(video_id: str) -> int:
    """Have what was made from a video stand where it belongs; how many changed. Repeatable.

    A read each, and what a change of a video costs. Those of a deleted video forget which it was: its
    id names its owner.
    """
    found = store.decode(store.ref(video_id).get())
    gone = found is None or found.status is VideoStatus.REMOVED
    count = 0
    query = made_from(video_id)
    while page := list(query.limit(PAGE).stream()):
        count += sum(_settle(one.id, gone=gone) for one in page)
        query = made_from(video_id).start_after(page[-1])
    return count


def made_from(video_id: str) -> Query:
    """The duets with and stitches of a video, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    videos = clients.db().collection("videos")
    return videos.where(filter=FieldFilter("parentId", "==", video_id)).order_by("__name__")


def reused(uid: str) -> Query:
    """A user's videos that others were made from, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    return store.of_owner(uid).where(filter=FieldFilter("reused", "==", True))


def _settle(child_id: str, *, gone: bool) -> bool:
    from spaktok.videos.service import publishing

    at = clock.now()

    def decide(scene: Scene) -> tuple[Video, dict[str, Any]] | None:
        forgotten = {"parentId": None} if gone else {}
        as_it_is = publishing.stands(scene, at) is scene.video.status
        if as_it_is and not forgotten:
            return None
        back = scene.video.status is VideoStatus.WITHHELD and not gone
        epoch = scene.video.audience_epoch + (1 if back else 0)  # so that it is carried out anew
        return replace(scene.video, audience_epoch=epoch), {"audienceEpoch": epoch, **forgotten}

    return publishing.change(child_id, decide) is not None


def _terms(video: Video) -> tuple[Any, ...]:
    return (video.status, video.visibility, video.allow_duet, video.allow_stitch)


def _allowed(account: dict[str, Any]) -> tuple[Any, ...]:
    settings = {**DEFAULTS, **account.get("privacySettings", {})}
    return tuple(settings[name] for name in _CONCERNS)
