"""Client calls of comments: writing, reading, liking."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.safety.refusals import NotForYourAge
from spaktok.videos.engaging import (
    CommentOnVideo,
    EditComment,
    GetCommentReplies,
    GetVideoComments,
    LikeComment,
)
from spaktok.videos.refusals import CommentsClosed
from spaktok.videos.service import comment_likes, comments, threads


@call(
    CommentOnVideo,
    message="Comment posted",
    limit=per_minute(30),
    refusals=(NotFound, NotForYourAge, CommentsClosed, KeyReused),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, 2 writes, 2 RPCs; an answer 5 reads, 3 writes",
)
def commentOnVideo(caller: Caller, request: CommentOnVideo) -> comments.Commented:
    """Write a comment under a video, or an answer to one. The owner may want to see it first."""
    return comments.comment(caller.uid, request)


@call(
    EditComment,
    message="Comment changed",
    limit=per_minute(30),
    refusals=(NotFound, NotForYourAge, CommentsClosed),
    secrets=(keys.CURSOR_SECRET,),
    cost="4 reads, 1 write",
)
def editComment(caller: Caller, request: EditComment) -> comments.Commented:
    """Change the text of one's own comment. It is marked as edited."""
    return comments.edit(caller.uid, request.comment_id, request.text)


@call(
    LikeComment,
    limit=per_minute(60),
    refusals=(NotFound, NotForYourAge),
    cost="4 reads, 2 writes, 4 RPCs",
)
def likeComment(caller: Caller, request: LikeComment) -> comment_likes.CommentLiked:
    """Like a comment, or take the like back. Repeating it changes nothing."""
    change = comment_likes.like if request.action == "like" else comment_likes.unlike
    return change(caller.uid, request.comment_id)


@call(
    GetVideoComments,
    limit=per_minute(120),
    refusals=(NotFound, NotForYourAge),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads, and up to 3 a comment",
)
def getVideoComments(caller: Caller, request: GetVideoComments) -> threads.CommentPage:
    """List a video's comments, the pinned one and then the newest first."""
    return threads.comments_of(caller.uid, request.video_id, request.limit, request.cursor)


@call(
    GetCommentReplies,
    limit=per_minute(120),
    refusals=(NotFound, NotForYourAge),
    secrets=(keys.CURSOR_SECRET,),
    cost="5 reads, and up to 3 an answer",
)
def getCommentReplies(caller: Caller, request: GetCommentReplies) -> threads.CommentPage:
    """List the answers to a comment, oldest first."""
    return threads.replies_of(caller.uid, request.comment_id, request.limit, request.cursor)
