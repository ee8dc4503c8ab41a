"""Client calls of premium: what administrators do."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import NotFound
from spaktok.premium.refusals import (
    HoldsAnotherSlot,
    NoSlotFree,
    NotTheHolder,
    NotTheirTurn,
    SlotOccupied,
    SlotUnknown,
)
from spaktok.premium.requests import (
    GetPremiumSettings,
    InitializePremiumSettings,
    ManagePremiumAccount,
    SlotAction,
    UpdatePremiumSettings,
)
from spaktok.premium.service import assigning, settings, views
from spaktok.users.refusals import NotYourOwn

_ADMINS = (Role.ADMIN, Role.SUPERADMIN)


@call(
    ManagePremiumAccount,
    roles=_ADMINS,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(
        NotFound,
        NotYourOwn,
        SlotUnknown,
        SlotOccupied,
        HoldsAnotherSlot,
        NoSlotFree,
        NotTheHolder,
        NotTheirTurn,
    ),
    cost="6 reads, 9 writes, 3 deletes and 2 tasks",
)
def managePremiumAccount(caller: Caller, request: ManagePremiumAccount) -> assigning.Managed:
    """Give a premium slot to an account, or take it from the account that holds it."""
    user, slot_id = UserId(request.user_id), request.slot_id
    if request.action is SlotAction.UNASSIGN or slot_id is None:
        return assigning.unassign(caller.uid, user, slot_id, request.reason)
    return assigning.assign(caller.uid, user, slot_id, request.reason, skip_line=request.skip_line)


@call(
    InitializePremiumSettings,
    roles=_ADMINS,
    sensitive=True,
    limit=per_hour(20),
    secrets=(keys.AUDIT_SECRET,),
    cost="2 reads, 3 writes",
)
def initializePremiumSettings(
    caller: Caller,
    request: InitializePremiumSettings,  # noqa: ARG001 - it says nothing
) -> settings.Configured:
    """Write the first version of the premium settings, unless there is one."""
    return settings.initialize(caller.uid)


@call(
    UpdatePremiumSettings,
    roles=_ADMINS,
    sensitive=True,
    recent_sign_in=True,
    limit=per_hour(20),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound,),
    cost="2 reads, 3 writes",
)
def updatePremiumSettings(caller: Caller, request: UpdatePremiumSettings) -> settings.Configured:
    """Change the shares or the number of slots, for gifts and slots from now on."""
    return settings.update(caller.uid, request)


@call(
    GetPremiumSettings,
    roles=_ADMINS,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, and 1 for everyone named",
)
def getPremiumSettings(caller: Caller, request: GetPremiumSettings) -> views.Overview:
    """Show the settings, who holds which slot, and who waits, first come first."""
    return views.overview(caller.uid, request.limit, request.cursor)
