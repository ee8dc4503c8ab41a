"""The staff's calls of trends."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.trends.model import HoldState
from spaktok.trends.requests import GetTrendCandidates, HoldTrend, ReleaseTrend
from spaktok.trends.service import holding

STAFF = (Role.MODERATOR, Role.ADMIN, Role.SUPERADMIN)


@call(
    HoldTrend,
    message="Held",
    roles=STAFF,
    limit=per_minute(120),
    cost="4 reads, up to 4 writes",
)
def holdTrend(caller: Caller, request: HoldTrend) -> holding.Decided:
    """Keep a video, hashtag or sound from trending. Recorded with the reason."""
    return holding.decide(caller.uid, request.kind, request.name, HoldState.HELD, request.reason)


@call(
    ReleaseTrend,
    message="Released",
    roles=STAFF,
    limit=per_minute(120),
    cost="4 reads, up to 4 writes",
)
def releaseTrend(caller: Caller, request: ReleaseTrend) -> holding.Decided:
    """Let a video, hashtag or sound trend. Recorded with the reason."""
    return holding.decide(
        caller.uid, request.kind, request.name, HoldState.RELEASED, request.reason
    )


@call(
    GetTrendCandidates,
    roles=STAFF,
    limit=per_minute(120),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, and 1 a candidate",
)
def getTrendCandidates(caller: Caller, request: GetTrendCandidates) -> holding.CandidatePage:
    """List what could trend and nobody has looked at."""
    return holding.candidates(caller.uid, request.kind, request.limit, request.cursor)
