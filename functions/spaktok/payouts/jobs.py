"""Work of payouts that no client waits for."""

from datetime import datetime

from spaktok.core import keys
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.payouts.requests import SubmitPayout
from spaktok.payouts.service import auditing, reconciling, sending

_SECRETS = (keys.SEALED_SECRET, keys.PAYPAL_SECRET, keys.STRIPE_SECRET)


@job(SubmitPayout, rate=20, patience=MONEY, secrets=_SECRETS)
def submitPayout(task: SubmitPayout, delivery: Delivery) -> None:  # noqa: ARG001
    """Send a withdrawal, or find out what became of it."""
    sending.advance(task.payout_id)


@schedule("every 10 minutes")
def sweepPayouts(at: datetime) -> None:
    """Look after withdrawals that are due: unsent, unanswered, under way, perhaps returned."""
    sending.sweep(at)


@schedule("every 60 minutes", secrets=(keys.STRIPE_SECRET,))
def reconcilePayments(at: datetime) -> None:
    """Compare purchases of coins and slots with Stripe's balance, as far as that has come of age."""
    from spaktok.payouts.service import incoming  # coins and slots, which no payout needs

    incoming.run(at)


@schedule("every day 05:00", secrets=(keys.PAYPAL_SECRET, keys.STRIPE_SECRET))
def reconcilePayouts(at: datetime) -> None:
    """Compare the ledger with open withdrawals, the provider's export and the bank's statement."""
    auditing.reservations()
    reconciling.run(at)
    reconciling.watch(at)
