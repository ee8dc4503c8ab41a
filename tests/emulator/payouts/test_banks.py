"""Bank transfers by Stripe Connect: the official SDK against the local Stripe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from localstripe.api import Fault, LocalStripe
from spaktok.payouts.model import policy
from spaktok.payouts.model.states import State
from spaktok.payouts.refusals import ChecksMissing
from spaktok.payouts.service import methods, sending
from tests.support.payouts import approved_to_bank, available, payout, reserved, state
from tests.support.people import ANA
from tests.support.time import TestClock


def approved(token: str = "btok_us_verified", key: str = "key-00000001") -> str:
    return approved_to_bank(ANA, token=token, key=key)


def settle(payout_id: str, time: TestClock) -> State:
    for _ in range(5):
        sending.advance(payout_id)
        if state(payout_id) in (State.PAID, State.RETURNED, State.FAILED):
            break
        time.pass_(minutes=15)
    return state(payout_id)


def moved(stripe: LocalStripe, kind: str) -> list[int]:
    """The amounts of all objects of a kind that there really are."""
    return [one["amount"] for one in stripe.objects.all(kind)]


def test_ten_dollars_arrive_as_nine(stripe: LocalStripe, time: TestClock) -> None:
    first = approved()
    assert settle(first, time) is State.PAID
    assert (moved(stripe, "transfer"), moved(stripe, "payout")) == ([900], [900])
    assert (available(ANA), reserved(ANA)) == (9_000, 0)
    assert [one.hint for one in methods.listed(ANA).methods] == ["•••6789"]


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
@pytest.mark.parametrize("kind", ["lost", "unsent", "503"])
def test_an_answer_that_was_lost_moves_nothing_twice(
    path: str, kind: str, stripe: LocalStripe, time: TestClock
) -> None:
    first = approved()
    stripe.faults.append(Fault(kind, "POST", path, times=9))
    assert sending.advance(first) is State.UNKNOWN
    assert reserved(ANA) == 1_000
    stripe.faults.clear()
    time.pass_(minutes=15)
    assert settle(first, time) is State.PAID
    assert (moved(stripe, "transfer"), moved(stripe, "payout")) == ([900], [900])


def test_after_twenty_three_hours_it_is_searched_and_not_sent_again(
    stripe: LocalStripe, time: TestClock
) -> None:
    """Stripe forgets a key after 24 hours: sent again, it would move the money a second time."""
    first = approved()
    stripe.faults.append(Fault("lost", "POST", "/v1/payouts", times=9))
    assert sending.advance(first) is State.UNKNOWN
    stripe.faults.clear()
    time.pass_(seconds=(policy.BANK_RETRY + timedelta(hours=2)).total_seconds())
    assert settle(first, time) is State.PAID
    assert (moved(stripe, "transfer"), moved(stripe, "payout")) == ([900], [900])


def test_a_bank_that_does_not_take_it_gives_it_back_once(
    stripe: LocalStripe, time: TestClock
) -> None:
    first = approved("btok_us_fail")
    assert settle(first, time) is State.RETURNED
    sending.advance(first)
    assert (available(ANA), reserved(ANA)) == (10_000, 0)
    assert moved(stripe, "transfer_reversal") == [900]
    assert payout(first).detail == "account_closed"


def test_paid_and_failed_days_later_is_credited_once(stripe: LocalStripe, time: TestClock) -> None:
    """docs.stripe.com/payouts: a payout may first be paid and then fail."""
    first = approved()
    assert settle(first, time) is State.PAID
    (made,) = stripe.objects.all("payout")
    stripe.connect.become(made, "failed")
    sending.advance(first)
    sending.advance(first)
    assert (state(first), available(ANA)) == (State.RETURNED, 9_900)


@pytest.mark.parametrize("wanting", ["payouts_enabled", "past_due"])
def test_an_account_that_stripe_would_not_pay_asks_in_vain(
    wanting: str, stripe: LocalStripe
) -> None:
    approved()
    (account,) = stripe.objects.all("account")
    if wanting == "past_due":
        account["requirements"]["past_due"] = ["individual.id_number"]
    else:
        account["payouts_enabled"] = False
    with pytest.raises(ChecksMissing) as refused:
        approved(key="key-00000002")
    assert refused.value.facts["missing"] == "bank_account"
