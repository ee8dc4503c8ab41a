"""What a purchase in a store is worth: never more than will be received of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from spaktok.coins.model import valuing
from spaktok.coins.model.payments import NOTHING, Price, Worth
from spaktok.coins.model.valuing import worth


def test_a_price_in_dollars_is_worth_what_the_commission_leaves() -> None:
    assert worth("apple", Price(9_990, "USD", "USA")) == Worth(9_990_000, 9_990_000 * 3 // 10)


def test_the_tax_in_a_price_is_nobodys_income() -> None:
    """Without a known country it is the highest there is."""
    british = worth("apple", Price(1_200, "GBP", "GBR"))
    assert british.net_micro == 700 * valuing.RATES["GBP"] // 1_000
    unknown = worth("apple", Price(1_270, "GBP"))
    assert unknown.net_micro == british.net_micro


def test_what_the_store_says_is_ours_is_what_counts() -> None:
    price = Price(10_790, "USD", tax_milli=800, received_milli=8_491)
    assert worth("google", price) == Worth(10_790_000, 10_790_000 - 8_491_000)
    untold = Price(10_790, "USD", tax_milli=790)
    assert worth("google", untold).net_micro == 7_000_000


@pytest.mark.parametrize("price", [None, Price(9_990, "XTS"), Price(9_990, "usd"), Price(0, "USD")])
def test_where_nobody_knows_it_is_worth_nothing(price: Price | None) -> None:
    assert worth("apple", price) == NOTHING


@pytest.mark.parametrize(("currency", "minor"), [("USD", 999), ("JPY", 9), ("KRW", 9)])
def test_minor_units_are_the_currencys_own(currency: str, minor: int) -> None:
    assert valuing.minor(Price(9_990, currency)) == minor


@given(
    some.integers(0, 10**9),
    some.sampled_from([*sorted(valuing.RATES), "XTS"]),
    some.sampled_from(["apple", "google"]),
    some.none() | some.sampled_from([*sorted(valuing.TAX_BPS), "ATA"]),
    some.none() | some.integers(0, 2 * 10**9),
    some.none() | some.integers(0, 2 * 10**9),
)
def test_nothing_is_worth_more_than_was_paid(  # noqa: PLR0917
    milli: int,
    currency: str,
    store: str,
    country: str | None,
    tax: int | None,
    received: int | None,
) -> None:
    """Whatever a store claims. Negative control: without the bounds a claim above the price was worth
    more than it."""
    found = worth(store, Price(milli, currency, country, tax, received))
    assert 0 <= found.net_micro <= found.gross_micro <= milli * valuing.RATES.get(currency, 0)
