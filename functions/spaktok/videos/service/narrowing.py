"""Narrowing the videos of an owner who narrowed their privacy setting `videos`.

A video written before the change is found here, one written after it is bounded (`bounds`). Opening
the setting again widens nothing by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.users import store as users
from spaktok.users.relation import Visibility
from spaktok.videos import store
from spaktok.videos.model import WIDTH, Video, wider
from spaktok.videos.service import bounds

if TYPE_CHECKING:
    from google.cloud.firestore import Query

    from spaktok.videos.service.publishing import Scene

PAGE: Final = 100


def settings_changed(uid: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """The owner's settings were written: a task where their videos have a narrower bound now."""
    if after is not None and wider(bounds.of(before), bounds.of(after)):
        dispatch.send(Task("boundVideos", ids.random_id(), {"uid": uid}))


def apply(uid: str) -> int:
    """Narrow the user's videos that reach beyond their setting; how many. Repeatable.

    A read a video, and what `updateVideo` costs each. The setting is read once: the task of a later
    change narrows further, and what that opens again is opened by nobody.
    """
    widest = bounds.of(users.account_ref(uid).get().to_dict())
    if widest is Visibility.PUBLIC:
        return 0
    count = 0
    query = beyond(uid, widest)
    while page := list(query.limit(PAGE).stream()):
        count += sum(_narrow(found.id, widest) for found in page)
        query = beyond(uid, widest).start_after(page[-1])
    return count


def beyond(uid: str, widest: Visibility) -> Query:
    """The user's videos that say a wider audience, in the order of their ids."""
    from google.cloud.firestore import FieldFilter

    over = [one for one in WIDTH if wider(one, widest)]
    return store.of_owner(uid).where(filter=FieldFilter("visibility", "in", over))


def _narrow(video_id: str, widest: Visibility) -> bool:
    from spaktok.videos.service import publishing  # the task's alone

    def decide(scene: Scene) -> tuple[Video, dict[str, Any]] | None:
        video = scene.video
        if not wider(video.visibility, widest):
            return None
        epoch = video.audience_epoch + 1
        fields = {"visibility": widest, "audienceEpoch": epoch}
        return replace(video, visibility=widest, audience_epoch=epoch), fields

    return publishing.change(video_id, decide) is not None
