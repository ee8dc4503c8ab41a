"""Client calls of graph: lists of people."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.graph import lists, requests
from spaktok.graph.refusals import AccountPrivate

CURSOR = (keys.CURSOR_SECRET,)


@call(
    requests.GetFollowRequests,
    limit=per_minute(60),
    secrets=CURSOR,
    cost="2 reads a person, and 2",
)
def getFollowRequests(caller: Caller, request: requests.GetFollowRequests) -> lists.RequestPage:
    """List who asks to follow the caller, newest first."""
    return lists.requests(caller.uid, request.limit, request.cursor)


@call(
    requests.GetFollowers,
    limit=per_minute(120),
    refusals=(NotFound, AccountPrivate),
    secrets=CURSOR,
    cost="2 reads a person, and 4",
)
def getFollowers(caller: Caller, request: requests.GetFollowers) -> lists.FollowerPage:
    """List who follows a user, newest first; of a private account, for its followers only."""
    return lists.followers(caller.uid, UserId(request.user_id), request.limit, request.cursor)


@call(
    requests.GetFollowing,
    limit=per_minute(120),
    refusals=(NotFound, AccountPrivate),
    secrets=CURSOR,
    cost="2 reads a person, and 4",
)
def getFollowing(caller: Caller, request: requests.GetFollowing) -> lists.FollowingPage:
    """List whom a user follows, newest first; of a private account, for its followers only."""
    return lists.following(caller.uid, UserId(request.user_id), request.limit, request.cursor)


@call(requests.GetFriends, limit=per_minute(60), secrets=CURSOR, cost="2 reads a person, and 2")
def getFriends(caller: Caller, request: requests.GetFriends) -> lists.FriendPage:
    """List the caller's friends, newest first."""
    return lists.friends(caller.uid, request.limit, request.cursor)


@call(
    requests.GetFriendRequests,
    limit=per_minute(60),
    secrets=CURSOR,
    cost="2 reads a person, and 4",
)
def getFriendRequests(caller: Caller, request: requests.GetFriendRequests) -> lists.FriendRequests:
    """List the friend requests that wait, sent and received, newest first."""
    return lists.friend_requests(
        caller.uid, request.limit, request.sent_cursor, request.received_cursor
    )


@call(
    requests.GetCloseFriendsList,
    limit=per_minute(60),
    secrets=CURSOR,
    cost="2 reads a person, and 2",
)
def getCloseFriendsList(
    caller: Caller, request: requests.GetCloseFriendsList
) -> lists.CloseFriendPage:
    """List the caller's close friends, newest first."""
    return lists.close_friends(caller.uid, request.limit, request.cursor)


@call(
    requests.GetMutedUsers,
    limit=per_minute(60),
    secrets=CURSOR,
    cost="2 reads a person, and 2",
)
def getMutedUsers(caller: Caller, request: requests.GetMutedUsers) -> lists.MutedPage:
    """List whom the caller mutes, newest first."""
    return lists.muted(caller.uid, request.limit, request.cursor)


@call(
    requests.GetBlockedUsers,
    limit=per_minute(60),
    secrets=CURSOR,
    cost="2 reads a person, and 1",
)
def getBlockedUsers(caller: Caller, request: requests.GetBlockedUsers) -> lists.BlockedPage:
    """List whom the caller blocks, newest first."""
    return lists.blocked(caller.uid, request.limit, request.cursor)
