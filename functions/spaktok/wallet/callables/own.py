"""Client calls of the wallet."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.keys import CURSOR_SECRET
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import KeyReused
from spaktok.wallet.requests import GetTransactionHistory, GetWallet, SetSpendingLimit
from spaktok.wallet.service import limits, statements


@call(GetWallet, limit=per_minute(60), cost="1 read")
def getWallet(
    caller: Caller,
    request: GetWallet,  # noqa: ARG001 - it says nothing
) -> statements.WalletView:
    """See one's coins and earnings, with what is held, when it matures and what is owed."""
    return statements.view(caller.uid)


@call(
    GetTransactionHistory,
    limit=per_minute(60),
    secrets=(CURSOR_SECRET,),
    cost="1 read a transaction, and 1",
)
def getTransactionHistory(caller: Caller, request: GetTransactionHistory) -> statements.History:
    """List the movements of one's own money, the latest first."""
    return statements.history(caller.uid, request.limit, request.cursor)


@call(
    SetSpendingLimit,
    message="Your limit is set",
    sensitive=True,
    limit=per_hour(20).exact(fail_closed=True),
    refusals=(KeyReused,),
    cost="2 reads, 3 writes",
)
def setSpendingLimit(caller: Caller, request: SetSpendingLimit) -> limits.LimitSet:
    """Limit the coins one can spend a day. Lower counts at once, higher after a day."""
    return limits.set_limit(caller.uid, request)
