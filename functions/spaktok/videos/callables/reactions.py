"""Client calls of videos: likes and comments."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.safety.refusals import NotForYourAge
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.requests import (
    CommentOnVideo,
    GetVideoComments,
    LikeVideo,
)
from spaktok.videos.service import comments, likes


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
