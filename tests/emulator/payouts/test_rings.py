"""Where money that went round would leave: two people look, and the one who asked is not told."""

from __future__ import annotations

import pytest

from localstripe.api import LocalStripe
from spaktok.core.encode import encode
from spaktok.core.ids import UserId
from spaktok.payouts import store
from spaktok.payouts.model.gates import Sign
from spaktok.payouts.model.states import State
from spaktok.payouts.refusals import ApprovedByYou
from spaktok.payouts.service import deciding, requesting
from spaktok.wallet.service import spending
from spaktok.wallet.service.spending import Order
from tests.support.money import buy
from tests.support.payouts import (
    ADMIN,
    DOLLAR,
    OTHER_ADMIN,
    approved,
    approved_to_bank,
    ask,
    creator,
    link,
    payout,
    state,
)
from tests.support.people import ANA, BEN
from tests.support.time import TestClock

CAT = UserId("cat")


def gift(giver: str, receiver: str, dollars: int) -> None:
    key = f"{giver}-{receiver}-{dollars}"
    buy(giver, 100, key=key, gross=dollars * DOLLAR, fee=0)
    spending.spend(giver, key, Order(100, receiver, facts={"anonymous": True}))


def signs(payout_id: str) -> dict[Sign, tuple[str, ...]]:
    (found,) = [
        one.signs
        for one in deciding.pending(ADMIN, 20, None).requests
        if one.payout_request_id == payout_id
    ]
    return {one.sign: one.others for one in found}


def test_gifts_of_many_need_one_approval() -> None:
    creator(ANA)
    for number in range(5):
        gift(f"fan-{number}", ANA, 30)
    gift(ANA, "friend", 30)
    payout_id = approved(ANA)
    assert state(payout_id) is State.APPROVED
    assert not store.finding_ref(payout_id).get().exists


def test_money_that_went_round_needs_two_approvals_and_its_owner_is_not_told(
    time: TestClock,
) -> None:
    """Negative control: with `screening.screen` seeing nothing, the first approval lets it go."""
    creator(ANA)
    gift(BEN, ANA, 60)
    gift(CAT, BEN, 60)
    gift(ANA, BEN, 60)
    gift(ANA, CAT, 60)
    gift("fan", ANA, 60)
    payout_id = ask(ANA)
    assert signs(payout_id) == {Sign.CIRCLE: (BEN,), Sign.CIRCLE_OF_THREE: (BEN, CAT)}
    told = repr(encode(requesting.listed(ANA, 20, None)))
    assert "circle" not in told
    assert BEN not in told
    assert deciding.approve(ADMIN, payout_id, None).status is State.RESERVED
    time.pass_(seconds=1)  # of one instant it would be the first, repeated
    with pytest.raises(ApprovedByYou):
        deciding.approve(ADMIN, payout_id, None)
    done = deciding.approve(OTHER_ADMIN, payout_id, None)
    assert (done.status, done.approvals_needed) == (State.APPROVED, 2)
    assert store.finding_ref(payout_id).get().get("involvedIds") == [BEN, CAT]


def test_a_new_receiver_of_one_giver_needs_two() -> None:
    creator(ANA)
    gift(BEN, ANA, 150)
    gift("fan", ANA, 20)
    assert signs(ask(ANA)) == {Sign.ONE_GIVER: (BEN,)}


def test_a_destination_of_two_accounts_needs_two() -> None:
    """Whatever its letters' case; also where the other account has another one by now."""
    creator(BEN, email="same@example.com")
    link(BEN, "other@example.com")
    creator(ANA, email="Same@Example.com")
    payout_id = ask(ANA)
    assert signs(payout_id) == {Sign.SHARED_DESTINATION: (BEN,)}
    gift(BEN, ANA, 20)
    again = ask(ANA, key="key-00000002")
    assert signs(again) == {Sign.SHARED_WITH_GIVER: (BEN,)}
    assert payout(again).signs == (Sign.SHARED_WITH_GIVER,)


def test_a_bank_account_of_two_people_needs_two(stripe: LocalStripe) -> None:
    first = approved_to_bank(BEN, token="btok_us_shared")
    second = approved_to_bank(ANA, token="btok_us_shared")
    assert (state(first), state(second)) == (State.APPROVED, State.RESERVED)
    assert signs(second) == {Sign.SHARED_DESTINATION: (BEN,)}
