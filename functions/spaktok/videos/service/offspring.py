"""What was made from a video, when the permission for it changes after publication.

Its changes count for what was made from it: a duet or stitch whose parent is gone, hidden or narrower,
or may not be used like this any more, is withheld (`publishing.stands`), and comes back when the
parent allows it again (`settling`). A video that nothing was made from (`reused`) costs nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaktok.core import dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.users import store as users
from spaktok.users.privacy import DEFAULTS, Reuse
from spaktok.videos import store
from spaktok.videos.model import Kinship, Video

if TYPE_CHECKING:
    from google.cloud.firestore import WriteBatch

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


def follow_changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """A follow began or ended: a task where only followers may make something of the followed's videos.

    One read. The follow itself asks for nothing: what the two are to each other when the task runs
    decides.
    """
    edge = after or before
    if edge is None or (before is not None and after is not None):
        return
    follower, followed = edge["followerId"], edge["followingId"]
    said = _settings(users.account_ref(followed).get().to_dict() or {})
    if any(said[kind] == Reuse.FOLLOWERS for kind in Kinship):
        dispatch.send(Task("settleReused", ids.random_id(), {"uid": follower, "other": followed}))


def task_of_owner(uid: str) -> Task:
    """The task that does so for all of a user's videos."""
    return Task("settleReused", ids.random_id(), {"uid": uid})


def _terms(video: Video) -> tuple[Any, ...]:
    return (video.status, video.visibility, video.allow_duet, video.allow_stitch)


def _allowed(account: dict[str, Any]) -> tuple[Any, ...]:
    said = _settings(account)
    return tuple(said[name] for name in _CONCERNS)


def _settings(account: dict[str, Any]) -> dict[str, Any]:
    return {**DEFAULTS, **account.get("privacySettings", {})}
