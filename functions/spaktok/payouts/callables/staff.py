"""Client calls of payouts: what administrators do."""

from spaktok.core import keys
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.ids import UserId
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import NotFound
from spaktok.payouts.refusals import AlreadySent, ApprovedByYou
from spaktok.payouts.requests import (
    Decision,
    GetPendingPayouts,
    ImportBankStatement,
    ProcessPayout,
    ReviewPayoutAccount,
)
from spaktok.payouts.service import checks, deciding, reconciling
from spaktok.users.refusals import NotYourOwn

_ADMINS = (Role.ADMIN, Role.SUPERADMIN)


@call(
    ProcessPayout,
    roles=_ADMINS,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn, ApprovedByYou, AlreadySent),
    cost="4 reads, 6 writes and a task",
)
def processPayout(caller: Caller, request: ProcessPayout) -> deciding.Processed:
    """Approve a withdrawal or reject it; two approve what is above a limit or looks like a ring."""
    if request.action is Decision.APPROVE:
        return deciding.approve(caller.uid, request.payout_id, request.note)
    return deciding.reject(caller.uid, request.payout_id, request.note or "")


@call(
    GetPendingPayouts,
    roles=_ADMINS,
    sensitive=True,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a withdrawal, 1 more with signs, and 1",
)
def getPendingPayouts(caller: Caller, request: GetPendingPayouts) -> deciding.PendingPage:
    """List the withdrawals that wait for a decision, oldest first."""
    return deciding.pending(caller.uid, request.limit, request.cursor)


@call(
    ReviewPayoutAccount,
    roles=_ADMINS,
    sensitive=True,
    recent_sign_in=True,
    limit=per_minute(60),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotFound, NotYourOwn),
    cost="2 reads, 3 writes",
)
def reviewPayoutAccount(caller: Caller, request: ReviewPayoutAccount) -> checks.Reviewed:
    """Record what a check of an account came to: identity, tax form, sanctions, bank account."""
    user = UserId(request.user_id)
    return checks.review(caller.uid, user, request.check, request.outcome, request.reason)


@call(
    ImportBankStatement,
    roles=_ADMINS,
    sensitive=True,
    recent_sign_in=True,
    limit=per_hour(100),
    cost="1 write a line",
)
def importBankStatement(
    caller: Caller,  # noqa: ARG001 - any administrator may
    request: ImportBankStatement,
) -> reconciling.Imported:
    """Take over lines of the bank's statement, for the daily comparison."""
    return reconciling.import_bank(request.lines)
