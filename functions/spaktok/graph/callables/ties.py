"""Client calls of graph: following, asking, befriending, blocking."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.graph import asking, friends, requests, service
from spaktok.graph.refusals import NotYourself

OTHERS = (NotFound, NotYourself)


@call(
    requests.FollowUser,
    limit=per_minute(60),
    refusals=OTHERS,
    cost="4 reads, 4 writes; to ask, 2 reads, 3 writes, 1 delete and a task",
)
def followUser(caller: Caller, request: requests.FollowUser) -> service.Follow:
    """Follow a user, or ask to where the account is private. Repeating it changes nothing."""
    return service.follow(caller.uid, UserId(request.target_user_id))


@call(
    requests.UnfollowUser,
    limit=per_minute(60),
    refusals=OTHERS,
    cost="3 reads, 4 writes, 1 delete",
)
def unfollowUser(caller: Caller, request: requests.UnfollowUser) -> service.Follow:
    """Stop following a user, or take the request back. Repeating it changes nothing."""
    return service.unfollow(caller.uid, UserId(request.target_user_id))


@call(
    requests.RemoveFollower,
    message="Follower removed",
    limit=per_minute(60),
    refusals=OTHERS,
    cost="4 reads, 4 writes, 1 delete",
)
def removeFollower(caller: Caller, request: requests.RemoveFollower) -> None:
    """Make somebody stop following the caller; they are not told."""
    service.remove_follower(caller.uid, UserId(request.follower_id))


@call(
    requests.UpdateFollowNotifications,
    limit=per_minute(60),
    refusals=OTHERS,
    cost="2 reads, 1 write",
)
def updateFollowNotifications(
    caller: Caller, request: requests.UpdateFollowNotifications
) -> service.Bell:
    """Turn on or off that the caller hears of what a followed user publishes."""
    return service.set_bell(caller.uid, UserId(request.target_user_id), enabled=request.enabled)


@call(
    requests.AcceptFollowRequest,
    message="Request accepted",
    limit=per_minute(120),
    refusals=OTHERS,
    cost="5 reads, 5 writes, 2 deletes and a task",
)
def acceptFollowRequest(caller: Caller, request: requests.AcceptFollowRequest) -> None:
    """Let somebody who asked follow the caller."""
    asking.accept(caller.uid, UserId(request.requester_id))


@call(
    requests.RejectFollowRequest,
    message="Request rejected",
    limit=per_minute(120),
    refusals=(NotYourself,),
    cost="1 read, 1 write, 1 delete",
)
def rejectFollowRequest(caller: Caller, request: requests.RejectFollowRequest) -> None:
    """Let a request to follow the caller lapse; its sender is not told."""
    asking.reject(caller.uid, UserId(request.requester_id))


@call(
    requests.CancelFollowRequest,
    message="Request cancelled",
    limit=per_minute(60),
    refusals=(NotYourself,),
    cost="1 read, 2 writes, 2 deletes and a task",
)
def cancelFollowRequest(caller: Caller, request: requests.CancelFollowRequest) -> None:
    """Take back one's own request to follow somebody."""
    asking.cancel(caller.uid, UserId(request.target_user_id))


@call(
    requests.SendFriendRequest,
    limit=per_minute(30),
    refusals=OTHERS,
    cost="2 reads, 3 writes, 1 delete; to become friends up to 7 reads, 8 writes, 5 deletes",
)
def sendFriendRequest(caller: Caller, request: requests.SendFriendRequest) -> friends.Friendship:
    """Ask a user to be friends; where they asked first, it is accepted at once."""
    return friends.send(caller.uid, UserId(request.receiver_id))


@call(
    requests.RespondToFriendRequest,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="up to 7 reads, 8 writes, 5 deletes",
)
def respondToFriendRequest(
    caller: Caller, request: requests.RespondToFriendRequest
) -> friends.Friendship:
    """Accept or decline a friend request; its sender hears of it only when it is accepted."""
    answer = friends.accept if request.action == "accept" else friends.decline
    return answer(caller.uid, request.request_id)


@call(
    requests.AcceptFriendRequest,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="up to 7 reads, 8 writes, 5 deletes",
)
def acceptFriendRequest(
    caller: Caller, request: requests.AcceptFriendRequest
) -> friends.Friendship:
    """The same as respondToFriendRequest with `accept`."""
    return friends.accept(caller.uid, request.request_id)


@call(
    requests.DeclineFriendRequest,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="1 read, 1 write, 1 delete",
)
def declineFriendRequest(
    caller: Caller, request: requests.DeclineFriendRequest
) -> friends.Friendship:
    """The same as respondToFriendRequest with `decline`."""
    return friends.decline(caller.uid, request.request_id)


@call(
    requests.RemoveFriend,
    message="Friend removed",
    limit=per_minute(60),
    refusals=OTHERS,
    cost="5 reads, 9 writes, 4 deletes",
)
def removeFriend(caller: Caller, request: requests.RemoveFriend) -> friends.Friendship:
    """End a friendship both ways, or take back a friend request."""
    return friends.remove(caller.uid, UserId(request.friend_id))


@call(
    requests.BlockUser,
    message="User blocked",
    limit=per_minute(30),
    refusals=OTHERS,
    cost="2 reads, 7 writes, 1 delete and a task",
)
def blockUser(caller: Caller, request: requests.BlockUser) -> service.Block:
    """Block a user: neither exists for the other any more."""
    return service.block(caller.uid, UserId(request.target_user_id), request.reason)


@call(
    requests.UnblockUser,
    message="User unblocked",
    limit=per_minute(30),
    refusals=(NotYourself,),
    cost="1 read, up to 4 writes, 2 deletes and a task",
)
def unblockUser(caller: Caller, request: requests.UnblockUser) -> service.Block:
    """Take a block back. Follows that it ended stay ended."""
    return service.unblock(caller.uid, UserId(request.target_user_id))
