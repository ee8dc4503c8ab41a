"""Changing what is sold: each change is a new version, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spaktok.coins import store
from spaktok.coins.model import packages
from spaktok.coins.model.packages import Currency, Package, Unsound
from spaktok.coins.refusals import PackageUnavailable, VersionConflict
from spaktok.coins.service import catalogue
from spaktok.core import audit, clock, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


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
) -> Changed:
    """Sell a package otherwise from now on: its next version. Purchases under way keep theirs.

    `version` is the one that the actor has seen; `shown` are other fields of `Package`. Recorded with
    the reason in the same commit. Two reads, four writes. Raises `PackageUnavailable`,
    `VersionConflict`, `InvalidRequest`.
    """
    at = clock.now()

    def body(tx: Transaction) -> Changed:
        chain = audit.load(tx, actor)
        before = store.package(store.read([store.package_ref(package_id)], tx)[0])
        if before is None:
            raise PackageUnavailable
        after = _changed(before, prices, coins, shown or {})
        if after == replace(before, version=after.version) and before.version == version + 1:
            return Changed(package_id, before.version)  # done, and its acknowledgement was lost
        if before.version != version:
            raise VersionConflict(version=before.version)
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
    return {
        "coinAmount": one.coin_amount,
        "bonusCoins": one.bonus_coins,
        "isAvailable": one.is_available,
        **prices,
    }
