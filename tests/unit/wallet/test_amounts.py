"""Amounts are whole numbers, entries balance, shares lose nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaktok.wallet.model.amounts import (
    AMOUNT_MAX,
    Account,
    Posting,
    Unbalanced,
    Unit,
    check,
    postings,
    whole,
)
from spaktok.wallet.model.income import split
from spaktok.wallet.model.spending import Sale, spent
from spaktok.wallet.model.wallet import Lot, LotKind, Wallet, consume

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
POISON = [
    True,
    False,
    0,
    -1,
    1.0,
    float("nan"),
    float("inf"),
    1e400,
    Decimal(1),
    "1",
    None,
    AMOUNT_MAX + 1,
    2**63,
]
"""F19: `NaN <= 0` and `1000 < NaN` are both false, `True` is an int, 1e400 is infinite."""


@pytest.mark.parametrize("poison", POISON, ids=repr)
def test_what_is_no_amount_is_refused_wherever_one_is_wanted(poison: Any) -> None:
    """I15. Control: with `value <= 0` for the check in `whole`, NaN, True and 1.0 pass."""
    lot = Lot("l", LotKind.PURCHASED, 100, 100, NOON)
    with pytest.raises(ValueError, match="whole number"):
        whole(poison)
    with pytest.raises(ValueError, match="whole number"):
        spent(Wallet("w", (lot,)), poison, NOON, to_receiver=True)
    with pytest.raises(ValueError, match="whole number"):
        Sale("p", Account.STRIPE, poison, 99, "USD", 990_000, 1)
    if poison != -1:
        with pytest.raises(ValueError, match="is no amount"):
            Posting("coins", Unit.COINS, poison)


@pytest.mark.parametrize("fee", [-1, 990_001, True, 0.5, float("nan")])
def test_a_fee_is_no_more_than_the_price(fee: Any) -> None:
    with pytest.raises(ValueError, match="fee"):
        Sale("p", Account.STRIPE, 100, 99, "USD", 990_000, fee)


def test_postings_that_do_not_balance_are_refused() -> None:
    """I1."""
    with pytest.raises(Unbalanced):
        postings((Account.COINS, Unit.COINS, -3), (Account.BURNT, Unit.COINS, 2))
    with pytest.raises(Unbalanced):
        postings((Account.COINS, Unit.COINS, -3), (Account.DEFERRED, Unit.MICRO, 3))
    check(postings((Account.COINS, Unit.COINS, -3), (Account.BURNT, Unit.COINS, 3)))


@pytest.mark.parametrize("bps", [5000, 9000])
def test_creator_and_platform_get_the_whole_of_every_price_up_to_a_million(bps: int) -> None:
    """I8: all prices from 1 to 10^6, both shares; a reversal takes exactly what was given."""
    for price in range(1, 10**6 + 1):
        creator, platform = split(price, bps)
        if creator + platform != price or creator != price * bps // 10_000:
            pytest.fail(f"{price} is shared as {creator} and {platform}")
    assert split(-999_999, bps) == tuple(-part for part in split(999_999, bps))


@given(
    coins=st.integers(1, 10_000),
    net=st.integers(0, 10**9),
    parts=st.lists(st.integers(1, 500), max_size=40),
)
def test_what_a_lot_gives_sums_to_its_net_receipts(coins: int, net: int, parts: list[int]) -> None:
    wallet = Wallet("w", (Lot("l", LotKind.PURCHASED, coins, net, NOON),))
    given_micro = 0
    for wanted in [*parts, coins]:
        if part := min(wanted, wallet.coins):
            wallet, taken = consume(wallet, part)
            given_micro += sum(one.net_micro for one in taken)
    assert wallet.lots == ()
    assert given_micro == net


def test_promotional_coins_go_first_by_expiry_and_purchased_ones_by_age() -> None:
    def lot(name: str, kind: LotKind, age_h: int, expires_h: int | None = None) -> Lot:
        until = None if expires_h is None else NOON + timedelta(hours=expires_h)
        return Lot(name, kind, 10, 0, NOON - timedelta(hours=age_h), until)

    lots = (
        lot("bought late", LotKind.PURCHASED, 1),
        lot("bought early", LotKind.PURCHASED, 9),
        lot("promo for ever", LotKind.PROMO, 9),
        lot("promo till evening", LotKind.PROMO, 1, 6),
        lot("promo till morning", LotKind.PROMO, 2, 20),
    )
    _, taken = consume(Wallet("w", lots), 50)
    assert [one.lot.id for one in taken] == [
        "promo till evening",
        "promo till morning",
        "promo for ever",
        "bought early",
        "bought late",
    ]
