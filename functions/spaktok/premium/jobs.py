"""Tasks and schedules of premium: what follows from payments, and from time."""

from __future__ import annotations

from datetime import datetime

from spaktok.core import keys
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.premium.requests import (
    EndPremiumSubscription,
    SendPremiumRefund,
    SettlePremiumTicket,
)


@job(SettlePremiumTicket, rate=10, patience=MONEY, secrets=(keys.STRIPE_SECRET,))
def settlePremiumTicket(task: SettlePremiumTicket, delivery: Delivery) -> None:  # noqa: ARG001 - once is enough
    """Ask Stripe about the payment of a slot, and do what follows from it."""
    from spaktok.premium.service import hearing  # the ledger and Stripe: not to start with

    hearing.told(task)


@job(SendPremiumRefund, rate=10, patience=MONEY, secrets=(keys.STRIPE_SECRET,))
def sendPremiumRefund(task: SendPremiumRefund, delivery: Delivery) -> None:  # noqa: ARG001 - once is enough
    """Have Stripe send back what was paid for a slot that could not be had."""
    from spaktok.premium.service import paid

    paid.send_refund(task.ticket_id)


@job(EndPremiumSubscription, rate=10, patience=MONEY, secrets=(keys.STRIPE_SECRET,))
def endPremiumSubscription(task: EndPremiumSubscription, delivery: Delivery) -> None:  # noqa: ARG001 - once is enough
    """Have Stripe charge nothing more for a slot that is gone."""
    from spaktok.premium.service import ending

    ending.end(task.subscription_id)


@schedule("every 5 minutes", secrets=(keys.STRIPE_SECRET,))
def sweepPremiumSlots(at: datetime) -> None:
    """Free slots that nobody paid for or whose grace is over; ask Stripe for what is unasked."""
    from spaktok.premium.service import terms, unsent

    terms.sweep(at)
    unsent.sweep(at)
