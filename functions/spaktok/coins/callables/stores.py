"""What a buyer in an app store calls."""

from __future__ import annotations

from spaktok.coins.refusals import (
    PackageUnavailable,
    PaymentsUnavailable,
    ReceiptInvalid,
    ReceiptUsed,
)
from spaktok.coins.requests.stores import VerifyStorePurchase
from spaktok.coins.service import receipts
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour
from spaktok.safety.refusals import NotForYourAge
from spaktok.wallet.refusals import TooManyLots


@call(
    VerifyStorePurchase,
    message="Credited",
    sensitive=True,
    limit=per_hour(60).exact(fail_closed=True),
    refusals=(
        NotForYourAge,
        PackageUnavailable,
        PaymentsUnavailable,
        ReceiptInvalid,
        ReceiptUsed,
        TooManyLots,
    ),
    cost="up to 8 reads, 6 writes",
)
def verifyStorePurchase(caller: Caller, request: VerifyStorePurchase) -> receipts.Redeemed:
    """Redeem a purchase made in the App Store or in Google Play, once."""
    return receipts.redeem(caller.uid, request)
