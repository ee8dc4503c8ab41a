"""Client calls of users."""

from spaktok.core import keys, sealed
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import NotFound
from spaktok.safety.refusals import NotForYourAge, NotOldEnough
from spaktok.users import editing, photos, rename, roles, service, settings
from spaktok.users.refusals import (
    AccountTypeUnavailable,
    EditedRecently,
    NotYourOwn,
    ProfileExists,
    RenamedRecently,
    UsernameReserved,
    UsernameTaken,
)
from spaktok.users.requests import (
    ChangeUsername,
    CheckUsernameAvailability,
    ConfirmProfileImageUpload,
    CreateUserProfile,
    EditProfile,
    GetProfile,
    SetAccountPrivate,
    SetAccountType,
    SetUserRole,
    UpdatePrivacySettings,
    UpdateProfile,
    UploadProfileImage,
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
    return service.create_profile(caller.uid, caller.email, request)


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


@call(GetProfile, limit=per_minute(300), refusals=(NotFound,), cost="2 reads, 1 RPC")
def getProfile(caller: Caller, request: GetProfile) -> service.Profile:
    """Read a user's public profile."""
    return service.get_profile(caller.uid, UserId(request.user_id))


@call(GetProfile, limit=per_minute(300), refusals=(NotFound,), cost="2 reads, 1 RPC")
def getUserProfile(caller: Caller, request: GetProfile) -> service.Profile:
    """Another name of `getProfile`."""
    return service.get_profile(caller.uid, UserId(request.user_id))


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
    cost="up to 6 reads, 5 writes",
)
def editProfile(caller: Caller, request: EditProfile) -> editing.Edited:
    """Another name of `updateProfile`, with the switch of `setAccountPrivate`."""
    if request.public_mode is not None:
        settings.set_private(caller.uid, private=not request.public_mode)
    return editing.update_profile(caller.uid, request)


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


@call(
    UploadProfileImage,
    message="Upload the file now",
    sensitive=True,
    limit=per_hour(20),
    cost="1 read, 2 writes",
)
def uploadProfileImage(caller: Caller, request: UploadProfileImage) -> photos.ImageTicket:
    """Ask for a place to upload a photo to; showing it follows by itself."""
    return photos.issue(caller.uid, request.image_type)


@call(
    ConfirmProfileImageUpload,
    limit=per_hour(60),
    refusals=(NotFound,),
    cost="2 reads, up to 2 writes and 1 delete",
)
def confirmProfileImageUpload(
    caller: Caller, request: ConfirmProfileImageUpload
) -> photos.ImageStatus:
    """Say that the file is there, and learn how far it has come."""
    return photos.confirm(caller.uid, request.file_name)


@call(
    SetUserRole,
    roles=(Role.SUPERADMIN,),
    sensitive=True,
    recent_sign_in=True,
    limit=per_hour(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn),
    cost="3 reads, 4 writes, 1 delete and a task",
)
def setUserRole(caller: Caller, request: SetUserRole) -> roles.Roles:
    """Make a user part of the staff in one role, or end it."""
    return roles.set_role(caller.uid, UserId(request.user_id), request.role, request.reason)
