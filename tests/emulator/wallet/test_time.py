"""Time decides, by the database's clock where money depends on it, and never a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaktok.wallet.model.entry import Entry
from spaktok.wallet.model.wallet import day_of, matures_at
from spaktok.wallet.refusals import LimitReached, NotEnoughCoins, NotEnoughEarnings
from spaktok.wallet.requests import SetSpendingLimit
from spaktok.wallet.service import (
    auditing,
    crediting,
    income,
    limits,
    reading,
    refunds,
    reversals,
    spending,
    statements,
    withdrawals,
)
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, sums
from tests.support.operations import given, half
from tests.support.time import TestClock

ANA, BEN = "ana", "ben"


def test_earnings_can_be_withdrawn_from_the_instant_they_are_mature_and_not_before(
    time: TestClock,
) -> None:
    """I14. Control: with `<` for `<=` in `settled`, the instant itself fails."""
    income.roll_up(income.slot_of(given(BEN)), half)
    swept = income.sweep(BEN)
    assert swept is not None
    (day,) = swept.facts["byDay"]
    time.reach(matures_at(day) - timedelta(milliseconds=1))
    with pytest.raises(NotEnoughEarnings):
        withdrawals.reserve(BEN, "w1", 1)
    time.pass_(milliseconds=1)
    with pytest.raises(NotEnoughEarnings):
        withdrawals.reserve(BEN, "w1", 500_001)
    withdrawals.reserve(BEN, "w1", 500_000)
    assert auditing.everything() == []


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_an_instance_with_a_wrong_clock_changes_no_share_and_no_maturity(
    time: TestClock, hours: int
) -> None:
    """F13, I20: the gift's day and share are those of its commit by the database's clock."""
    time.at = datetime.now(UTC) + timedelta(hours=hours)
    sent = given(BEN)
    asked: list[datetime] = []

    def share_at(_: str, at: datetime) -> int:
        asked.append(at)
        return 5000

    income.roll_up(income.slot_of(sent), share_at)
    swept = income.sweep(BEN)
    assert swept is not None
    (at,) = asked
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=2)
    assert list(swept.facts["byDay"]) == [day_of(at)]


def test_a_clock_that_jumps_back_makes_no_second_entry_and_no_debtor(time: TestClock) -> None:
    """F13."""
    buy(ANA, 100)
    first = spending.spend(ANA, "g1", Order(10, BEN))
    time.at -= timedelta(minutes=10)
    assert spending.spend(ANA, "g1", Order(10, BEN)).id == first.id
    spending.spend(ANA, "g2", Order(10, BEN))
    assert reading.load(ANA).coins == 80
    assert auditing.everything() == []


def test_what_has_matured_before_its_gift_is_reversed_is_our_loss(time: TestClock) -> None:
    sent = given(BEN)
    income.roll_up(income.slot_of(sent), half)
    swept = income.sweep(BEN)
    assert swept is not None
    time.reach(matures_at(next(iter(swept.facts["byDay"]))))
    undo = reversals.reverse_gift(sent.user_id, sent.id, "undo")
    for one in reversals.reversals_of(undo):
        income.roll_up(income.slot_of(one), half)
    income.sweep(BEN)
    assert reading.load(BEN).available == 500_000
    assert sums()["platform:loss", "usd_micro"] == -500_000
    assert auditing.everything(settled=True) == []


def share_out(sent: Entry) -> None:
    """Roll up and sweep what is in an entry's slot."""
    income.roll_up(income.slot_of(sent), half)
    income.sweep(BEN)


def follow(lot_id: str) -> None:
    """The gifts that a purchase paid for follow it, and what that changes is swept."""
    for one in reversals.follow(ANA, lot_id):
        share_out(one)


