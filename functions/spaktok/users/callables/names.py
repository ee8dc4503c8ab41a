"""Client calls of users: usernames."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour, per_minute
from spaktok.users import rename, service
from spaktok.users.refusals import (
    RenamedRecently,
    UsernameReserved,
    UsernameTaken,
)
from spaktok.users.requests import (
    ChangeUsername,
    CheckUsernameAvailability,
)


@call(CheckUsernameAvailability, profile=False, limit=per_minute(30), cost="1 read")
def checkUsernameAvailability(
    caller: Caller, request: CheckUsernameAvailability
) -> service.Availability:
    """Say whether the caller could claim a username at this moment."""
    return service.availability(caller.uid, request.username)


@call(
    ChangeUsername,
    message="Username changed",
    sensitive=True,
    limit=per_hour(20),
    refusals=(RenamedRecently, UsernameReserved, UsernameTaken),
    cost="3 reads, 5 writes, 1 delete and a task",
)
def changeUsername(caller: Caller, request: ChangeUsername) -> rename.Renamed:
    """Take another username. The old one is held for its owner for 60 days."""
    return rename.change_username(caller.uid, request.username)
