"""The first version of the catalogue, and what is on sale when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from spaktok.gifts.model import Category, Gift, Rarity, decode, encode
from spaktok.gifts.service import catalogue
from tests.support.time import NOON

PRICES = {
    Category.BASIC: (1, 5, 10, 20, 50, 100),
    Category.PREMIUM: (100, 200, 500, 800, 1_000),
    Category.LUXURY: (2_000, 5_000, 5_000, 10_000, 15_000),
    Category.LEGENDARY: (20_000, 50_000, 100_000),
}
RARITIES = {
    Category.BASIC: Rarity.COMMON,
    Category.PREMIUM: Rarity.RARE,
    Category.LUXURY: Rarity.EPIC,
    Category.LEGENDARY: Rarity.LEGENDARY,
}
MS = timedelta(milliseconds=1)


def of(category: Category) -> list[Gift]:
    found = [one for one in catalogue.first().gifts.values() if one.category is category]
    return sorted(found, key=lambda one: one.sort_order)


def rose(**changes: object) -> Gift:
    return replace(catalogue.first().gifts["rose"], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("category", PRICES)
def test_the_first_version_has_the_designs_gifts_at_the_designs_prices(category: Category) -> None:
    assert tuple(one.coin_cost for one in of(category)) == PRICES[category]
    assert {one.rarity for one in of(category)} == {RARITIES[category]}


def test_seasonal_gifts_have_no_price_and_cant_be_given_until_they_have_one() -> None:
    seasonal = of(Category.SEASONAL)
    assert len(seasonal) == 12
    assert {tag for one in seasonal for tag in one.tags} == {
        "valentine",
        "halloween",
        "christmas",
        "new-year",
    }
    assert not any(one.on_sale(NOON) for one in seasonal)
    assert all(replace(one, coin_cost=50).on_sale(NOON) for one in seasonal)


def test_a_retired_gift_is_not_on_sale() -> None:
    assert rose().on_sale(NOON)
    assert not rose(is_retired=True).on_sale(NOON)


def test_a_limited_edition_is_on_sale_from_its_first_instant_up_to_its_last() -> None:
    limited = rose(available_from=NOON, available_until=NOON + timedelta(days=1))
    end = NOON + timedelta(days=1)
    on_sale = [limited.on_sale(at) for at in (NOON - MS, NOON, end - MS, end, end + MS)]
    assert on_sale == [False, True, True, False, False]


def test_what_is_stored_is_what_was_meant() -> None:
    for gift in catalogue.first().gifts.values():
        assert decode(encode(gift)) == gift
    limited = rose(available_from=NOON, available_until=NOON + MS, minimum_level=7)
    assert decode(encode(limited)) == limited
