"""Refunds of the staff's, until the provider has them."""

from __future__ import annotations

from spaktok.coins.requests.staff import SendCoinRefund
from spaktok.coins.service import refunding
from spaktok.core import keys
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.endpoint.work import Delivery, job


@job(SendCoinRefund, rate=10, patience=MONEY, secrets=(keys.STRIPE_SECRET,))
def sendCoinRefund(task: SendCoinRefund, delivery: Delivery) -> None:  # noqa: ARG001 - once is enough
    """Have Stripe send a refund that was recorded, where that is not done yet."""
    refunding.send(task.refund_id)
