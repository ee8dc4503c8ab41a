"""Actions of the wallet."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from spaktok.core import clock
from spaktok.core.refusal import Refusal
from spaktok.wallet.service import (
    arrivals,
    auditing,
    income,
    reading,
    recovering,
    revenue,
    reversals,
    spending,
    statements,
)
from spaktok.wallet.service.spending import Order
from tests.cost.actions.scene import Action, action
from tests.support import operations
from tests.support.money import buy
from tests.support.operations import fan, given, half, receiver
from tests.support.people import ANA, BEN

GIFTS = 100


@action("spend coins on a gift")
def _() -> Action:
    return operations.spend(ANA)


@action("spend coins again under the same key")
def _() -> Action:
    work = operations.spend(ANA)
    work()
    return work


@action("spend coins one does not have")
def _() -> Action:
    buy(ANA, 10)

    def work() -> None:
        with suppress(Refusal):
            operations.gift(ANA, coins=11)

    return work


@action("read a balance")
def _() -> Action:
    buy(ANA, 100)
    return lambda: statements.view(ANA)


@action("read a page of 20 transactions")
def _() -> Action:
    buy(ANA, 100)
    for number in range(21):
        spending.spend(ANA, f"g{number}", Order(1, BEN))
    return lambda: statements.history(ANA, 20, None)


@action("credit a purchase")
def _() -> Action:
    return operations.credit_purchase(ANA)


@action("grant promotional coins")
def _() -> Action:
    return operations.grant_promo(ANA)


@action("refund a purchase that was spent")
def _() -> Action:
    return operations.refund_of_spent(ANA)


@action("reserve earnings for a withdrawal")
def _() -> Action:
    return operations.reserve(ANA)


@action("reverse a gift in the ledger")
def _() -> Action:
    return operations.reverse_gift(ANA)


@action("share out a second of 100 gifts")
def _() -> Action:
    buy(ANA, GIFTS)
    for number in range(GIFTS):
        spending._here.clear()
        sent = spending.spend(ANA, f"g{number}", Order(1, receiver(ANA)))
    slot = income.slot_of(sent)
    return lambda: income.roll_up(slot, half)


@action("sweep the first income of a day")
def _() -> Action:
    income.roll_up(income.slot_of(given(ANA)), half)
    return lambda: income.sweep(ANA)


@action("sweep the income of a second")
def _() -> Action:
    income.roll_up(income.slot_of(given(ANA)), half)
    income.sweep(ANA)
    buy(fan(ANA), 100, key="p2")
    income.roll_up(income.slot_of(spending.spend(fan(ANA), "g2", Order(100, ANA))), half)
    return lambda: income.sweep(ANA)


@action("tell of a day's earnings")
def _() -> Action:
    income.roll_up(income.slot_of(given(ANA)), half)
    income.sweep(ANA)
    (day,) = reading.load(ANA).pending
    return lambda: arrivals.tell(ANA, day)


@action("sweep where nothing came")
def _() -> Action:
    return lambda: income.sweep(ANA)


@action("reverse the gifts of a refunded purchase")
def _() -> Action:
    lot = operations.refund_of_spent(ANA)().facts["lotId"]
    return lambda: reversals.follow(ANA, lot)


@action("approve a correction")
def _() -> Action:
    return operations.adjust_coins(ANA)


@action("audit a wallet of 10 new entries")
def _() -> Action:
    buy(ANA, 100)
    for number in range(9):
        spending.spend(ANA, f"g{number}", Order(1, BEN))
    return lambda: auditing.wallet(ANA)


@action("audit a minute without gifts")
def _() -> Action:
    until = clock.now()
    return lambda: recovering.left_behind(until - timedelta(minutes=1), until, until)


@action("read the books of a week")
def _() -> Action:
    return lambda: revenue.books("2026-03-01", "2026-03-07")


@action("sum a lane of a day without entries")
def _() -> Action:
    revenue.begin("2026-03-01", clock.now())
    return lambda: revenue.walk("2026-03-01", "own-0", 1, "")
