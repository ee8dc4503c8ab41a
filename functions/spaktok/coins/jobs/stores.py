"""What the app stores want answered."""

from __future__ import annotations

from spaktok.coins.requests.stores import AnswerConsumption
from spaktok.coins.service import receipts
from spaktok.core import keys
from spaktok.core.endpoint.work import Delivery, job


@job(AnswerConsumption, rate=10, secrets=(keys.APPLE_SECRET,))
def answerConsumption(task: AnswerConsumption, delivery: Delivery) -> None:
    """Tell Apple, within twelve hours, how far a purchase was used that a buyer wants refunded."""
    receipts.answer(task, last=delivery.last)
