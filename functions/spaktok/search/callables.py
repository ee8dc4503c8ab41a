"""Client calls of search."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.search.requests import SearchUsers
from spaktok.search.service import finding


@call(
    SearchUsers,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a result, and 1",
)
def searchUsers(caller: Caller, request: SearchUsers) -> finding.FoundPage:
    """Find users by handle or name; typos are forgiven where little else is found."""
    return finding.users(caller.uid, request.query, request.limit, request.cursor)
