"""Client calls of progress."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound
from spaktok.progress.requests import (
    GetProfileAnalytics,
    GetUserAchievements,
    RecordProfileView,
    SetAchievementDisplayed,
)
from spaktok.progress.service import displaying, reading, visits


@call(
    RecordProfileView,
    limit=per_minute(120),
    refusals=(NotFound,),
    cost="2 reads, 2 writes, 2 RPCs",
)
def recordProfileView(caller: Caller, request: RecordProfileView) -> None:
    """Count that the caller looks at a profile; its owner learns how many did, never who."""
    visits.record(caller.uid, UserId(request.user_id), request.source)


@call(
    GetProfileAnalytics,
    limit=per_minute(30),
    refusals=(NotFound,),
    cost="1 read a day and 1, 1 RPC",
)
def getProfileAnalytics(caller: Caller, request: GetProfileAnalytics) -> reading.Analytics:
    """Read the caller's own reach over the last days, and how what they published does."""
    return reading.analytics(caller.uid, request.target_user_id, request.days)


@call(
    SetAchievementDisplayed,
    limit=per_minute(30),
    refusals=(NotFound,),
    cost="1 read, up to 2 writes",
)
def setAchievementDisplayed(
    caller: Caller, request: SetAchievementDisplayed
) -> displaying.Displayed:
    """Show an achievement of one's own as a badge on the profile, or hide it."""
    return displaying.display(caller.uid, request.achievement_id, shown=request.displayed)


@call(
    GetUserAchievements,
    limit=per_minute(60),
    refusals=(NotFound,),
    cost="1 read of one's own, 3 of another's",
)
def getUserAchievements(caller: Caller, request: GetUserAchievements) -> reading.Standing:
    """List what a user has reached."""
    return reading.achievements(caller.uid, UserId(request.user_id or caller.uid))
