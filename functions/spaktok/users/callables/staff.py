"""Client calls of users: who is part of the staff."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_hour
from spaktok.core.refusal import NotFound
from spaktok.users import roles
from spaktok.users.refusals import (
    NotYourOwn,
)
from spaktok.users.requests import (
    SetUserRole,
)


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
