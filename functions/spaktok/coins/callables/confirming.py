"""What a client calls that has just paid."""

from __future__ import annotations

from spaktok.coins.refusals import PaymentsUnavailable
from spaktok.coins.requests.buying import ConfirmCoinPurchase
from spaktok.coins.service import confirming
from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_minute
from spaktok.core.refusal import NotFound


@call(
    ConfirmCoinPurchase,
    sensitive=True,
    limit=per_minute(20),
    secrets=(keys.STRIPE_SECRET,),
    refusals=(NotFound, PaymentsUnavailable),
    cost="1 read where the coins have come; else up to 6 reads, 4 writes",
)
def confirmCoinPurchase(caller: Caller, request: ConfirmCoinPurchase) -> confirming.Confirmed:
    """Have the server ask whether a purchase was paid, and learn where it stands."""
    return confirming.confirm(caller.uid, request.purchase_id)
