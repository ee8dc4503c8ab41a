"""Client calls of accounts."""

from spaktok.accounts.refusals import ExportNotReady
from spaktok.accounts.requests import (
    DeactivateAccount,
    DeleteAccount,
    ExportUserData,
    GetExportLink,
    GetSessions,
    ReactivateAccount,
    RegisterSession,
    RevokeAllSessions,
    RevokeSession,
)
from spaktok.accounts.service import exporting, leaving, links, presence, sessions
from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_hour, per_minute
from spaktok.core.refusal import NotFound


@call(
    RegisterSession,
    while_deactivated=True,
    limit=per_hour(60),
    cost="1 read; for a new sign-in 1 more, 1 a device, up to 2 writes and a notification",
)
def registerSession(caller: Caller, request: RegisterSession) -> sessions.Registered:
    """Name the device of this sign-in, for the owner to know it by. For every start of the app."""
    return sessions.register(caller, request)


@call(GetSessions, while_deactivated=True, limit=per_minute(30), cost="1 read a device")
def getSessions(caller: Caller, request: GetSessions) -> sessions.Sessions:  # noqa: ARG001
    """List the devices that are signed in."""
    return sessions.sessions(caller)


@call(
    RevokeSession,
    message="Signed out",
    sensitive=True,
    while_deactivated=True,
    limit=per_minute(30),
    cost="3 reads, 1 write, 1 delete",
)
def revokeSession(caller: Caller, request: RevokeSession) -> sessions.Revoked:
    """Sign one device out."""
    return sessions.revoke_one(caller, request.session_id)


@call(
    RevokeAllSessions,
    message="Signed out everywhere",
    sensitive=True,
    while_deactivated=True,
    limit=per_hour(20),
    cost="1 read, 2 writes, 1 delete and a task; 1 read and 1 delete a device",
)
def revokeAllSessions(caller: Caller, request: RevokeAllSessions) -> sessions.Revoked:  # noqa: ARG001
    """Sign every device out, this one too."""
    return sessions.revoke_all(caller.uid)


@call(
    DeactivateAccount,
    message="Account deactivated",
    sensitive=True,
    while_deactivated=True,
    limit=per_day(10),
    cost="3 reads, 3 writes, 1 delete and a task; 1 read and 1 write a public video, of at most 400",
)
def deactivateAccount(caller: Caller, request: DeactivateAccount) -> presence.Presence:  # noqa: ARG001
    """Go away until further notice: for others this account is one that never was."""
    return presence.deactivate(caller.uid)


@call(
    ReactivateAccount,
    message="Welcome back",
    sensitive=True,
    while_deactivated=True,
    limit=per_day(10),
    cost="as deactivateAccount",
)
def reactivateAccount(caller: Caller, request: ReactivateAccount) -> presence.Presence:  # noqa: ARG001
    """Return; everything is as it was."""
    return presence.reactivate(caller.uid)


@call(
    ExportUserData,
    message="Your data is being collected",
    sensitive=True,
    while_deactivated=True,
    limit=per_day(3).exact(),
    cost="2 reads, 3 writes, 1 delete and a task",
)
def exportUserData(caller: Caller, request: ExportUserData) -> exporting.Export:  # noqa: ARG001
    """Have all of one's data collected, as JSON and media with a manifest of hashes."""
    return exporting.request(caller.uid)


@call(
    GetExportLink,
    sensitive=True,
    while_deactivated=True,
    limit=per_hour(60),
    refusals=(NotFound, ExportNotReady),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, 1 a file, and 1",
)
def getExportLink(caller: Caller, request: GetExportLink) -> links.ExportLinks:
    """Links to the collected data, which die within 15 minutes."""
    return links.page(caller.uid, request.limit, request.cursor)


@call(
    DeleteAccount,
    message="Your account is being deleted",
    sensitive=True,
    recent_sign_in=True,
    while_deactivated=True,
    limit=per_day(10),
    cost="3 reads, 4 writes, 1 delete and a task; 1 read and 1 write a public video, of at most 400",
)
def deleteAccount(caller: Caller, request: DeleteAccount) -> leaving.Deletion:  # noqa: ARG001
    """Leave for good. Asks for a sign-in of the last minutes."""
    return leaving.request(caller.uid)
