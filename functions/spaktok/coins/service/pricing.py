"""Changing what is sold, and adding to it: each change is a new version, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spaktok.coins import store
from spaktok.coins.model import packages
from spaktok.coins.model.packages import Currency, Package, Unsound
from spaktok.coins.refusals import (
    PackageExists,
    PackageUnavailable,
    ProductLinked,
    TooManyPackages,
    VersionConflict,
)
from spaktok.coins.service import catalogue
from spaktok.core import audit, clock, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from spaktok.coins.requests.staff import AddCoinPackage


@dataclass(frozen=True, slots=True)
class Changed:
    """The version that is sold from now on."""

    package_id: str
    version: int


def change(  # noqa: PLR0913 - a change names what it changes
    actor: UserId,
    package_id: str,
    version: int,
    reason: str,
    *,
    prices: Mapping[Currency, int] | None = None,
    coins: tuple[int, int] | None = None,
    shown: Mapping[str, Any] | None = None,
    links: Mapping[str, str] | None = None,
) -> Changed:
    """Sell a package otherwise from now on: its next version. Purchases under way keep theirs.

    `version` is the one that the actor has seen; `shown` are other fields of `Package`; `links` the
    stores' product ids. Recorded with the reason in the same commit. Two reads, four writes; a read a
    package where products are linked. Raises `PackageUnavailable`, `VersionConflict`, `ProductLinked`,
    `InvalidRequest`.
    """
    at = clock.now()

    def body(tx: Transaction) -> Changed:
        chain = audit.load(tx, actor)
        before = store.package(store.read([store.package_ref(package_id)], tx)[0])
        if before is None:
            raise PackageUnavailable
        linked = {**before.links, **(links or {})}
        after = _changed(before, prices, coins, {**(shown or {}), "links": linked})
        if after == replace(before, version=after.version) and before.version == version + 1:
            return Changed(package_id, before.version)  # done, and its acknowledgement was lost
        if before.version != version:
            raise VersionConflict(version=before.version)
        if links:
            _check_links(before, after, store.packages(tx))
        store.put_package(tx, after, at)
        act = Act(
            actor,
            "updateCoinPackage",
            package_id,
            reason,
            before={"version": before.version, **_facts(before)},
            after={"version": after.version, **_facts(after)},
        )
        audit.append(tx, chain, act)
        return Changed(package_id, after.version)

    changed = transaction.run(body)
    catalogue.forget()
    return changed


def add(actor: UserId, request: AddCoinPackage) -> Changed:
    """Sell a package that was not there, at version 1; the same again is the same.

    A read a package and two more, four writes. Raises `PackageExists`, `ProductLinked`,
    `TooManyPackages`, `InvalidRequest`.
    """
    at = clock.now()
    catalogue.current()  # the first to look puts the others there, and only into an empty catalogue

    def body(tx: Transaction) -> Changed:
        chain = audit.load(tx, actor)
        sold = store.packages(tx)
        made = _made(request, len(sold) + 1)
        known = next((one for one in sold if one.package_id == made.package_id), None)
        if known is not None:
            if known != replace(made, sort_order=known.sort_order):
                raise PackageExists
            return Changed(made.package_id, made.version)  # its acknowledgement was lost
        if len(sold) >= packages.PACKAGES_MAX:
            raise TooManyPackages
        _check_links(None, made, sold)
        store.put_package(tx, made, at)
        act = Act(actor, "addCoinPackage", made.package_id, request.reason, after=_facts(made))
        audit.append(tx, chain, act)
        return Changed(made.package_id, made.version)

    added = transaction.run(body)
    catalogue.forget()
    return added


def _made(request: AddCoinPackage, last: int) -> Package:
    try:
        return packages.check(
            Package(
                package_id=request.package_id,
                name=request.name,
                coin_amount=request.coin_amount,
                bonus_coins=request.bonus_coins,
                prices={str(one): minor for one, minor in request.prices.items()},
                image_url=request.image_url,
                is_popular=request.is_popular,
                is_best_value=request.is_best_value,
                is_available=request.is_available,
                sort_order=last if request.sort_order is None else request.sort_order,
                links=request.links,
            )
        )
    except Unsound as error:
        raise InvalidRequest(field="packageId", rule=str(error)) from None


def _check_links(before: Package | None, after: Package, sold: list[Package]) -> None:
    """A product of a store's is one package, for good: what was bought under it is still redeemed."""
    for provider, product in after.links.items():
        first = before.links.get(provider) if before is not None else None
        others = [one for one in sold if one.package_id != after.package_id]
        taken = any(one.links.get(provider) == product for one in others)
        if taken or (first is not None and first != product):
            raise ProductLinked(store=provider)


def _changed(
    before: Package,
    prices: Mapping[Currency, int] | None,
    coins: tuple[int, int] | None,
    shown: Mapping[str, Any],
) -> Package:
    amount, bonus = coins or (before.coin_amount, before.bonus_coins)
    try:
        return packages.check(
            replace(
                before,
                version=before.version + 1,
                coin_amount=amount,
                bonus_coins=bonus,
                prices={
                    **before.prices,
                    **{str(one): minor for one, minor in (prices or {}).items()},
                },
                **shown,
            )
        )
    except Unsound as error:
        raise InvalidRequest(field="packageId", rule=str(error)) from None


def _facts(one: Package) -> dict[str, str | int | bool]:
    prices = {f"price{name.upper()}": minor for name, minor in one.prices.items()}
    products = {f"{store_}ProductId": product for store_, product in one.links.items()}
    return {
        **products,
        "coinAmount": one.coin_amount,
        "bonusCoins": one.bonus_coins,
        "isAvailable": one.is_available,
        **prices,
    }
