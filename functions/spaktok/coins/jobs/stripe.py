"""Looking after what Stripe was told, and did not tell."""

from __future__ import annotations

from datetime import datetime

from spaktok.coins.service import hearing
from spaktok.core import keys
from spaktok.core.endpoint.work import schedule


@schedule("every 60 minutes", secrets=(keys.STRIPE_SECRET,))
def pullStripeEvents(at: datetime) -> None:
    """Look for events of Stripe's that never came, an hour after the other."""
    hearing.pull(at)


@schedule("every 15 minutes", secrets=(keys.STRIPE_SECRET,))
def closeCoinPurchases(at: datetime) -> None:
    """Close the purchases that nobody paid in time, having asked, and send what refunds are unsent."""
    hearing.close_overdue(at)
    from spaktok.coins.service import unsent  # the staff's tools, which the webhook does without

    unsent.sweep(at)