def test_a_dispute_that_opens_after_maturity_and_is_won_pays_nobody_twice(time: TestClock) -> None:
    """Of two gifts of one day, one is disputed while it is immature and one when it has matured; both
    disputes are won, twice.

    Control tried: with `kept` never true, the restoration of what was never taken is income once more,
    and the creator can withdraw it.
    """
    early, late = (buy(ANA, 100, key=key).facts["lotId"] for key in ("early", "late"))
    share_out(spending.spend(ANA, "g1", Order(100, BEN)))
    share_out(spending.spend(ANA, "g2", Order(100, BEN)))
    (day,) = reading.load(BEN).pending
    earned = 2 * 330_000
    for number in range(2):
        dispute = f"d{number}"
        refunds.hold_dispute(ANA, dispute, early, 99)
        follow(early)
        assert reading.load(BEN).pending == {day: earned // 2}
        if not number:
            refunds.resolve_dispute(ANA, dispute, early, won=True)
            follow(early)
            assert reading.load(BEN).pending == {day: earned}
    time.reach(matures_at(day))
    for number in range(2):
        dispute = f"late-d{number}"
        refunds.hold_dispute(ANA, dispute, late, 99)
        follow(late)
        assert sums()["platform:loss", "usd_micro"] == -earned // 2
        refunds.resolve_dispute(ANA, dispute, late, won=True)
        follow(late)
        with pytest.raises(NotEnoughEarnings):
            withdrawals.reserve(BEN, f"more-{number}", earned // 2 + 1)
        assert sums()["platform:loss", "usd_micro"] == 0
    refunds.resolve_dispute(ANA, "d1", early, won=True)
    follow(early)
    withdrawals.reserve(BEN, "w1", earned)
    assert (reading.load(BEN).available, sum(reading.load(BEN).pending.values())) == (0, 0)
    assert auditing.everything(settled=True) == []


def test_promotional_coins_are_gone_at_the_instant_they_expire(time: TestClock) -> None:
    until = time.at + timedelta(days=1)
    crediting.grant_promo(ANA, "a1", 5, "adReward", expires_at=until)
    time.reach(until - timedelta(milliseconds=1))
    assert statements.view(ANA).coins == 5
    time.reach(until)
    assert statements.view(ANA).coins == 0
    with pytest.raises(NotEnoughCoins):
        spending.spend(ANA, "g1", Order(5, BEN))
    buy(ANA, 10)
    assert sums()["platform:expired", "coins"] == 5
    assert auditing.everything() == []


def test_promotional_coins_earn_their_receiver_nothing() -> None:
    crediting.grant_promo(ANA, "a1", 50, "adReward")
    sent = spending.spend(ANA, "g1", Order(50, BEN))
    income.roll_up(income.slot_of(sent), half)
    assert income.sweep(BEN) is None
    assert auditing.everything(settled=True) == []


def limit(coins: int | None, key: str) -> None:
    limits.set_limit(ANA, SetSpendingLimit(coins=coins, idempotency_key=key))


def test_a_lower_limit_counts_at_once_and_a_higher_one_after_a_day(time: TestClock) -> None:
    buy(ANA, 1000)
    limit(20, "limit-0001")
    spending.spend(ANA, "g1", Order(20, BEN))
    with pytest.raises(LimitReached):
        spending.spend(ANA, "g2", Order(1, BEN))
    limit(500, "limit-0002")
    with pytest.raises(LimitReached):
        spending.spend(ANA, "g3", Order(1, BEN))
    view = statements.view(ANA)
    assert (view.daily_limit, view.next_daily_limit) == (20, 500)
    time.pass_(days=1)
    spending.spend(ANA, "g4", Order(400, BEN))
    assert statements.view(ANA).daily_limit == 500


def test_no_limit_is_a_higher_limit(time: TestClock) -> None:
    buy(ANA, 1000)
    limit(0, "limit-0001")
    limit(None, "limit-0002")
    with pytest.raises(LimitReached):
        spending.spend(ANA, "g1", Order(1, BEN))
    time.pass_(days=1)
    spending.spend(ANA, "g2", Order(1000, BEN))


def test_a_history_is_ones_own_and_names_nobody() -> None:
    buy(ANA, 100)
    spending.spend(ANA, "g1", Order(10, BEN, links={"message": "for you"}))
    given(ANA)
    page = statements.history(ANA, 50, None)
    assert [line.type for line in page.transactions] == ["gift", "coin_purchase"]
    assert [line.coins for line in page.transactions] == [-10, 100]
    assert "ben" not in repr(page)
    assert "fan-of" not in repr(page)
