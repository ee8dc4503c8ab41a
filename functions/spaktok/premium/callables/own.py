"""Client calls of premium: what everyone may ask."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_minute
from spaktok.premium.refusals import PremiumAlready
from spaktok.premium.requests import (
    CancelPremiumRequest,
    GetPremiumSlots,
    GetPremiumStatus,
    RequestPremiumAccount,
)
from spaktok.premium.service import views


@call(GetPremiumStatus, limit=per_minute(60), cost="3 reads, and 1 for whoever waits")
def getPremiumStatus(
    caller: Caller,
    request: GetPremiumStatus,  # noqa: ARG001 - it says nothing
) -> views.Status:
    """Show the caller's own premium state: the slot, the share, the place in the line."""
    return views.status(caller.uid)


@call(
    GetPremiumSlots,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="2 reads, and 1 a tenure of the page",
)
def getPremiumSlots(caller: Caller, request: GetPremiumSlots) -> views.Slots:
    """Show which slots are held since when, and which were: a public ledger without names."""
    return views.slots(caller.uid, request.limit, request.cursor)


@call(
    RequestPremiumAccount,
    message="You are in the line",
    limit=per_day(20),
    refusals=(PremiumAlready,),
    cost="4 reads, 1 write",
)
def requestPremiumAccount(
    caller: Caller,
    request: RequestPremiumAccount,  # noqa: ARG001 - it says nothing
) -> views.InLine:
    """Wait for a premium slot, first come first."""
    return views.wait(caller.uid)


@call(CancelPremiumRequest, limit=per_day(20), cost="1 read, 1 delete")
def cancelPremiumRequest(
    caller: Caller,
    request: CancelPremiumRequest,  # noqa: ARG001 - it says nothing
) -> views.OutOfLine:
    """Wait for a premium slot no more."""
    return views.leave(caller.uid)
