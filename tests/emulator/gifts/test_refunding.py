"""Gifts that the staff refunds: small ones by one of them, large ones by two."""

from __future__ import annotations

import pytest

import main
from spaktok.core import audit, clients, dispatch
from spaktok.core.ids import UserId
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.gifts.service import refunding
from spaktok.gifts.service.refunding import Outcome, Refund
from spaktok.users import roles
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.model import policy
from spaktok.wallet.model.entry import Kind
from spaktok.wallet.refusals import ProposalChanged, ProposalDecided, ProposalExpired
from spaktok.wallet.service import approvals, auditing, reading
from tests.support.edge import Sender, emulate, forget_app
from tests.support.faults import Fault, injected, nth
from tests.support.giving import give, rich, settle
from tests.support.money import buy, ledger
from tests.support.people import ANA, BEN, CARL, DINA, join
from tests.support.queue import Queue
from tests.support.sample import some
from tests.support.threads import together
from tests.support.time import TestClock

LARGE = 51
"""Stars of 100 coins."""
KEY = "refund-key-1"


@pytest.fixture(autouse=True)
def _world() -> None:
    rich(ANA)
    join(BEN, CARL, DINA)


def undos() -> list[str]:
    return [entry.id for entry in ledger() if entry.kind is Kind.UNDO]


def large(stars: int = LARGE) -> str:
    """A gift that one of the staff does not refund alone."""
    return give(gift_id="star", quantity=stars).transaction_id


def proposed(gift: str, actor: UserId = CARL, key: str | None = KEY) -> str:
    """The proposal to refund it."""
    asked = refunding.refund(actor, gift, "sent by a child", key)
    assert asked.status is Outcome.PROPOSED
    return str(asked.proposal_id)


def payload_hash(proposal: str) -> str:
    """What whoever approves has seen."""
    return str(approvals.ref(proposal).get().get("payloadHash"))


def approve(proposal: str, actor: UserId = DINA) -> Refund:
    return refunding.approve(actor, proposal, payload_hash(proposal), "I see it too")


# ---- Two for a large one


def test_nobody_approves_the_refund_they_proposed() -> None:
    """Control tried: without the comparison in `approvals.read` the coins are back."""
    proposal = proposed(large())
    with pytest.raises(NotYourOwn):
        approve(proposal, CARL)
    assert undos() == []


@pytest.mark.parametrize("actor", [ANA, BEN])
def test_nobody_proposes_or_approves_the_refund_of_a_gift_of_their_own(actor: UserId) -> None:
    gift = large()
    with pytest.raises(NotYourOwn):
        refunding.refund(actor, gift, "mine", KEY)
    with pytest.raises(NotYourOwn):
        approve(proposed(gift), actor)
    assert undos() == []


def test_what_is_approved_of_a_refund_is_what_was_seen() -> None:
    """Control tried: without the comparison of hashes what nobody saw is carried out."""
    proposal = proposed(large())
    with pytest.raises(ProposalChanged):
        refunding.approve(DINA, proposal, "0" * 64, "without looking")
    seen = payload_hash(proposal)
    approvals.ref(proposal).update({"payload.transactionId": large(1)})
    with pytest.raises(ProposalChanged):
        refunding.approve(DINA, proposal, seen, "another gift")
    assert undos() == []


def test_a_proposed_refund_ends_after_a_day(time: TestClock) -> None:
    proposal = proposed(large())
    time.pass_(hours=24)
    with pytest.raises(ProposalExpired):
        approve(proposal)
    assert undos() == []


def test_a_rejected_or_unknown_refund_is_not_approved() -> None:
    gift = large()
    proposal = proposed(gift)
    approvals.reject(DINA, proposal, "no")
    with pytest.raises(ProposalDecided):
        approve(proposal)
    with pytest.raises(NotFound):
        refunding.approve(DINA, "0" * 32, "0" * 64, "what")
    correction = approvals.propose(CARL, "other-key", "adjustWallet", {"userId": ANA}, "no refund")
    with pytest.raises(NotFound):
        approve(correction.proposal_id)
    assert undos() == []
    # It can be proposed anew.
    assert approve(proposed(gift, key="refund-key-2")).coins == LARGE * 100


def test_one_key_is_one_proposal_of_a_refund_and_another_gift_under_it_is_refused() -> None:
    gift = large()
    assert proposed(gift) == proposed(gift)
    buy(ANA, 10_000, key="more")
    with pytest.raises(KeyReused):
        proposed(large())


def test_the_limit_is_what_one_may_refund_alone() -> None:
    """Controls tried: with the limit out of reach the large one is refunded at once; with `>=` in its
    comparison, the one of just the limit waits for another."""
    assert policy.REFUND_ALONE_COINS == 5_000
    small = give(gift_id="star", quantity=50).transaction_id
    assert refunding.refund(CARL, small, "sent by a child").status is Outcome.REFUNDED
    gift = large()
    waits = refunding.refund(CARL, gift, "sent by a child", KEY)
    assert (waits.status, waits.coins, waits.transaction_id) == (Outcome.PROPOSED, 5_100, None)
    assert reading.load(ANA).coins == 10_000 - 5_100


