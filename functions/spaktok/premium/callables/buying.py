"""Client calls of premium: buying a slot, where the settings allow it."""

from __future__ import annotations

from spaktok.coins.refusals import PaymentDeclined, PaymentsUnavailable, PurchaseClosed
from spaktok.core import keys
from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day
from spaktok.core.refusal import KeyReused
from spaktok.premium.refusals import (
    NoSlotFree,
    NothingRenews,
    PremiumAlready,
    SlotOccupied,
    SlotsNotSold,
    TicketOpen,
)
from spaktok.premium.requests import CancelPremiumSubscription, PurchasePremiumSlot
from spaktok.premium.service import buying, ending
from spaktok.safety.refusals import NotForYourAge


@call(
    PurchasePremiumSlot,
    message="Pay on the page",
    sensitive=True,
    limit=per_day(20).exact(fail_closed=True),
    secrets=(keys.STRIPE_SECRET,),
    refusals=(
        KeyReused,
        NoSlotFree,
        NotForYourAge,
        PaymentDeclined,
        PaymentsUnavailable,
        PremiumAlready,
        PurchaseClosed,
        SlotOccupied,
        SlotsNotSold,
        TicketOpen,
    ),
    cost="6 reads, 5 writes; 6 the first time",
)
def purchasePremiumSlot(caller: Caller, request: PurchasePremiumSlot) -> buying.Ticketed:
    """Keep a premium slot for half an hour and start paying for it, or for its next term."""
    return buying.buy(caller.uid, request)


@call(
    CancelPremiumSubscription,
    message="Your slot is yours until the term is over",
    limit=per_day(20),
    secrets=(keys.STRIPE_SECRET,),
    refusals=(NothingRenews, PaymentDeclined, PaymentsUnavailable),
    cost="2 reads, 1 write",
)
def cancelPremiumSubscription(
    caller: Caller,
    request: CancelPremiumSubscription,  # noqa: ARG001 - it says nothing
) -> ending.Ending:
    """Keep one's premium slot until its term is over, and pay for no other."""
    return ending.cancel(caller.uid)
