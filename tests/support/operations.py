"""Every operation of the wallet, as a scene and the operation itself: for crash points and costs.

Between them they make an entry of every kind but that of the platform's own chain.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from spaktok.core import clients, clock
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry
from spaktok.wallet.requests import SetSpendingLimit
from spaktok.wallet.service import (
    adjusting,
    closing,
    crediting,
    income,
    limits,
    refunds,
    reversals,
    services,
    spending,
    withdrawals,
)
from spaktok.wallet.service.adjusting import Adjustment
from spaktok.wallet.service.services import Service
from spaktok.wallet.service.spending import Order
from tests.support.crashes import Operation, Scenes
from tests.support.money import buy

OPERATIONS = Scenes()
ADMIN, OTHER = "admin", "other-admin"
SLOT = Service("slot_1", Account.STRIPE)
PRICE, FEE = 9_900_000, 317_000
"""Of a slot, in micro-USD."""


def half(_: str, __: datetime) -> int:
    return 5000


def fan(uid: str) -> str:
    """Who gives to `uid`."""
    return f"fan-of-{uid}"


def receiver(uid: str) -> str:
    """Whom `uid` gives to."""
    return f"star-of-{uid}"


def gift(uid: str, key: str = "g1", coins: int = 30) -> Entry:
    return spending.spend(uid, key, Order(coins, receiver(uid)))


def given(uid: str, micro: int = 1_000_000) -> Entry:
    """`uid` was given what is worth that much."""
    buy(fan(uid), 100, key="p1", gross=micro, fee=0)
    return spending.spend(fan(uid), "g1", Order(100, uid))


def matured(uid: str, micro: int = 1_000_000) -> None:
    """`uid` has that much to withdraw. (By hand: the time of a real gift is the database's.)"""
    adjust(uid, Adjusted.EARNINGS, micro, "matured")()


def adjust(uid: str, what: Adjusted, amount: int, key: str) -> Operation:
    clients.db().collection("users").document(uid).set({"userId": uid}, merge=True)
    proposal = adjusting.propose(
        ADMIN, f"{uid}-{key}", Adjustment(uid, what, amount), "a correction"
    )
    return lambda: adjusting.approve(OTHER, proposal.proposal_id, proposal.payload_hash, "agreed")


@OPERATIONS.of()
def spend(uid: str) -> Operation:
    buy(uid, 100)
    return lambda: gift(uid)


@OPERATIONS.of()
def spend_on_a_service(uid: str) -> Operation:
    buy(uid, 100)
    return lambda: spending.spend(uid, "s1", Order(30))


@OPERATIONS.of()
def credit_purchase(uid: str) -> Operation:
    return lambda: buy(uid, 100)


@OPERATIONS.of()
def credit_purchase_into_debt(uid: str) -> Operation:
    refund_of_spent(uid)()
    return lambda: buy(uid, 200, key="p2")


@OPERATIONS.of()
def grant_promo(uid: str) -> Operation:
    until = clock.now() + timedelta(days=3)
    return lambda: crediting.grant_promo(uid, "ad-1", 5, "adReward", expires_at=until)


@OPERATIONS.of()
def refund_of_unspent(uid: str) -> Operation:
    lot = buy(uid, 100).facts["lotId"]
    return lambda: refunds.refund_purchase(uid, "r1", lot, 99)


@OPERATIONS.of()
def refund_of_spent(uid: str) -> Operation:
    lot = buy(uid, 100).facts["lotId"]
    gift(uid)
    return lambda: refunds.refund_purchase(uid, "r1", lot, 99)


@OPERATIONS.of()
def hold_dispute(uid: str) -> Operation:
    lot = buy(uid, 100).facts["lotId"]
    gift(uid)
    return lambda: refunds.hold_dispute(uid, "d1", lot, 99, fee_micro=15_000_000)


@OPERATIONS.of()
def dispute_won(uid: str) -> Operation:
    lot = hold_dispute(uid)().facts["lotId"]
    return lambda: refunds.resolve_dispute(uid, "d1", lot, won=True)


@OPERATIONS.of()
def dispute_lost(uid: str) -> Operation:
    lot = hold_dispute(uid)().facts["lotId"]
    return lambda: refunds.resolve_dispute(uid, "d1", lot, won=False)


@OPERATIONS.of()
def reserve(uid: str) -> Operation:
    matured(uid)
    return lambda: withdrawals.reserve(uid, "w1", 600_000)


@OPERATIONS.of()
def release(uid: str) -> Operation:
    reserve(uid)()
    return lambda: withdrawals.release(uid, "w1")


@OPERATIONS.of()
def settle(uid: str) -> Operation:
    reserve(uid)()
    return lambda: withdrawals.settle(uid, "w1", Account.PAYPAL, fee_micro=20_000)


@OPERATIONS.of()
def returned(uid: str) -> Operation:
    settle(uid)()
    return lambda: withdrawals.returned(uid, "w1", Account.PAYPAL, 580_000)


@OPERATIONS.of()
def cost_returned(uid: str) -> Operation:
    reserve(uid)()
    withdrawals.settle(uid, "w1", Account.PAYPAL, fee_micro=20_000, cost_micro=7_000)
    withdrawals.returned(uid, "w1", Account.PAYPAL, 580_000)
    return lambda: withdrawals.cost_returned(uid, "w1", Account.PAYPAL, 7_000)


@OPERATIONS.of()
def reverse_gift(uid: str) -> Operation:
    buy(uid, 100)
    sent = gift(uid)
    return lambda: reversals.reverse_gift(uid, sent.id, "undo")


@OPERATIONS.of("reverseGifts")
def follow_refund(uid: str) -> Operation:
    lot = refund_of_spent(uid)().facts["lotId"]
    return lambda: reversals.follow(uid, lot)


@OPERATIONS.of()
def roll_up(uid: str) -> Operation:
    slot = income.slot_of(given(uid))
    return lambda: income.roll_up(slot, half)


@OPERATIONS.of("sweepIncome")
def sweep(uid: str) -> Operation:
    roll_up(uid)()
    return lambda: income.sweep(uid)


@OPERATIONS.of("setSpendingLimit")
def set_limit(uid: str) -> Operation:
    request = SetSpendingLimit(coins=50, idempotency_key="limit-0001")
    return lambda: limits.set_limit(uid, request)


@OPERATIONS.of("approveAdjustment")
def adjust_coins(uid: str) -> Operation:
    return adjust(uid, Adjusted.COINS, 40, "goodwill")


@OPERATIONS.of()
def take_coins(uid: str) -> Operation:
    buy(uid, 100)
    return adjust(uid, Adjusted.COINS, -40, "mistake")


@OPERATIONS.of()
def owe_refund(uid: str) -> Operation:
    lot = refund_of_unspent(uid)().facts["lotId"]
    return lambda: refunds.owe_refund(uid, "re-1", lot, 99)


@OPERATIONS.of()
def reverse_refund(uid: str) -> Operation:
    lot = refund_of_spent(uid)().facts["lotId"]
    return lambda: refunds.reverse_refund(uid, "back-1", lot)


@OPERATIONS.of()
def restore_gift(uid: str) -> Operation:
    lot = hold_dispute(uid)().facts["lotId"]
    reversals.follow(uid, lot)
    refunds.resolve_dispute(uid, "d1", lot, won=True)
    return lambda: reversals.follow(uid, lot)


@OPERATIONS.of()
def sell_a_service(uid: str) -> Operation:
    return lambda: services.sell(uid, "pi-1", SLOT, PRICE, FEE)


@OPERATIONS.of()
def refund_a_service(uid: str) -> Operation:
    sell_a_service(uid)()
    return lambda: services.refund(uid, "pi-1:9900", SLOT, PRICE)


@OPERATIONS.of()
def owe_a_service(uid: str) -> Operation:
    refund_a_service(uid)()
    return lambda: services.owe(uid, "re-1", SLOT, PRICE)


@OPERATIONS.of()
def dispute_a_service(uid: str) -> Operation:
    sell_a_service(uid)()
    return lambda: services.dispute(uid, "du-1", SLOT, PRICE, 15_000_000)


@OPERATIONS.of()
def win_a_service(uid: str) -> Operation:
    dispute_a_service(uid)()
    return lambda: services.resolve(uid, "du-1", SLOT, PRICE, won=True)


@OPERATIONS.of()
def lose_a_service(uid: str) -> Operation:
    dispute_a_service(uid)()
    return lambda: services.resolve(uid, "du-1", SLOT, PRICE, won=False)


@OPERATIONS.of()
def close(uid: str) -> Operation:
    """With coins, and income that is shared and not swept."""
    buy(uid, 100)
    roll_up(uid)()
    return lambda: closing.close(uid)
