"""Money that goes back: refunds whole and in part, failed ones, disputes won and lost.

After every story the ledger's own sums are compared with the provider's ledger (I13) and with the law
of what is taken back (I10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import main
from localstripe.api import Fault
from localstripe.payments import DISPUTED, REFUND_FAILS
from spaktok.coins.refusals import NotRefundable
from spaktok.coins.service import refunding
from spaktok.coins.service.refunding import Sending
from spaktok.core import clients
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users import roles
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.refusals import DebtOpen
from spaktok.wallet.service import reading, spending
from spaktok.wallet.service.spending import Order
from tests.emulator.coins.conftest import start
from tests.support.edge import Sender
from tests.support.paying import Till
from tests.support.people import ANA, BEN
from tests.support.queue import Queue
from tests.support.time import TestClock

STAFF = UserId("staff")
PRICE, NET, COINS = 9_990_000, 9_400_000, 1010
KEY = "refund-key-1"


def entries() -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in clients.db().collection("transactions").stream()]


def total(account: str, unit: str = "usd_micro") -> int:
    """The sum of every posting to an account."""
    return sum(
        posting["amount"]
        for entry in entries()
        for posting in entry["postings"]
        if posting["account"] == account and posting["unit"] == unit
    )


@pytest.fixture(autouse=True)
def _the_books_agree(stripe: Till) -> Iterator[None]:
    """I1, I10 and I13, after every test."""
    yield
    for entry in entries():
        for unit in ("coins", "usd_micro"):
            moved = [one["amount"] for one in entry["postings"] if one["unit"] == unit]
            assert sum(moved) == 0, entry["kind"]
    # What came in, less what the provider kept of it: the balance, by its own lines.
    assert -total(Account.STRIPE) - total(Account.FEES) == stripe.received_micro()
    for entry in entries():
        facts = entry["facts"]
        if "refundedMicro" in facts:
            parts = facts["clawedMicro"] + facts["debtMicro"] + facts["lossMicro"]
            assert parts == facts["refundedMicro"] <= PRICE


def buy(stripe: Till, method: str = "pm_card_visa") -> tuple[str, str]:
    """1,010 coins for 9.99; the purchase and the payment."""
    purchase = start()
    payment = stripe.pay(purchase, method)
    stripe.deliver()
    return purchase, payment


def spend(coins: int, key: str = "gift-1") -> None:
    spending.spend(ANA, key, Order(coins, BEN))


def status(purchase: str) -> str:
    return str((clients.db().document(f"coinPurchases/{purchase}").get().to_dict() or {})["status"])


def test_a_refund_before_spending_burns_the_coins(stripe: Till) -> None:
    purchase, payment = buy(stripe)
    stripe.account.reversals.create_refund({"payment_intent": payment})
    stripe.deliver()
    wallet = reading.load(ANA)
    assert (wallet.coins, wallet.owed) == (0, 0)
    assert status(purchase) == "refunded"


def test_a_refund_after_spending_leaves_a_debt_that_blocks_gifts(stripe: Till) -> None:
    """Negative control: with `refund_purchase` not called, Ana kept her gifts and her money."""
    _, payment = buy(stripe)
    spend(505)
    stripe.account.reversals.create_refund({"payment_intent": payment})
    stripe.deliver()
    wallet = reading.load(ANA)
    assert wallet.coins == 0
    assert wallet.debt == PRICE // 2
    (refund,) = [one for one in entries() if one["kind"] == Kind.REFUND]
    assert refund["facts"]["clawedMicro"] == NET // 2
    with pytest.raises(DebtOpen):
        spend(1, "gift-2")


def test_what_is_bought_next_repays_the_debt_first(stripe: Till) -> None:
    _, payment = buy(stripe)
    spend(505)
    stripe.account.reversals.create_refund({"payment_intent": payment})
    stripe.deliver()
    buy(stripe)
    wallet = reading.load(ANA)
    assert wallet.debt == 0
    assert 0 < wallet.coins < COINS


def test_parts_are_refunded_by_what_they_add(stripe: Till) -> None:
    purchase, payment = buy(stripe)
    for minor, left in ((333, 674), (333, 337), (333, 0)):
        stripe.account.reversals.create_refund({"payment_intent": payment, "amount": minor})
        stripe.deliver()
        assert reading.load(ANA).coins == left
    assert status(purchase) == "refunded"


def test_two_parts_heard_of_late_and_backwards_are_the_same(stripe: Till) -> None:
    _, payment = buy(stripe)
    for minor in (100, 400):
        stripe.account.reversals.create_refund({"payment_intent": payment, "amount": minor})
    told = stripe.account.teller.deliveries()
    stripe.deliver(*reversed(told), *told)
    assert reading.load(ANA).coins == COINS - COINS * 500 // 999


def test_a_refund_heard_of_before_the_payment_is_both(stripe: Till) -> None:
    """F7: the first that we hear is `charge.refunded`."""
    purchase = start()
    payment = stripe.pay(purchase)
    stripe.account.reversals.create_refund({"payment_intent": payment})
    told = stripe.account.teller.deliveries()
    stripe.deliver(*(one for one in told if one.kind == "charge.refunded"))
    assert status(purchase) == "refunded"
    stripe.deliver(*told)
    assert reading.load(ANA).coins == 0


def test_a_refund_that_the_bank_sends_back_stays_owed(stripe: Till) -> None:
    purchase, payment = buy(stripe, REFUND_FAILS)
    refund = stripe.account.reversals.create_refund({"payment_intent": payment})
    stripe.deliver()
    stripe.account.reversals.fail_refund(refund["id"])
    stripe.deliver()
    assert total(Account.OWED) == PRICE
    assert reading.load(ANA).coins == 0
    assert status(purchase) == "refunded"


def test_a_dispute_holds_and_a_won_one_gives_everything_back(stripe: Till) -> None:
    purchase, payment = buy(stripe)
    spend(505)
    before = reading.load(ANA)
    dispute = stripe.account.reversals.open_dispute(payment)
    stripe.deliver()
    held = reading.load(ANA)
    assert (held.coins, held.held, held.owed) == (0, 505, PRICE // 2)
    assert status(purchase) == "disputed"
    with pytest.raises(DebtOpen):
        spend(1, "gift-2")
    stripe.account.reversals.close(dispute["id"], won=True)
    stripe.deliver()
    after = reading.load(ANA)
    assert (after.lots, after.held, after.owed, after.debt) == (before.lots, 0, 0, 0)
    assert status(purchase) == "completed"
    spend(1, "gift-2")


def test_a_lost_dispute_is_a_refund(stripe: Till) -> None:
    purchase, payment = buy(stripe)
    spend(505)
    dispute = stripe.account.reversals.open_dispute(payment)
    stripe.deliver()
    stripe.account.reversals.close(dispute["id"], won=False)
    stripe.deliver()
    wallet = reading.load(ANA)
    assert (wallet.coins, wallet.held, wallet.debt) == (0, 0, PRICE // 2)
    assert status(purchase) == "refunded"


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_that_is_first_heard_of_when_it_closes(won: bool, stripe: Till) -> None:
    """F7: `charge.dispute.closed` before `created`."""
    purchase, payment = buy(stripe, DISPUTED)
    dispute = stripe.account.reversals.open_dispute(payment)
    stripe.account.reversals.close(dispute["id"], won=won)
    told = stripe.account.teller.deliveries()
    stripe.deliver(*(one for one in told if one.kind == "charge.dispute.closed"))
    assert reading.load(ANA).coins == (COINS if won else 0)
    stripe.deliver(*told)
    assert reading.load(ANA).coins == (COINS if won else 0)
    assert status(purchase) == ("completed" if won else "refunded")


def test_an_inquiry_moves_nothing(stripe: Till) -> None:
    purchase, payment = buy(stripe)
    inquiry = stripe.account.reversals.open_dispute(payment, inquiry=True)
    stripe.deliver()
    assert (reading.load(ANA).coins, status(purchase)) == (COINS, "completed")
    stripe.account.reversals.close(inquiry["id"], won=False)
    stripe.deliver()
    assert (reading.load(ANA).coins, status(purchase)) == (COINS, "completed")


def test_a_dispute_of_what_was_refunded_in_part(stripe: Till) -> None:
    _, payment = buy(stripe)
    stripe.account.reversals.create_refund({"payment_intent": payment, "amount": 499})
    stripe.deliver()
    dispute = stripe.account.reversals.open_dispute(payment, 500)
    stripe.account.reversals.close(dispute["id"], won=False)
    stripe.deliver()
    assert reading.load(ANA).coins == 0


def test_a_refund_by_the_staff_is_recorded_first_and_sent_once(stripe: Till) -> None:
    purchase, _ = buy(stripe)
    done = [refunding.refund(STAFF, purchase, "bought twice", KEY, None) for _ in range(2)]
    assert done[0] == done[1]
    assert done[0].status is Sending.SENT
    assert (len(stripe.account.objects.all("refund")), status(purchase)) == (1, "refunded")
    with pytest.raises(KeyReused):
        refunding.refund(STAFF, purchase, "bought twice", KEY, 100)
    with pytest.raises(NotRefundable):
        refunding.refund(STAFF, purchase, "once more", "refund-key-2", None)
    stripe.deliver()
    assert len([one for one in entries() if one["kind"] == Kind.REFUND]) == 1


@pytest.mark.parametrize("kind", ["lost", "unsent", "503", "500"])
def test_a_refund_whose_answer_is_lost_is_finished_by_the_task_and_sent_once(
    kind: str, stripe: Till, queue: Queue, time: TestClock
) -> None:
    """F12. Negative control: with the key made anew for each attempt and nothing looked up, `lost` sent
    the money back twice."""
    purchase, _ = buy(stripe)
    stripe.account.faults.append(Fault(kind, path="/v1/refunds", times=3))
    done = refunding.refund(STAFF, purchase, "bought twice", KEY, None)
    assert done.status is Sending.REQUESTED
    time.pass_(hours=30)  # the vendor has forgotten the key
    queue.drain()
    assert len(stripe.account.objects.all("refund")) == 1
    assert status(purchase) == "refunded"
    assert refunding.refund(STAFF, purchase, "bought twice", KEY, None).status is Sending.SENT


def test_a_refund_that_stripe_declines_can_be_asked_for_again(stripe: Till) -> None:
    purchase, payment = buy(stripe)
    dispute = stripe.account.reversals.open_dispute(payment)
    assert refunding.refund(STAFF, purchase, "x", KEY, None).status is Sending.DECLINED
    stripe.account.reversals.close(dispute["id"], won=True)
    assert refunding.refund(STAFF, purchase, "x", "refund-key-2", None).status is Sending.SENT
    stripe.deliver()
    assert status(purchase) == "refunded"


def test_nothing_is_refunded_that_was_not_paid(stripe: Till) -> None:
    purchase = start()
    for unknown in (purchase, "nobodys"):
        with pytest.raises(NotFound):
            refunding.refund(STAFF, unknown, "x", KEY, None)
    paid, _ = buy(stripe)
    with pytest.raises(NotRefundable):
        refunding.refund(STAFF, paid, "x", KEY, 1000)
    with pytest.raises(NotYourOwn):
        refunding.refund(ANA, paid, "x", KEY, 1)
    assert stripe.account.objects.all("refund") == []


def test_a_refund_is_audited_with_its_reason_and_wants_the_role(stripe: Till) -> None:
    purchase, _ = buy(stripe)
    body = {"purchaseId": purchase, "reason": "bought twice", "idempotencyKey": KEY}
    assert Sender(ANA).call(main.refundCoinPurchase, body).refused == "permission-denied"
    clients.db().document(f"security/{BEN}").update({"roles": [roles.Role.ADMIN]})
    assert Sender(BEN).call(main.refundCoinPurchase, body).data["amountMinor"] == 999
    (act,) = clients.db().collection_group("entries").stream()
    assert (act.get("what"), act.get("target"), act.get("reason")) == (
        "refundCoinPurchase",
        ANA,
        "bought twice",
    )
