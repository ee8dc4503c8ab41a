"""What a buyer calls."""

from __future__ import annotations

from spaktok.coins.refusals import (
    DailyPurchaseLimit,
    PackageUnavailable,
    PaymentDeclined,
    PaymentsUnavailable,
    PurchaseClosed,
    TooManyOpenPurchases,
    VerificationRequired,
)
from spaktok.coins.requests.buying import CreatePaymentIntent, PurchaseCoins
from spaktok.coins.service import buying
from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour
from spaktok.core.refusal import KeyReused
from spaktok.safety.refusals import NotForYourAge
from spaktok.wallet.refusals import TooManyLots

_BUYING = (
    DailyPurchaseLimit,
    KeyReused,
    NotForYourAge,
    PackageUnavailable,
    PaymentDeclined,
    PaymentsUnavailable,
    PurchaseClosed,
    TooManyLots,
    TooManyOpenPurchases,
    VerificationRequired,
)


@call(
    PurchaseCoins,
    message="Pay on the page",
    sensitive=True,
    limit=per_hour(60).exact(fail_closed=True),
    secrets=(keys.STRIPE_SECRET,),
    refusals=_BUYING,
    cost="6 reads and 1 for each purchase of the day, 3 writes, 5 the first time",
)
def purchaseCoins(caller: Caller, request: PurchaseCoins) -> buying.Started:
    """Start buying a package of coins; they come when Stripe says that it was paid."""
    return buying.checkout(caller.uid, request)


@call(
    CreatePaymentIntent,
    message="Pay in the sheet",
    sensitive=True,
    limit=per_hour(60).exact(fail_closed=True),
    secrets=(keys.STRIPE_SECRET,),
    refusals=_BUYING,
    cost="6 reads and 1 for each purchase of the day, 3 writes, 5 the first time",
)
def createPaymentIntent(caller: Caller, request: CreatePaymentIntent) -> buying.SheetStarted:
    """Start buying a package of coins in the native payment sheet."""
    return buying.sheet(caller.uid, request, request.api_version)
