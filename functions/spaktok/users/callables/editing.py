"""Client calls of users: what an account shows of itself, and to whom."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour, per_minute
from spaktok.safety.refusals import NotForYourAge
from spaktok.users import editing, settings
from spaktok.users.refusals import (
    AccountTypeUnavailable,
    EditedRecently,
)
from spaktok.users.requests import (
    EditProfile,
    SetAccountPrivate,
    SetAccountType,
    UpdatePrivacySettings,
    UpdateProfile,
)


@call(
    UpdateProfile,
    message="Profile updated",
    limit=per_minute(30),
    refusals=(EditedRecently, NotForYourAge),
    cost="3 reads, 2 writes",
)
def updateProfile(caller: Caller, request: UpdateProfile) -> editing.Edited:
    """Edit the caller's profile: each public field at most once an hour."""
    return editing.update_profile(caller.uid, request)


@call(
    UpdateProfile,
    message="Profile updated",
    limit=per_minute(30),
    refusals=(EditedRecently, NotForYourAge),
    cost="3 reads, 2 writes",
)
def updateUserProfile(caller: Caller, request: UpdateProfile) -> editing.Edited:
    """Another name of `updateProfile`."""
    return editing.update_profile(caller.uid, request)


@call(
    EditProfile,
    message="Profile updated",
    limit=per_minute(30),
    refusals=(EditedRecently, NotForYourAge),
    cost="3 reads, up to 5 writes; as setAccountPrivate where the account opens or closes",
)
def editProfile(caller: Caller, request: EditProfile) -> editing.Edited:
    """Another name of `updateProfile`, with the switch of `setAccountPrivate`."""
    private = None if request.public_mode is None else not request.public_mode
    return editing.update_profile(caller.uid, request, private=private)


@call(
    SetAccountType,
    limit=per_hour(20),
    refusals=(AccountTypeUnavailable,),
    cost="1 read, 1 write",
)
def setAccountType(caller: Caller, request: SetAccountType) -> editing.Typed:
    """Choose what kind of account it is."""
    return editing.set_account_type(
        caller.uid, request.account_type, email_verified=caller.email_verified
    )


@call(
    SetAccountPrivate,
    limit=per_minute(20),
    refusals=(NotForYourAge,),
    cost="3 reads, 3 writes, 1 delete and a task; 1 read, 1 write a video, 400 at most",
)
def setAccountPrivate(caller: Caller, request: SetAccountPrivate) -> settings.Privacy:
    """Make the account private, or public. Followers stay."""
    return settings.set_private(caller.uid, private=request.is_private)


@call(
    UpdatePrivacySettings,
    limit=per_minute(20),
    refusals=(NotForYourAge,),
    cost="3 reads, 1 write; as setAccountPrivate where the account's privacy changes",
)
def updatePrivacySettings(caller: Caller, request: UpdatePrivacySettings) -> settings.Privacy:
    """Change who may see, find and reach the account."""
    return settings.update(caller.uid, request.privacy_settings.changes())
