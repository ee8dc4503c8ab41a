"""Client calls of payouts: what creators do."""

from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_hour, per_minute
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.payouts.model.states import Method
from spaktok.payouts.refusals import (
    AlreadySent,
    ChecksMissing,
    DailyMaximum,
    MethodCoolingDown,
    NoPayoutMethod,
    PayoutsUnavailable,
    TooLittle,
)
from spaktok.payouts.requests import (
    CancelPayoutRequest,
    GetPayoutMethods,
    GetPayoutRequests,
    GetPayoutStatement,
    LinkPayPal,
    RequestPayout,
)
from spaktok.payouts.service import methods, requesting, statements
from spaktok.payouts.service.methods import Receiver
from spaktok.safety.refusals import NotForYourAge
from spaktok.wallet.refusals import DebtOpen, NotEnoughEarnings, TooManyReservations


@call(
    LinkPayPal,
    message="Linked",
    sensitive=True,
    recent_sign_in=True,
    limit=per_day(10).exact(fail_closed=True),
    secrets=(keys.AUDIT_SECRET,),
    refusals=(NotForYourAge,),
    cost="up to 3 reads, 4 writes",
)
def linkPayPal(caller: Caller, request: LinkPayPal) -> methods.Linked:
    """Have payouts go to a PayPal account. All but the first method wait for a cooldown."""
    kind = "email" if request.email is not None else "payer_id"
    receiver = Receiver(kind, request.email or request.payer_id or "")
    return methods.link(caller.uid, Method.PAYPAL, receiver)


@call(GetPayoutMethods, limit=per_minute(60), cost="1 read, and 1 a method")
def getPayoutMethods(
    caller: Caller,
    request: GetPayoutMethods,  # noqa: ARG001 - it says nothing
) -> methods.Methods:
    """Show where one's payouts may go, as hints, and what is still to be verified."""
    return methods.listed(caller.uid)


@call(
    RequestPayout,
    message="Your withdrawal waits for approval",
    sensitive=True,
    recent_sign_in=True,
    limit=per_hour(20).exact(fail_closed=True),
    secrets=(keys.STRIPE_SECRET,),
    refusals=(
        PayoutsUnavailable,
        TooLittle,
        NotForYourAge,
        NoPayoutMethod,
        MethodCoolingDown,
        ChecksMissing,
        DailyMaximum,
        NotEnoughEarnings,
        DebtOpen,
        TooManyReservations,
        KeyReused,
    ),
    cost="9 reads, 5 writes, and a read a gift that is looked at",
)
def requestPayout(caller: Caller, request: RequestPayout) -> requesting.Requested:
    """Withdraw matured earnings: the amount is reserved at once, and sent once approved."""
    return requesting.request(caller.uid, request)


@call(
    CancelPayoutRequest,
    message="Cancelled",
    sensitive=True,
    limit=per_hour(60).exact(fail_closed=True),
    refusals=(NotFound, AlreadySent),
    cost="3 reads, 4 writes",
)
def cancelPayoutRequest(caller: Caller, request: CancelPayoutRequest) -> requesting.Cancelled:
    """Take a withdrawal back before it is sent."""
    return requesting.cancel(caller.uid, request.payout_request_id)


@call(
    GetPayoutRequests,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="1 read a withdrawal, and 1",
)
def getPayoutRequests(caller: Caller, request: GetPayoutRequests) -> requesting.Page:
    """List one's own withdrawals, the latest first."""
    return requesting.listed(caller.uid, request.limit, request.cursor)


@call(
    GetPayoutStatement,
    limit=per_minute(10),
    secrets=(keys.AUDIT_SECRET,),
    cost="1 read a withdrawal of the month",
)
def getPayoutStatement(caller: Caller, request: GetPayoutStatement) -> statements.Statement:
    """Give the statement of a month, as data and as CSV, with a signed hash."""
    return statements.of(caller.uid, request.month)
