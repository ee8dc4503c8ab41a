"""Client calls of videos: likes and shares."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.safety.refusals import NotForYourAge
from spaktok.videos.engaging import ShareVideo
from spaktok.videos.requests import LikeVideo
from spaktok.videos.service import likes, shares


@call(
    LikeVideo,
    limit=per_minute(60),
    refusals=(NotFound, NotForYourAge),
    cost="2 reads, 2 writes, 2 RPCs",
)
def likeVideo(caller: Caller, request: LikeVideo) -> likes.Liked:
    """Like a video, or take the like back. Repeating it changes nothing."""
    change = likes.like if request.action == "like" else likes.unlike
    return change(caller.uid, request.video_id)


@call(
    ShareVideo,
    limit=per_minute(30),
    refusals=(NotFound, NotForYourAge, KeyReused),
    cost="2 reads, 2 writes, 2 RPCs",
)
def shareVideo(caller: Caller, request: ShareVideo) -> shares.Shared:
    """Get a link to a video. It opens for whoever the video is for, and does not say who shared it."""
    return shares.share(caller.uid, request)
