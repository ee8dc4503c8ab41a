"""Actions of upkeep."""

from __future__ import annotations

from spaktok.core import counters, dispatch
from spaktok.videos import store as videos
from spaktok.videos.service import likes
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, BEN, CARL, join
from tests.support.worlds import video


@action("roll up a counter of one shard")
def _() -> Action:
    join(ANA, BEN, CARL)
    video_id = video(BEN)
    for one in (ANA, CARL):
        likes.like(one, video_id)
    return lambda: counters.roll_up(videos.ref(video_id).path, videos.TOTALS)


@action("sweep an empty outbox")
def _() -> Action:
    return dispatch.sweep
