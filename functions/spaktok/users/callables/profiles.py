"""Client calls of users: making and reading a profile."""

from spaktok.core import sealed
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import NotFound
from spaktok.safety.refusals import NotOldEnough
from spaktok.users import service
from spaktok.users.refusals import (
    ProfileExists,
    UsernameReserved,
    UsernameTaken,
)
from spaktok.users.requests import (
    CreateUserProfile,
    GetProfile,
)

sealed.check_at_start("createUserProfile")


@call(
    CreateUserProfile,
    message="Profile created",
    profile=False,
    sensitive=True,
    limit=per_hour(20).exact(per_block=500, fail_closed=True),
    refusals=(UsernameTaken, UsernameReserved, ProfileExists, NotOldEnough),
    cost="4 reads, 7 writes",
)
def createUserProfile(caller: Caller, request: CreateUserProfile) -> service.Created:
    """Make the signed-in account's profile and claim its username."""
    from spaktok.users import roles  # reading a profile needs none of it

    created = service.create_profile(caller.uid, caller.email, request)
    roles.mirror_soon(caller.uid)
    return created


@call(GetProfile, limit=per_minute(300), refusals=(NotFound,), cost="2 reads, 1 RPC")
def getProfile(caller: Caller, request: GetProfile) -> service.Profile:
    """Read a user's public profile."""
    return service.get_profile(caller.uid, UserId(request.user_id))


@call(GetProfile, limit=per_minute(300), refusals=(NotFound,), cost="2 reads, 1 RPC")
def getUserProfile(caller: Caller, request: GetProfile) -> service.Profile:
    """Another name of `getProfile`."""
    return service.get_profile(caller.uid, UserId(request.user_id))
