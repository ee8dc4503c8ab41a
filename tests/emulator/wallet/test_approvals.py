"""Corrections by hand: proposed by one, approved by another, carried out once."""

from __future__ import annotations

import pytest

from spaktok.core import audit
from spaktok.core.refusal import KeyReused, NotFound
from spaktok.users.refusals import NotYourOwn
from spaktok.wallet.model.adjusting import Adjusted
from spaktok.wallet.refusals import (
    NotEnoughCoins,
    NotEnoughEarnings,
    ProposalChanged,
    ProposalDecided,
    ProposalExpired,
)
from spaktok.wallet.service import adjusting, approvals, auditing, reading, refunds, spending
from spaktok.wallet.service.adjusting import Adjustment
from spaktok.wallet.service.approvals import Proposal
from spaktok.wallet.service.spending import Order
from tests.support.money import buy
from tests.support.people import ANA, join
from tests.support.time import TestClock

ONE, OTHER = "admin-one", "admin-other"


@pytest.fixture(autouse=True)
def _ana() -> None:
    join(ANA)


def proposed(amount: int = 40, what: Adjusted = Adjusted.COINS, key: str = "k1") -> Proposal:
    return adjusting.propose(ONE, key, Adjustment(ANA, what, amount), "a mistake of ours")


def approve(proposal: Proposal, actor: str = OTHER) -> None:
    adjusting.approve(actor, proposal.proposal_id, proposal.payload_hash, "I see it too")


def test_nobody_approves_what_they_proposed() -> None:
    """Control: without the comparison in `approvals.read` the coins are there."""
    proposal = proposed()
    with pytest.raises(NotYourOwn):
        approve(proposal, ONE)
    assert reading.load(ANA).coins == 0


def test_nobody_corrects_their_own_wallet() -> None:
    with pytest.raises(NotYourOwn):
        adjusting.propose(ANA, "k1", Adjustment(ANA, Adjusted.COINS, 40), "for me")
    proposal = proposed()
    with pytest.raises(NotYourOwn):
        approve(proposal, ANA)


def test_what_is_approved_is_what_was_seen() -> None:
    proposal = proposed()
    with pytest.raises(ProposalChanged):
        adjusting.approve(OTHER, proposal.proposal_id, "0" * 64, "without looking")
    approvals.ref(proposal.proposal_id).update({"payload.amount": 40_000})
    with pytest.raises(ProposalChanged):
        approve(proposal)
    assert reading.load(ANA).coins == 0


def test_a_proposal_ends_after_a_day(time: TestClock) -> None:
    proposal = proposed()
    time.pass_(hours=24)
    with pytest.raises(ProposalExpired):
        approve(proposal)
    assert reading.load(ANA).coins == 0


def test_a_proposal_that_was_rejected_is_not_approved_any_more() -> None:
    proposal = proposed()
    approvals.reject(OTHER, proposal.proposal_id, "no")
    with pytest.raises(ProposalDecided):
        approve(proposal)
    assert reading.load(ANA).coins == 0


def test_no_such_person_and_no_such_proposal() -> None:
    with pytest.raises(NotFound):
        adjusting.propose(ONE, "k1", Adjustment("nobody", Adjusted.COINS, 1), "for whom")
    with pytest.raises(NotFound):
        adjusting.approve(OTHER, "0" * 32, "0" * 64, "what")


def test_one_key_is_one_proposal() -> None:
    assert proposed() == proposed()
    with pytest.raises(KeyReused):
        proposed(41)


def test_an_approval_is_carried_out_once_and_both_steps_are_in_the_audit() -> None:
    proposal = proposed()
    approve(proposal)
    approve(proposal)
    wallet = reading.load(ANA)
    assert (wallet.coins, wallet.lots[0].net_micro) == (40, 0)
    assert audit.verify() == []
    assert sum(chain.seq for chain in audit.heads().values()) == 2
    assert approvals.waiting(OTHER, 10, None).proposals == []
    assert auditing.everything() == []


def test_no_more_is_taken_than_there_is() -> None:
    for what, refusal in (
        (Adjusted.COINS, NotEnoughCoins),
        (Adjusted.EARNINGS, NotEnoughEarnings),
    ):
        proposal = proposed(-1, what, key=what)
        with pytest.raises(refusal):
            approve(proposal)
        # Refused whole: the proposal waits still.
        assert proposal.proposal_id in {
            one.proposal_id for one in approvals.waiting(OTHER, 10, None).proposals
        }


def test_a_debt_is_forgiven_at_our_loss_and_gifts_go_again() -> None:
    lot = buy(ANA, 100).facts["lotId"]
    spending.spend(ANA, "g1", Order(100, "ben"))
    refunds.refund_purchase(ANA, "r1", lot, 99)
    approve(proposed(990_000, Adjusted.DEBT))
    buy(ANA, 100, key="p2")
    spending.spend(ANA, "g2", Order(100, "ben"))
    assert auditing.everything() == []
