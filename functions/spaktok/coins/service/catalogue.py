"""The catalogue: read by everyone, kept for a minute by each instance, changed by the staff."""

from __future__ import annotations

from typing import Final

from spaktok.coins import store
from spaktok.coins.model import packages
from spaktok.coins.model.packages import Currency, Package
from spaktok.coins.refusals import PackageUnavailable
from spaktok.core import clients, clock, transaction

CACHED_S: Final = 60.0
_kept: dict[str, tuple[float, list[Package]]] = {}


def current() -> list[Package]:
    """Every package, at most a minute old; put there from `catalogue.json` by the first who asks."""
    project, now_s = clients.db().project, clock.monotonic()
    kept = _kept.get(project)
    if kept is not None and now_s - kept[0] < CACHED_S:
        return kept[1]
    found = store.packages() or _seeded()
    _kept.clear()
    _kept[project] = (now_s, found)
    return found


def sold(package_id: str, currency: Currency) -> Package:
    """A package that can be bought in a currency. Raises `PackageUnavailable`."""
    for one in current():
        if one.package_id == package_id and one.is_available and currency in one.prices:
            return one
    raise PackageUnavailable


def of_product(provider: str, product_id: str) -> Package:
    """The package that a store sells under that id, offered still or not.

    Raises `PackageUnavailable`.
    """
    for one in current():
        if one.links.get(provider) == product_id:
            return one
    raise PackageUnavailable


def forget() -> None:
    """Empty this instance's memory (tests)."""
    _kept.clear()


def _seeded() -> list[Package]:
    from google.api_core.exceptions import AlreadyExists

    found, batch = list(packages.first()), clients.db().batch()
    for one in found:
        store.put_package(batch, one, clock.now())
    try:
        transaction.commit(batch)
    except AlreadyExists:
        return store.packages()
    return found
