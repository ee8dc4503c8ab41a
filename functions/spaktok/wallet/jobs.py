"""Work of the wallet that no client waits for."""

from __future__ import annotations

from spaktok.core import clock
from spaktok.core.endpoint.work import Delivery, job
from spaktok.wallet.requests import ReverseGifts, SweepIncome
from spaktok.wallet.service import income, reversals


@job(SweepIncome, rate=500)
def sweepIncome(task: SweepIncome, _: Delivery) -> None:
    """Move a receiver's shared income into the wallet, once a second at most."""
    clock.wait_until(task.run_at)
    income.sweep(task.uid)


@job(ReverseGifts)
def reverseGifts(task: ReverseGifts, _: Delivery) -> None:
    """Reverse what creators earned from a purchase that was refunded, or restore it."""
    for entry in reversals.follow(task.uid, task.lot_id):
        income.committed(entry)
