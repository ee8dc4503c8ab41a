"""Client calls of links."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.links import service
from spaktok.links.requests import ResolveDeepLink


@call(ResolveDeepLink, limit=per_minute(60), refusals=(NotFound,), cost="at most 6 reads")
def resolveDeepLink(caller: Caller, request: ResolveDeepLink) -> service.Target:
    """Say what a link opens for the caller, if it is there for them."""
    return service.resolve(caller.uid, request.link)
