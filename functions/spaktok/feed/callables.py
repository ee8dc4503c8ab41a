"""Client calls of the feed."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.shape import Nothing
from spaktok.feed import personal, service, tuning
from spaktok.feed.model import Mode
from spaktok.feed.pages import FeedPage
from spaktok.feed.requests import (
    GetFollowingFeed,
    GetUserFeed,
    MarkNotInterested,
    SeeLess,
    SetFeedPersonalisation,
)
from spaktok.safety.refusals import NotForYourAge


@call(
    GetUserFeed,
    limit=per_minute(120),
    refusals=(NotForYourAge,),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, 1 RPC; a session's first page 7 to 12 reads and 3 writes; "
    "without the last one's cursor up to 10 reads more",
)
def getUserFeed(caller: Caller, request: GetUserFeed) -> FeedPage:
    """Read a page of the feed. Nothing comes twice in a ranked feed, in whichever session.

    Keep `nextCursor`, and begin the next session with it and `refresh`.
    """
    if request.mode is Mode.FOLLOWING:
        return service.page(caller.uid, request.limit, request.cursor)
    return personal.page(
        caller.uid, request.limit, request.cursor, request.mode, refresh=request.refresh
    )


@call(
    GetFollowingFeed,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="3 reads, 1 RPC, and 2 reads a card that is for friends alone; 1 read, 2 writes more a day",
)
def getFollowingFeed(caller: Caller, request: GetFollowingFeed) -> FeedPage:
    """Read a page of what the accounts the caller follows have published, newest first."""
    return service.page(caller.uid, request.limit, request.cursor)


@call(MarkNotInterested, limit=per_minute(60), cost="1 read, 3 writes")
def markNotInterested(caller: Caller, request: MarkNotInterested) -> tuning.Tuned:
    """Never be shown a video again, and its author a little less."""
    return tuning.unwanted(caller.uid, request.video_id, active=request.action == "add")


@call(SeeLess, limit=per_minute(60), cost="1 read, 2 writes")
def seeLess(caller: Caller, request: SeeLess) -> tuning.Tuned:
    """Be shown less of a user, a hashtag or a sound."""
    kind, name = request.target
    return tuning.less(caller.uid, kind, name, active=request.action == "add")


@call(SetFeedPersonalisation, limit=per_minute(30), cost="1 write")
def setFeedPersonalisation(
    caller: Caller, request: SetFeedPersonalisation
) -> tuning.Personalisation:
    """Turn the profile that ranks the feed on or off."""
    return tuning.personalise(caller.uid, wanted=request.enabled)


@call(
    Nothing, message="The feed begins anew", limit=per_minute(10), cost="1 read, 2 writes, 1 delete"
)
def resetFeed(caller: Caller, request: Nothing) -> None:  # noqa: ARG001
    """Forget what the feed has learnt of the caller."""
    tuning.reset(caller.uid)
