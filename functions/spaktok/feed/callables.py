"""Client calls of the feed."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.feed import service
from spaktok.feed.requests import GetUserFeed


@call(
    GetUserFeed,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, 1 RPC",
)
def getUserFeed(caller: Caller, request: GetUserFeed) -> service.FeedPage:
    """Read a page of what the accounts the caller follows have published, newest first."""
    return service.page(caller.uid, request.limit, request.cursor)
