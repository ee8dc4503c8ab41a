"""Tasks and schedules of coins."""

from __future__ import annotations

from datetime import datetime

from spaktok.coins.requests import AnswerConsumption, SendCoinRefund
from spaktok.coins.service import hearing, receipts, refunding
from spaktok.core import keys
from spaktok.core.endpoint.work import Delivery, job, schedule


@schedule("every day 03:20", secrets=(keys.STRIPE_SECRET,))
def pullStripeEvents(at: datetime) -> None:
    """Look for events of Stripe's that never came."""
    hearing.pull(at)


@schedule("every 15 minutes", secrets=(keys.STRIPE_SECRET,))
def closeCoinPurchases(at: datetime) -> None:
    """Close the purchases that nobody paid in time, having asked."""
    hearing.close_overdue(at)


@job(SendCoinRefund, rate=10, secrets=(keys.STRIPE_SECRET,))
def sendCoinRefund(task: SendCoinRefund, delivery: Delivery) -> None:  # noqa: ARG001 - once is enough
    """Have Stripe send a refund that was recorded, where that is not done yet."""
    refunding.send(task.refund_id)


@job(AnswerConsumption, rate=10, secrets=(keys.APPLE_SECRET,))
def answerConsumption(task: AnswerConsumption, delivery: Delivery) -> None:
    """Tell Apple, within twelve hours, how far a purchase was used that a buyer wants refunded."""
    receipts.answer(task, last=delivery.last)
