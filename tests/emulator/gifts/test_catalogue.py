"""The catalogue: versions that never change, and who changes what."""

from __future__ import annotations

import pytest

from spaktok.core import audit, clients
from spaktok.core.refusal import InvalidRequest
from spaktok.gifts.refusals import GiftExists, NoSuchGift
from spaktok.gifts.requests import AddGift, UpdateGift
from spaktok.gifts.service import catalogue
from tests.support.people import ANA
from tests.support.threads import together
from tests.support.time import NOON, TestClock


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    catalogue.forget()


def pumpkin(**changes: object) -> catalogue.Changed:
    asked = {"giftId": "pumpkin", "reason": "the season begins", **changes}
    return catalogue.update(ANA, UpdateGift.model_validate(asked))


def new(**changes: object) -> catalogue.Changed:
    asked = {
        "giftId": "comet",
        "name": "Comet",
        "category": "event",
        "rarity": "epic",
        "coinCost": 700,
        "reason": "an event",
        **changes,
    }
    return catalogue.add(ANA, AddGift.model_validate(asked))


def version(number: int | str) -> dict[str, object]:
    return clients.db().document(f"giftCatalogs/{number}").get().to_dict() or {}


def test_a_season_is_given_its_price_and_its_dates_and_is_on_sale_between_them(
    time: TestClock,
) -> None:
    before = catalogue.current().version
    with pytest.raises(NoSuchGift):
        catalogue.on_sale("pumpkin", NOON)
    changed = pumpkin(
        coinCost=250,
        availableFrom="2026-03-14T13:00:00Z",
        availableUntil="2026-03-14T14:00:00Z",
    )
    assert changed.version == before + 1
    shown = {one.gift_id for one in catalogue.shown(None, None).gifts}
    assert "pumpkin" not in shown
    time.pass_(hours=1)
    gift, cost, _ = catalogue.on_sale("pumpkin", time())
    assert (gift.name, cost) == ("Pumpkin", 250)
    time.pass_(hours=1)
    with pytest.raises(NoSuchGift):
        catalogue.on_sale("pumpkin", time())


def test_a_version_stays_as_it_was_written() -> None:
    pumpkin(coinCost=250)
    first = version(2)
    pumpkin(coinCost=300)
    assert version(2) == first
    assert version(3) == version("current")
    assert catalogue.current().gifts["pumpkin"].coin_cost == 300


def test_what_a_change_leaves_out_stays_and_null_takes_away() -> None:
    pumpkin(coinCost=250, description="Carved by hand", tags=["halloween", "new"])
    changed = pumpkin(coinCost=None)
    gift = catalogue.current().gifts["pumpkin"]
    assert changed.version == 3
    assert (gift.coin_cost, gift.description, gift.tags) == (
        None,
        "Carved by hand",
        ("halloween", "new"),
    )


def test_the_same_change_again_makes_no_version() -> None:
    assert pumpkin(coinCost=250).version == pumpkin(coinCost=250).version == 2


def test_a_gift_is_added_once_and_no_id_is_taken_twice() -> None:
    assert new().version == new().version == 2
    with pytest.raises(GiftExists):
        new(coinCost=1)
    assert catalogue.current().gifts["comet"].coin_cost == 700


def test_a_retired_gift_is_gone_from_sale_and_not_from_the_catalogue() -> None:
    catalogue.retire(ANA, "rose", "withered")
    with pytest.raises(NoSuchGift):
        catalogue.on_sale("rose", NOON)
    found = catalogue.current().find("rose")
    assert found is not None
    assert found.coin_cost == 1
    with pytest.raises(NoSuchGift):
        catalogue.retire(ANA, "never-was", "no reason")


def test_a_season_cant_end_before_it_begins() -> None:
    with pytest.raises(InvalidRequest):
        pumpkin(availableFrom="2026-10-01T00:00:00Z", availableUntil="2026-10-01T00:00:00Z")


def test_every_change_is_recorded_with_its_reason_before_and_after() -> None:
    pumpkin(coinCost=250)
    chain = audit.chain_of(ANA)
    (entry,) = clients.db().collection(f"audit/{chain}/entries").stream()
    assert (entry.get("what"), entry.get("target")) == ("updateGift", "pumpkin")
    assert entry.get("reason") == "the season begins"
    assert (entry.get("before")["coinCost"], entry.get("after")["coinCost"]) == (None, 250)
    assert audit.verify() == []


def test_changes_at_once_are_versions_one_after_another() -> None:
    """None is lost and none is written twice: each is made from the one before, which it locks."""
    made = together(3, lambda number: new(giftId=f"comet-{number}", sortOrder=number))
    assert sorted(one.version for one in made) == [2, 3, 4]
    catalogue.forget()
    assert sum(one.startswith("comet") for one in catalogue.current().gifts) == 3


def test_an_app_that_knows_the_version_is_sent_no_gifts() -> None:
    shown = catalogue.shown(None, None)
    again = catalogue.shown(None, shown.version)
    assert (again.is_unchanged, again.gifts) == (True, [])
    assert [one.gift_id for one in catalogue.shown(None, None).gifts][:2] == ["rose", "heart"]