def test_an_approved_refund_is_carried_out_once_audited_twice_and_told_to_both(
    queue: Queue, time: TestClock
) -> None:
    gift = large()
    settle(queue, time)
    proposal = proposed(gift)
    done = approve(proposal)
    assert (done.status, done.coins, done.balance) == (Outcome.REFUNDED, 5_100, 10_000)
    assert approve(proposal) == done
    # Whoever asks again is told what became of it.
    assert refunding.refund(CARL, gift, "sent by a child", KEY) == done
    settle(queue, time)
    assert len(undos()) == 1
    assert _told_of_a_refund() == {ANA, BEN}
    assert reading.load(BEN).pending == {}
    assert audit.verify() == []
    acts = [one.get("what") for one in clients.db().collection_group("entries").stream()]
    assert sorted(acts) == ["approve refundGift", "propose refundGift"]
    assert approvals.waiting(DINA, 10, None).proposals == []
    assert auditing.everything() == []


@pytest.mark.parametrize("fault", [Fault.LOST_ACK, Fault.CLOSED, Fault.ABORTED])
def test_whatever_becomes_of_the_approvals_commit_it_is_one_refund(fault: Fault) -> None:
    proposal = proposed(large())
    with injected(nth("commit", 0, fault)):
        approve(proposal)
    assert (len(undos()), reading.load(ANA).coins) == (1, 10_000)


def test_many_approvals_at_once_are_one_refund() -> None:
    proposal = proposed(large())
    answers = together(some(8, short=4), lambda _: approve(proposal))
    assert len(set(answers)) == 1
    assert len(undos()) == 1


def test_the_staff_propose_and_approve_by_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    emulate(monkeypatch)
    gift = large()
    for uid in (CARL, DINA):
        clients.db().document(f"security/{uid}").update({"roles": [roles.Role.ADMIN]})
    asked = {"transactionId": gift, "reason": "sent by a child", "idempotencyKey": KEY}
    assert Sender(ANA).call(main.refundGift, asked).refused == "permission-denied"
    waits = Sender(CARL).call(main.refundGift, asked).data
    assert waits["status"] == "proposed"
    (listed,) = Sender(DINA).call(main.getPendingApprovals, {}).data["proposals"]
    assert listed["payload"] == {"userId": ANA, "transactionId": gift, "coins": 5_100}
    body = {
        "proposalId": listed["proposalId"],
        "payloadHash": listed["payloadHash"],
        "reason": "I see it too",
    }
    assert Sender(ANA).call(main.approveGiftRefund, body).refused == "permission-denied"
    assert Sender(CARL).call(main.approveGiftRefund, body).refused == "not-your-own"
    assert Sender(DINA).call(main.approveGiftRefund, body).data["status"] == "refunded"
    forget_app()


# ---- One for a small one


def test_the_staff_refunds_a_gift_at_any_time_with_a_reason_and_both_are_told(
    queue: Queue, time: TestClock
) -> None:
    gift = give(gift_id="star")
    settle(queue, time)
    time.pass_(days=3)
    done = refunding.refund(CARL, gift.transaction_id, "sent by a child")
    assert refunding.refund(CARL, gift.transaction_id, "sent by a child") == done
    settle(queue, time)
    assert (done.coins, reading.load(ANA).coins) == (100, 10_000)
    assert reading.load(BEN).pending == {}
    chain = audit.chain_of(CARL)
    (entry,) = clients.db().collection(f"audit/{chain}/entries").stream()
    assert (entry.get("what"), entry.get("reason")) == ("refundGift", "sent by a child")
    news = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    assert {one["userId"] for one in news if one["type"] == "gift_refund"} == {ANA, BEN}


def _told_of_a_refund() -> set[str]:
    news = [one.to_dict() or {} for one in clients.db().collection("notifications").stream()]
    return {one["userId"] for one in news if one["type"] == "gift_refund"}


def test_a_refunds_news_outlives_a_queue_that_is_away_and_an_instance_that_dies(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F15, I17: it is committed with the refund, which succeeds, and the sweeper sends it.

    Control tried: told after the commit alone, the call fails and nobody ever hears of it.
    """
    gift = give(gift_id="star")
    settle(queue, time)

    def away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(clients, "queue", away)
        refunding.refund(CARL, gift.transaction_id, "sent by a child")
    assert queue.names() == []
    time.pass_(minutes=2)
    dispatch.sweep()
    settle(queue, time)
    assert _told_of_a_refund() == {ANA, BEN}


@pytest.mark.parametrize("actor", [ANA, BEN])
def test_nobody_of_the_staff_refunds_a_gift_of_their_own(actor: str) -> None:
    """Control tried: without the comparison in `refunding._others` either side does."""
    gift = give()
    with pytest.raises(NotYourOwn):
        refunding.refund(actor, gift.transaction_id, "mine")  # type: ignore[arg-type]
    assert undos() == []
