"""Refunds above what one of the staff sends back alone: proposed, and approved by another."""

from __future__ import annotations

import pytest

import main
from localstripe.api import Fault
from spaktok.coins.refusals import NotRefundable
from spaktok.coins.service import refunding
from spaktok.coins.service.refunding import Refunded, Sending
from spaktok.core import audit, clients
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users import roles
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.model import policy
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.refusals import ProposalChanged, ProposalDecided, ProposalExpired
from spaktok.wallet.service import approvals, auditing, reading
from tests.emulator.coins.conftest import start
from tests.support.edge import Sender
from tests.support.faults import Fault as Wire
from tests.support.faults import injected, nth
from tests.support.money import ledger
from tests.support.paying import Till
from tests.support.people import ANA, BEN, CARL, join
from tests.support.queue import Queue
from tests.support.threads import together
from tests.support.time import TestClock

ONE, OTHER = UserId("admin-one"), UserId("admin-other")
KEY = "refund-key-1"
PRICE, COINS = 9_999, 10_500


def buy(stripe: Till, package: str = "coins_10000") -> str:
    """10,500 coins for 99.99; the purchase."""
    purchase = start(package=package)
    stripe.pay(purchase)
    stripe.deliver()
    return purchase


def ask(purchase: str, minor: int | None = None, key: str = KEY, actor: UserId = ONE) -> Refunded:
    return refunding.refund(actor, purchase, "bought twice", key, minor)


def proposed(purchase: str, minor: int | None = None, key: str = KEY) -> str:
    """The proposal to refund it."""
    asked = ask(purchase, minor, key)
    assert (asked.status, asked.refund_id) == (Sending.PROPOSED, None)
    return str(asked.proposal_id)


def approve(proposal: str, actor: UserId = OTHER) -> Refunded:
    seen = str(approvals.ref(proposal).get().get("payloadHash"))
    return refunding.approve(actor, proposal, seen, "I see it too")


def sent(stripe: Till) -> list[int]:
    """What Stripe was told to send back."""
    return [one["amount"] for one in stripe.account.objects.all("refund")]


def untouched(stripe: Till) -> bool:
    refunds = list(clients.db().collection("coinRefunds").stream())
    return (sent(stripe), refunds, reading.load(ANA).coins) == ([], [], COINS)


def test_nobody_approves_the_refund_of_a_purchase_that_they_proposed(stripe: Till) -> None:
    """Control tried: without the comparison in `approvals.read` the money is gone."""
    proposal = proposed(buy(stripe))
    with pytest.raises(NotYourOwn):
        approve(proposal, ONE)
    assert untouched(stripe)


def test_nobody_proposes_or_approves_the_refund_of_their_own_purchase(stripe: Till) -> None:
    purchase = buy(stripe)
    with pytest.raises(NotYourOwn):
        ask(purchase, actor=ANA)
    with pytest.raises(NotYourOwn):
        approve(proposed(purchase), ANA)
    assert untouched(stripe)


def test_what_is_sent_back_is_what_the_other_has_seen(stripe: Till) -> None:
    proposal = proposed(buy(stripe), 6_000)
    with pytest.raises(ProposalChanged):
        refunding.approve(OTHER, proposal, "0" * 64, "without looking")
    seen = str(approvals.ref(proposal).get().get("payloadHash"))
    approvals.ref(proposal).update({"payload.amountMinor": PRICE})
    with pytest.raises(ProposalChanged):
        refunding.approve(OTHER, proposal, seen, "more than that")
    assert untouched(stripe)


def test_a_proposed_refund_of_a_purchase_ends_after_a_day(stripe: Till, time: TestClock) -> None:
    proposal = proposed(buy(stripe))
    time.pass_(hours=24)
    with pytest.raises(ProposalExpired):
        approve(proposal)
    assert untouched(stripe)


def test_a_rejected_or_unknown_refund_of_a_purchase_is_not_sent(stripe: Till) -> None:
    purchase = buy(stripe)
    proposal = proposed(purchase)
    approvals.reject(OTHER, proposal, "no")
    with pytest.raises(ProposalDecided):
        approve(proposal)
    with pytest.raises(NotFound):
        refunding.approve(OTHER, "0" * 32, "0" * 64, "what")
    correction = approvals.propose(ONE, "other-key", "adjustWallet", {"userId": ANA}, "no refund")
    with pytest.raises(NotFound):
        approve(correction.proposal_id)
    assert untouched(stripe)


def test_what_is_gone_meanwhile_is_not_refunded_again(stripe: Till) -> None:
    purchase = buy(stripe)
    both = [proposed(purchase, key=key) for key in (KEY, "refund-key-2")]
    assert approve(both[0]).status is Sending.SENT
    with pytest.raises(NotRefundable):
        approve(both[1])
    assert sent(stripe) == [PRICE]
    assert both[1] in {one.proposal_id for one in approvals.waiting(OTHER, 10, None).proposals}


