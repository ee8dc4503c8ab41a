"""What the app stores want answered."""

from __future__ import annotations

from datetime import datetime

from spaktok.coins.requests.stores import AnswerConsumption
from spaktok.coins.service import receipts
from spaktok.core import keys
from spaktok.core.endpoint.work import Delivery, job, schedule


@schedule("every day 04:10", secrets=(keys.APPLE_SECRET,))
def reconcileStores(at: datetime) -> None:
    """Compare purchases with what Apple and Google list, and settle refunds that nobody told of."""
    from spaktok.coins.service import reconciling  # the ledger, which the other job does without

    reconciling.run(at)


@job(AnswerConsumption, rate=10, secrets=(keys.APPLE_SECRET,))
def answerConsumption(task: AnswerConsumption, delivery: Delivery) -> None:
    """Tell Apple, within twelve hours, how far a purchase was used that a buyer wants refunded."""
    receipts.answer(task, last=delivery.last)
