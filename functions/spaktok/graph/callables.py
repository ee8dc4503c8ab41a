"""Client calls of the graph."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.graph import service
from spaktok.graph.refusals import NotYourself
from spaktok.graph.requests import BlockUser, FollowUser, UnblockUser, UnfollowUser


@call(
    FollowUser,
    limit=per_minute(60),
    refusals=(NotFound, NotYourself),
    cost="3 reads, 4 writes",
)
def followUser(caller: Caller, request: FollowUser) -> service.Follow:
    """Follow a user. Repeating it changes nothing."""
    return service.follow(caller.uid, UserId(request.target_user_id))


@call(
    UnfollowUser,
    limit=per_minute(60),
    refusals=(NotFound, NotYourself),
    cost="3 reads, 3 writes, 1 delete",
)
def unfollowUser(caller: Caller, request: UnfollowUser) -> service.Follow:
    """Stop following a user. Repeating it changes nothing."""
    return service.unfollow(caller.uid, UserId(request.target_user_id))


@call(
    BlockUser,
    message="User blocked",
    limit=per_minute(30),
    refusals=(NotFound, NotYourself),
    cost="2 reads, 5 writes, 1 delete and a task",
)
def blockUser(caller: Caller, request: BlockUser) -> service.Block:
    """Block a user: neither exists for the other any more."""
    return service.block(caller.uid, UserId(request.target_user_id), request.reason)


@call(
    UnblockUser,
    message="User unblocked",
    limit=per_minute(30),
    refusals=(NotYourself,),
    cost="1 read, up to 3 writes and 1 delete",
)
def unblockUser(caller: Caller, request: UnblockUser) -> service.Block:
    """Take a block back. Follows that it ended stay ended."""
    return service.unblock(caller.uid, UserId(request.target_user_id))
