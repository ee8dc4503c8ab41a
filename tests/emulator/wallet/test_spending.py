"""Coins come in and are spent, each key once."""

from __future__ import annotations

import pytest

from spaktok.core.refusal import KeyReused
from spaktok.wallet.refusals import NotEnoughCoins
from spaktok.wallet.service import reading, spending
from spaktok.wallet.service.spending import Order
from tests.support.money import buy, sums

ANA, BEN = "ana", "ben"
ROSE = Order(30, BEN, facts={"giftId": "rose"}, links={"message": "for you"})


def test_who_has_too_few_coins_is_refused_and_nothing_is_written() -> None:
    buy(ANA, 29)
    with pytest.raises(NotEnoughCoins):
        spending.spend(ANA, "g1", ROSE)
    assert len(reading.entries_of(ANA)) == 1


def test_a_key_with_another_order_is_refused_and_nothing_is_written() -> None:
    buy(ANA, 100)
    done = spending.spend(ANA, "g1", ROSE)
    with pytest.raises(KeyReused):
        spending.spend(ANA, "g1", Order(31, BEN))
    assert [entry.id for entry in reading.entries_of(ANA)][1:] == [done.id]


def test_the_same_order_again_returns_the_same_entry_though_the_coins_are_gone() -> None:
    buy(ANA, 30)
    done = spending.spend(ANA, "g1", ROSE)
    again = spending.spend(ANA, "g1", ROSE)
    assert (again.id, again.hash, again.facts) == (done.id, done.hash, done.facts)
    assert reading.load(ANA).coins == 0
    assert sums()["user:ben:unsettled", "usd_micro"] == done.facts["netMicro"] == 660_000
