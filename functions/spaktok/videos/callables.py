"""Client calls of videos."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_day, per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.safety.refusals import NotForYourAge
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.requests import (
    CheckContentAgeRestriction,
    CommentOnVideo,
    GetUserVideos,
    GetVideo,
    GetVideoComments,
    LikeVideo,
    SetContentAgeRestriction,
    UploadVideo,
)
from spaktok.videos.service import access, comments, likes, profile_tab, restriction, upload


@call(
    UploadVideo,
    message="Upload the file now",
    sensitive=True,
    limit=per_day(10).exact(fail_closed=True),
    refusals=(KeyReused,),
    cost="3 reads, 4 writes",
)
def uploadVideo(caller: Caller, request: UploadVideo) -> upload.UploadTicket:
    """Ask for a place to upload a video to; publishing follows by itself."""
    return upload.issue(caller.uid, request)


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
    CommentOnVideo,
    message="Comment posted",
    limit=per_minute(30),
    refusals=(NotFound, NotForYourAge, CommentsClosed, KeyReused),
    cost="2 reads, 2 writes, 2 RPCs",
)
def commentOnVideo(caller: Caller, request: CommentOnVideo) -> comments.Commented:
    """Write a comment under a video."""
    return comments.comment(caller.uid, request)


@call(
    GetVideoComments,
    limit=per_minute(120),
    refusals=(NotFound, NotForYourAge),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads, and up to 2 a comment",
)
def getVideoComments(caller: Caller, request: GetVideoComments) -> comments.CommentPage:
    """List a video's comments, newest first."""
    return comments.comments_of(caller.uid, request.video_id, request.limit, request.cursor)
