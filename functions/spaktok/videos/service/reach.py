"""Narrowing and widening whom a video is for: what has to be said in the commit that does it.

The video's own document says whom it is for, and so do the rules. Copies of it lie in feeds; they stop
being shown with the same commit (`core.revocations`), and a task takes them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaktok.core import ids, revocations
from spaktok.core.dispatch import Task
from spaktok.core.revocations import Limit, Reach
from spaktok.users.relation import Visibility
from spaktok.videos.model import WIDTH, Video, VideoStatus

if TYPE_CHECKING:
    from google.cloud.firestore import WriteBatch

_REACH: Final = {Visibility.PUBLIC: Reach.EVERYONE, Visibility.FOLLOWERS: Reach.FOLLOWERS}
"""Of copies. What is for fewer than all followers is looked up anew wherever it is shown."""


def stage(
    batch: WriteBatch,
    video: Video,
    *,
    visibility: Visibility | None = None,
    status: VideoStatus | None = None,
    age_restriction: int | None = None,
) -> Task | None:
    """Stage what a change of an active video means for its copies. One write, or none.

    Returns the task to be staged beside it where copies have to be taken back; None where the video
    reaches as far as before or further (then `fanOutVideo` carries it on), or was not active.
    """
    after = visibility or video.visibility
    there = (status or video.status) is VideoStatus.ACTIVE
    years = video.age_restriction if age_restriction is None else age_restriction
    if video.status is not VideoStatus.ACTIVE:
        if there:
            revocations.lift_video(batch, video.video_id, video.user_id)
        return None
    wider = WIDTH.index(after) >= WIDTH.index(video.visibility)
    if there and wider and years <= video.age_restriction:
        if after is not video.visibility:
            revocations.lift_video(batch, video.video_id, video.user_id)
        return None
    limit = Limit(_REACH.get(after, Reach.NOBODY) if there else Reach.NOBODY, years)
    nonce = revocations.limit_video(batch, video.video_id, video.user_id, limit)
    return Task(
        "withdrawVideo",
        ids.digest("withdraw", video.video_id, nonce),
        {"owner": video.user_id, "videoId": video.video_id, "nonce": nonce},
    )
