"""Client calls of comments: what their authors, the owners of the videos and the staff make of them."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.videos.engaging import (
    DeleteComment,
    GetCommentFilters,
    GetHeldComments,
    PinComment,
    RemoveComment,
    ReviewComment,
    UpdateCommentFilters,
)
from spaktok.videos.service import comment_rules, curating, threads


@call(
    DeleteComment,
    message="Comment deleted",
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="2 reads, up to 5 writes",
)
def deleteComment(caller: Caller, request: DeleteComment) -> curating.Curated:
    """Delete one's own comment, or one under one's own video, with the answers to it."""
    return curating.delete(caller.uid, request.comment_id)


@call(
    RemoveComment,
    message="Comment removed",
    roles=(Role.MODERATOR, Role.ADMIN, Role.SUPERADMIN),
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="4 reads, up to 7 writes",
)
def removeComment(caller: Caller, request: RemoveComment) -> curating.Curated:
    """Take a comment down. Recorded with the reason."""
    return curating.remove(caller.uid, request.comment_id, request.reason)


@call(
    PinComment,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="2 reads, 1 write",
)
def pinComment(caller: Caller, request: PinComment) -> curating.Pinned:
    """Pin a comment under one's own video, in the place of any other, or let it go."""
    change = curating.pin if request.action == "pin" else curating.unpin
    return change(caller.uid, request.comment_id)


@call(
    ReviewComment,
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="3 reads, up to 3 writes",
)
def reviewComment(caller: Caller, request: ReviewComment) -> curating.Curated:
    """Let a comment that waits for the caller stand, or refuse it."""
    approve = request.action == "approve"
    return curating.review(caller.uid, request.comment_id, approve=approve)


@call(
    GetHeldComments,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read, and up to 3 a comment",
)
def getHeldComments(caller: Caller, request: GetHeldComments) -> threads.CommentPage:
    """List what waits for the caller under their videos, oldest first."""
    return threads.held_for(caller.uid, request.limit, request.cursor)


@call(GetCommentFilters, limit=per_minute(60), cost="1 read")
def getCommentFilters(caller: Caller, request: GetCommentFilters) -> comment_rules.CommentFilters:  # noqa: ARG001
    """Read which comments wait for the caller."""
    return comment_rules.read(caller.uid)


@call(
    UpdateCommentFilters,
    message="Filters changed",
    limit=per_minute(20),
    cost="1 read, 2 writes, 1 delete",
)
def updateCommentFilters(
    caller: Caller, request: UpdateCommentFilters
) -> comment_rules.CommentFilters:
    """Say which comments wait for the caller: by words, by links, by who writes them, or all."""
    return comment_rules.update(caller.uid, request)
