"""Client calls of verification."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_day, per_minute
from spaktok.core.refusal import NotFound
from spaktok.users.refusals import NotYourOwn
from spaktok.verification import service
from spaktok.verification.refusals import (
    AlreadyDecided,
    AlreadyVerified,
    NotEligible,
    RefusedRecently,
    RequestPending,
)
from spaktok.verification.requests import (
    ApproveVerification,
    GetPendingVerifications,
    RejectVerification,
    RequestVerification,
)

_STAFF = (Role.MODERATOR, Role.ADMIN, Role.SUPERADMIN)


@call(
    RequestVerification,
    message="Your request is being reviewed",
    sensitive=True,
    limit=per_day(10),
    refusals=(AlreadyVerified, RequestPending, RefusedRecently, NotEligible),
    cost="up to 7 reads, 3 writes",
)
def requestVerification(
    caller: Caller,
    request: RequestVerification,  # noqa: ARG001 - it says nothing
) -> service.Asked:
    """Ask for the verification badge."""
    return service.ask(caller.uid)


@call(
    ApproveVerification,
    message="Verified",
    roles=_STAFF,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, AlreadyDecided),
    cost="3 reads, 7 writes, 2 tasks",
)
def approveVerification(caller: Caller, request: ApproveVerification) -> service.Decided:
    """Give the badge to whoever asked for it."""
    user = UserId(request.user_id)
    return service.approve(caller.uid, user, request.request_id, request.reason)


@call(
    RejectVerification,
    message="Refused",
    roles=_STAFF,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, AlreadyDecided),
    cost="3 reads, 5 writes, a task",
)
def rejectVerification(caller: Caller, request: RejectVerification) -> service.Decided:
    """Refuse the badge; the user alone is told, and why."""
    user = UserId(request.user_id)
    return service.reject(caller.uid, user, request.request_id, request.reason)


@call(
    GetPendingVerifications,
    roles=_STAFF,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a request, and 1",
)
def getPendingVerifications(
    caller: Caller, request: GetPendingVerifications
) -> service.PendingPage:
    """List the requests that wait for a review, oldest first."""
    return service.waiting(caller.uid, request.limit, request.cursor)
