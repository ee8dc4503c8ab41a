"""Client calls of videos."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.requests import (
    CommentOnVideo,
    GetVideo,
    GetVideoComments,
    LikeVideo,
    UploadVideo,
)
from spaktok.videos.service import access, comments, likes, upload


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


@call(GetVideo, limit=per_minute(300), refusals=(NotFound,), cost="2 reads, 1 RPC")
def getVideo(caller: Caller, request: GetVideo) -> access.VideoView:
    """Read one video with its totals and the paths of its media."""
    return access.get_video(caller.uid, request.video_id)


@call(
    LikeVideo,
    limit=per_minute(60),
    refusals=(NotFound,),
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
    refusals=(NotFound, CommentsClosed, KeyReused),
    cost="2 reads, 2 writes, 2 RPCs",
)
def commentOnVideo(caller: Caller, request: CommentOnVideo) -> comments.Commented:
    """Write a comment under a video."""
    return comments.comment(caller.uid, request)


@call(
    GetVideoComments,
    limit=per_minute(120),
    refusals=(NotFound,),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads, and up to 2 a comment",
)
def getVideoComments(caller: Caller, request: GetVideoComments) -> comments.CommentPage:
    """List a video's comments, newest first."""
    return comments.comments_of(caller.uid, request.video_id, request.limit, request.cursor)
