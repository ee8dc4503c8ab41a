"""Client calls of views."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.views.requests import GetVideoAnalytics, RecordVideoView, RecordVideoViews
from spaktok.views.service import analytics, recording


@call(
    RecordVideoViews,
    limit=per_minute(12),
    refusals=(KeyReused,),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 write, 1 RPC",
)
def recordVideoViews(caller: Caller, request: RecordVideoViews) -> recording.Recorded:
    """Report what was watched since the last report, up to 50 plays at once."""
    return recording.record(caller.uid, request)


@call(
    RecordVideoView,
    limit=per_minute(60),
    refusals=(KeyReused,),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 write, 1 RPC",
)
def recordVideoView(caller: Caller, request: RecordVideoView) -> recording.Recorded:
    """Report one play. `recordVideoViews` costs the same for fifty."""
    return recording.record_one(caller.uid, request)


@call(
    GetVideoAnalytics,
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="2 reads, 1 RPC",
)
def getVideoAnalytics(caller: Caller, request: GetVideoAnalytics) -> analytics.VideoAnalytics:
    """Read how a video of one's own is watched."""
    return analytics.of(caller.uid, request.video_id)
