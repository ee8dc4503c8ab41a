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
from spaktok.coins.requests import (
    ConfirmCoinPurchase,
    CreatePaymentIntent,
    GetCoinPackages,
    PurchaseCoins,
)
from spaktok.coins.service import buying, catalogue, hearing
from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour, per_minute
from spaktok.core.refusal import KeyReused, NotFound
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
    GetCoinPackages,
    limit=per_minute(60),
    cost="none, or a read a package once a minute and instance",
)
def getCoinPackages(
    caller: Caller,
    request: GetCoinPackages,  # noqa: ARG001 - it says nothing
) -> catalogue.Offers:
    """List the packages of coins that are sold, with their prices."""
    return catalogue.offers(caller.uid)


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


@call(
    ConfirmCoinPurchase,
    sensitive=True,
    limit=per_minute(20),
    secrets=(keys.STRIPE_SECRET,),
    refusals=(NotFound, PaymentsUnavailable),
    cost="1 read where the coins have come; else up to 6 reads, 4 writes",
)
def confirmCoinPurchase(caller: Caller, request: ConfirmCoinPurchase) -> hearing.Confirmed:
    """Have the server ask whether a purchase was paid, and learn where it stands."""
    return hearing.confirm(caller.uid, request.purchase_id)
