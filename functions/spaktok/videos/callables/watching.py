"""Client calls of videos: watching, and for which age a video is."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.safety.refusals import NotForYourAge
from spaktok.videos.requests import (
    CheckContentAgeRestriction,
    GetUserVideos,
    GetVideo,
    SetContentAgeRestriction,
)
from spaktok.videos.service import access, profile_tab, restriction


@call(
    GetVideo,
    limit=per_minute(300),
    refusals=(NotFound, NotForYourAge),
    cost="2 reads, 1 RPC",
)
def getVideo(caller: Caller, request: GetVideo) -> access.VideoView:
    """Read one video with its totals and the paths of its media."""
    return access.get_video(caller.uid, request.video_id)


@call(
    GetUserVideos,
    limit=per_minute(120),
    refusals=(NotFound,),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads, and 1 a video",
)
def getUserVideos(caller: Caller, request: GetUserVideos) -> profile_tab.ProfileVideos:
    """List the published videos of a user, as far as they are for the caller."""
    return profile_tab.videos_of(
        caller.uid,
        UserId(request.user_id),
        sort=request.sort,
        limit=request.limit,
        cursor=request.cursor,
    )


@call(
    SetContentAgeRestriction,
    message="Age restriction set",
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="1 read, 1 write",
)
def setContentAgeRestriction(
    caller: Caller, request: SetContentAgeRestriction
) -> restriction.Restriction:
    """Say from which age on a video of one's own is."""
    return restriction.restrict(caller.uid, request.content_id, request.age_restriction)


@call(
    CheckContentAgeRestriction,
    profile=False,
    limit=per_minute(300),
    refusals=(NotFound,),
    cost="2 reads, 1 RPC",
)
def checkContentAgeRestriction(
    caller: Caller, request: CheckContentAgeRestriction
) -> restriction.Verdict:
    """Ask whether a video is for one's age."""
    return restriction.check(caller.uid, request.content_id)
