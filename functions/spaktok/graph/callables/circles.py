"""Client calls of graph: whom a user keeps close, and whom they mute."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.graph import circles, requests
from spaktok.graph.refusals import NotYourself

OTHERS = (NotFound, NotYourself)


@call(
    requests.AddToCloseFriends,
    limit=per_minute(60),
    refusals=OTHERS,
    cost="2 reads, 2 writes",
)
def addToCloseFriends(caller: Caller, request: requests.AddToCloseFriends) -> circles.CloseFriend:
    """Put a user on the caller's list of close friends; nobody else learns of it."""
    return circles.add_close_friend(caller.uid, UserId(request.friend_id))


@call(
    requests.RemoveFromCloseFriends,
    limit=per_minute(60),
    refusals=(NotYourself,),
    cost="1 read, 2 writes, 1 delete",
)
def removeFromCloseFriends(
    caller: Caller, request: requests.RemoveFromCloseFriends
) -> circles.CloseFriend:
    """Take a user off the caller's list of close friends."""
    return circles.remove_close_friend(caller.uid, UserId(request.friend_id))


@call(
    requests.MuteUser,
    message="User muted",
    limit=per_minute(60),
    refusals=OTHERS,
    cost="2 reads, 4 writes",
)
def muteUser(caller: Caller, request: requests.MuteUser) -> circles.Mute:
    """Hear nothing of a user any more, for some hours or for good; they never learn of it."""
    return circles.mute(caller.uid, UserId(request.target_user_id), request.duration_hours)


@call(
    requests.UnmuteUser,
    message="User unmuted",
    limit=per_minute(60),
    refusals=(NotYourself,),
    cost="1 read, 2 writes, 1 delete",
)
def unmuteUser(caller: Caller, request: requests.UnmuteUser) -> circles.Mute:
    """Take a mute back."""
    return circles.unmute(caller.uid, UserId(request.target_user_id))
