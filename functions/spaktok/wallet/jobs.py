"""Work of the wallet that no client waits for."""

from __future__ import annotations

from datetime import datetime

from spaktok.core import clock, dispatch
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.requests import AuditWallets, ReverseGifts, RollUpRevenue, SweepIncome
from spaktok.wallet.service import auditing, income, revenue, reversals


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


@schedule("every 1 minutes")
def auditIncome(at: datetime) -> None:
    """Find the gifts of a past minute that no roll-up holds, and income that nobody swept."""
    income.recover(at)


@schedule("every day 03:00")
def auditLedger(at: datetime) -> None:
    """Prove every wallet against its entries, and raise an alarm for what does not hold."""
    dispatch.send(auditing.page_task(day_of(at), None))


@job(AuditWallets)
def auditWallets(task: AuditWallets, _: Delivery) -> None:
    """Prove the next wallets, and go on."""
    after = auditing.page(task.after)
    if after is not None:
        dispatch.send(auditing.page_task(task.day, after))


@schedule("every day 01:30")
def beginRevenue(at: datetime) -> None:
    """Begin to roll up yesterday's ledger, and the last days that are not."""
    revenue.catch_up(at)


@job(RollUpRevenue, rate=50)
def rollUpRevenue(task: RollUpRevenue, _: Delivery) -> None:
    """Sum the next pages of a lane of a day's ledger."""
    revenue.walk(task.day, task.lane, task.run, task.cause)
