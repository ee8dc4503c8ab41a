"""Client calls of users."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import NotFound
from spaktok.users import service
from spaktok.users.refusals import ProfileExists, UsernameTaken
from spaktok.users.requests import CheckUsernameAvailability, CreateUserProfile, GetProfile


@call(
    CreateUserProfile,
    message="Profile created",
    profile=False,
    sensitive=True,
    limit=per_hour(20).exact(per_block=500, fail_closed=True),
    refusals=(UsernameTaken, ProfileExists),
    cost="3 reads, 6 writes",
)
def createUserProfile(caller: Caller, request: CreateUserProfile) -> service.Created:
    """Make the signed-in account's profile and claim its username."""
    return service.create_profile(caller.uid, caller.email, request)


@call(CheckUsernameAvailability, profile=False, limit=per_minute(30), cost="1 read")
def checkUsernameAvailability(
    caller: Caller,  # noqa: ARG001 - any signed-in user may ask
    request: CheckUsernameAvailability,
) -> service.Availability:
    """Say whether a username is free at this moment."""
    return service.availability(request.username)


@call(GetProfile, limit=per_minute(300), refusals=(NotFound,), cost="2 reads, 1 RPC")
def getProfile(caller: Caller, request: GetProfile) -> service.Profile:
    """Read a user's public profile."""
    return service.get_profile(caller.uid, UserId(request.user_id))