def test_parts_add_up_to_what_one_may_send_back_alone(stripe: Till) -> None:
    """Control tried: reckoned part by part, one of the staff sends all of it."""
    assert policy.REFUND_ALONE_CENTS == 5_000
    purchase = buy(stripe)
    assert ask(purchase, 3_000, "refund-key-a").status is Sending.SENT
    assert ask(purchase, 2_000, "refund-key-b").status is Sending.SENT
    assert ask(purchase, 1, "refund-key-c").status is Sending.PROPOSED
    assert sorted(sent(stripe)) == [2_000, 3_000]
    # What was done alone is the same when it is asked for again.
    assert ask(purchase, 3_000, "refund-key-a").status is Sending.SENT
    assert len(sent(stripe)) == 2


def test_a_smaller_purchase_is_refunded_by_one(stripe: Till) -> None:
    done = ask(buy(stripe, "coins_5000"))
    assert (done.status, done.amount_minor, done.proposal_id) == (Sending.SENT, 4_999, None)


def test_one_key_is_one_proposal_until_it_is_approved_and_then_what_became_of_it(
    stripe: Till,
) -> None:
    purchase = buy(stripe)
    first = ask(purchase)
    assert ask(purchase) == first
    assert (first.status, first.amount_minor) == (Sending.PROPOSED, PRICE)
    with pytest.raises(KeyReused):
        ask(purchase, 6_000)
    done = approve(str(first.proposal_id))
    assert (done.status, done.amount_minor) == (Sending.SENT, PRICE)
    assert done.proposal_id == first.proposal_id
    assert approve(str(first.proposal_id)) == done
    assert ask(purchase) == done


def test_an_approved_refund_is_sent_once_and_audited_twice(stripe: Till) -> None:
    proposal = proposed(buy(stripe))
    approve(proposal)
    approve(proposal)
    stripe.deliver()
    assert sent(stripe) == [PRICE]
    assert len([one for one in ledger() if one.kind is Kind.REFUND]) == 1
    assert reading.load(ANA).coins == 0
    assert audit.verify() == []
    acts = [one.get("what") for one in clients.db().collection_group("entries").stream()]
    assert sorted(acts) == ["approve refundCoinPurchase", "propose refundCoinPurchase"]
    assert approvals.waiting(OTHER, 10, None).proposals == []
    assert auditing.everything() == []


@pytest.mark.parametrize("fault", [Wire.LOST_ACK, Wire.CLOSED, Wire.ABORTED])
def test_whatever_becomes_of_the_approvals_commit_the_money_goes_back_once(
    fault: Wire, stripe: Till
) -> None:
    proposal = proposed(buy(stripe))
    with injected(nth("commit", 0, fault)):
        approve(proposal)
    stripe.deliver()
    assert (sent(stripe), reading.load(ANA).coins) == ([PRICE], 0)


def test_many_approvals_at_once_send_one_refund(stripe: Till) -> None:
    proposal = proposed(buy(stripe))
    answers = together(4, lambda _: approve(proposal))
    assert {one.refund_id for one in answers} == {answers[0].refund_id}
    assert sent(stripe) == [PRICE]


def test_an_approved_refund_whose_answer_is_lost_is_finished_by_the_task(
    stripe: Till, queue: Queue, time: TestClock
) -> None:
    """F12: what is approved is recorded in the same commit, before the provider is asked."""
    proposal = proposed(buy(stripe))
    stripe.account.faults.append(Fault("lost", path="/v1/refunds", times=3))
    assert approve(proposal).status is Sending.REQUESTED
    time.pass_(minutes=5)
    queue.drain()
    assert sent(stripe) == [PRICE]
    assert approve(proposal).status is Sending.SENT


def test_the_staff_propose_and_approve_a_refund_by_the_calls(stripe: Till) -> None:
    join(CARL)
    purchase = buy(stripe)
    for uid in (BEN, CARL):
        clients.db().document(f"security/{uid}").update({"roles": [roles.Role.ADMIN]})
    asked = {"purchaseId": purchase, "reason": "bought twice", "idempotencyKey": KEY}
    waits = Sender(BEN).call(main.refundCoinPurchase, asked).data
    assert (waits["status"], waits["amountMinor"]) == ("proposed", PRICE)
    (listed,) = Sender(CARL).call(main.getPendingApprovals, {}).data["proposals"]
    assert listed["proposalId"] == waits["proposalId"]
    assert listed["payload"] == {
        "userId": ANA,
        "purchaseId": purchase,
        "amountMinor": PRICE,
        "currency": "usd",
    }
    body = {
        "proposalId": listed["proposalId"],
        "payloadHash": listed["payloadHash"],
        "reason": "I see it too",
    }
    assert Sender(ANA).call(main.approveCoinRefund, body).refused == "permission-denied"
    assert Sender(BEN).call(main.approveCoinRefund, body).refused == "not-your-own"
    assert Sender(CARL).call(main.approveCoinRefund, body).data["status"] == "sent"
