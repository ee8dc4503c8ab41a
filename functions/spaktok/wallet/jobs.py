"""Work of the wallet that no client waits for."""

from __future__ import annotations

from datetime import datetime

from spaktok.core import clock, dispatch
from spaktok.core.endpoint.declaration import MONEY
from spaktok.core.endpoint.work import Delivery, job, schedule
from spaktok.wallet.model.wallet import day_of
from spaktok.wallet.requests import (
    AuditWallets,
    ReverseGifts,
    RollUpRevenue,
    SweepIncome,
    TellEarnings,
)
from spaktok.wallet.service import (
    arrivals,
    auditing,
    heartbeat,
    income,
    recovering,
    reversals,
)
from spaktok.wallet.service.auditing import Progress


@job(SweepIncome, rate=500, patience=MONEY)
def sweepIncome(task: SweepIncome, _: Delivery) -> None:
    """Move a receiver's shared income into the wallet, once a second at most."""
    clock.wait_until(task.run_at)
    income.sweep(task.uid)


@job(TellEarnings)
def tellEarnings(task: TellEarnings, _: Delivery) -> None:
    """Tell a creator that the gifts of a day that is over have earned something."""
    arrivals.tell(task.uid, task.day)


@job(ReverseGifts, patience=MONEY)
def reverseGifts(task: ReverseGifts, _: Delivery) -> None:
    """Reverse what creators earned from a purchase that was refunded, or restore it."""
    for entry in reversals.follow(task.uid, task.lot_id):
        income.committed(entry)


@schedule("every 1 minutes")
def auditIncome(at: datetime) -> None:
    """Find the gifts of past minutes that no roll-up holds, and income that nobody swept.

    Each hour also what nobody was told of: audits that stopped, tasks of money that failed to the last.
    """
    recovering.recover(at)
    if at.minute == 0:
        from spaktok.wallet.service import lost_work  # once an hour

        auditing.alarm(heartbeat.stale(at))
        lost_work.tell()


@schedule("every day 03:00")
def auditLedger(at: datetime) -> None:
    """Prove every wallet against its entries, and raise an alarm for what does not hold."""
    from spaktok.wallet.service import covering  # the day's books are for these three alone

    auditing.alarm([*heartbeat.stale(at), *covering.violations()])
    dispatch.send(auditing.page_task(Progress(day_of(at))))


@job(AuditWallets)
def auditWallets(task: AuditWallets, _: Delivery) -> None:
    """Prove the next wallets, and go on."""
    after = auditing.page(Progress(**task.model_dump()))
    if after is not None:
        dispatch.send(auditing.page_task(after))


@schedule("every day 01:30")
def beginRevenue(at: datetime) -> None:
    """Begin to roll up yesterday's ledger, and the last days that are not."""
    from spaktok.wallet.service import revenue

    revenue.catch_up(at)


@job(RollUpRevenue, rate=50)
def rollUpRevenue(task: RollUpRevenue, _: Delivery) -> None:
    """Sum the next pages of a lane of a day's ledger."""
    from spaktok.wallet.service import revenue

    revenue.walk(task.day, task.lane, task.run, task.cause)
