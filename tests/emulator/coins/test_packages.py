"""Packages of coins that the staff add and change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

import main
from spaktok.coins import store
from spaktok.coins.model import packages
from spaktok.coins.refusals import PackageExists, ProductLinked, TooManyPackages, VersionConflict
from spaktok.coins.requests.staff import AddCoinPackage, UpdateCoinPackage
from spaktok.coins.service import catalogue, offering, pricing
from spaktok.core import audit, clients, standing
from spaktok.users import store as users
from tests.support.edge import Sender, emulate, forget_app
from tests.support.faults import Fault, injected, nth
from tests.support.people import ANA, join


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    catalogue.forget()
    yield
    catalogue.forget()


def described(**more: Any) -> AddCoinPackage:
    return AddCoinPackage(
        **{
            "package_id": "coins_3000",
            "name": "3,000 Coins",
            "price_usd": 2_999,
            "price_eur": 3_299,
            "coin_amount": 3_000,
            "bonus_coins": 90,
            "apple_product_id": "com.spaktok.coins3000",
            "reason": "Asked for",
            **more,
        }
    )


def test_a_package_that_is_added_is_sold_at_once_beside_the_others() -> None:
    """Into an empty catalogue too: the first ones are not kept out by it."""
    pricing.add(ANA, described())
    shown = {one.package_id: one for one in offering.offers(ANA).packages}
    assert set(shown) == {*(one.package_id for one in packages.first()), "coins_3000"}
    added = shown["coins_3000"]
    assert (added.total_coins, added.price_usd, added.price_local) == (3_090, 2_999, {"eur": 3_299})
    assert catalogue.of_product("apple", "com.spaktok.coins3000").package_id == "coins_3000"
    assert store.version_ref("coins_3000", 1).get().exists
    chain = clients.db().collection("audit").document(audit.chain_of(ANA)).collection("entries")
    (act,) = [one.to_dict() or {} for one in chain.stream()]
    assert (act["what"], act["after"]["appleProductId"]) == (
        "addCoinPackage",
        "com.spaktok.coins3000",
    )


def test_the_same_again_is_the_same_and_another_under_its_id_is_refused() -> None:
    assert pricing.add(ANA, described()) == pricing.add(ANA, described())
    with pytest.raises(PackageExists):
        pricing.add(ANA, described(price_usd=1))
    with pytest.raises(PackageExists):
        pricing.add(ANA, described(package_id="coins_100"))


def test_a_lost_acknowledgement_is_found_done() -> None:
    catalogue.current()
    with injected(nth("commit", 0, Fault.LOST_ACK)):
        assert pricing.add(ANA, described()).version == 1


def test_a_stores_product_is_one_packages_for_good() -> None:
    """Negative control: without `_check_links` a receipt bought whichever package came first."""
    with pytest.raises(ProductLinked):
        pricing.add(ANA, described(apple_product_id="coins_100"))
    pricing.add(ANA, described())
    change = pricing.change(ANA, "coins_3000", 1, "And there", links={"google": "coins.3000"})
    assert change.version == 2
    assert catalogue.of_product("google", "coins.3000").package_id == "coins_3000"
    with pytest.raises(ProductLinked):
        pricing.change(ANA, "coins_3000", 2, "Another", links={"google": "coins.3001"})
    with pytest.raises(VersionConflict):
        pricing.change(ANA, "coins_3000", 1, "Late", shown={"image_url": "https://a.example/b"})
    pricing.change(ANA, "coins_3000", 2, "Shown", shown={"image_url": "https://a.example/b"})
    (shown,) = [one for one in offering.offers(ANA).packages if one.package_id == "coins_3000"]
    assert (shown.image_url, shown.product_ids["apple"]) == (
        "https://a.example/b",
        "com.spaktok.coins3000",
    )


def test_there_are_only_as_many_as_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "PACKAGES_MAX", len(packages.first()))
    with pytest.raises(TooManyPackages):
        pricing.add(ANA, described())


@pytest.mark.parametrize(
    "odd",
    [
        {"coin_amount": 0},
        {"price_usd": 0},
        {"package_id": "Coins 1"},
        {"image_url": "javascript:alert(1)"},
        {"image_url": "https://a.example/\n"},
        {"google_product_id": "a/b"},
        {"name": ""},
    ],
)
def test_what_can_not_be_sold_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        described(**odd)


def test_a_change_names_what_it_changes() -> None:
    with pytest.raises(ValidationError):
        UpdateCoinPackage(package_id="coins_100", version=1, reason="None")
    assert UpdateCoinPackage(
        package_id="coins_100", version=1, reason="Linked", google_product_id="coins.100"
    ).links == {"google": "coins.100"}


def test_only_administrators_add_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    emulate(monkeypatch)
    join(ANA)
    asked = {
        "packageId": "coins_3000",
        "name": "3,000 Coins",
        "priceUsd": 2_999,
        "coinAmount": 3_000,
        "reason": "Asked for",
    }
    assert Sender(ANA).call(main.addCoinPackage, asked).refused == "permission-denied"
    users.security_ref(ANA).update({"roles": ["user", "admin"]})
    standing.forget()
    answer = Sender(ANA).call(main.addCoinPackage, asked)
    assert answer.data == {"packageId": "coins_3000", "version": 1}
    forget_app()
