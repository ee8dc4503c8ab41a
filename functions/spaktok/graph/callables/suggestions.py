"""Client calls of graph: people one may want to follow."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.graph import requests, suggestions


@call(requests.GetSuggestedUsers, limit=per_minute(10), cost="up to 241 reads")
def getSuggestedUsers(
    caller: Caller, request: requests.GetSuggestedUsers
) -> suggestions.Suggestions:
    """List users the caller may want to follow, those with the most mutual follows first."""
    return suggestions.suggest(caller.uid, request.limit)
