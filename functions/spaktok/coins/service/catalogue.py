"""The catalogue: read by everyone, kept for a minute by each instance, changed by the staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.coins import store
from spaktok.coins.model import packages
from spaktok.coins.model.packages import Currency, Package, Unsound
from spaktok.coins.model.receipts import account_name
from spaktok.coins.refusals import PackageUnavailable, VersionConflict
from spaktok.core import audit, clients, clock, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

CACHED_S: Final = 60.0
_kept: dict[str, tuple[float, list[Package]]] = {}


@dataclass(frozen=True, slots=True)
class Offer:
    """A package as a client shows it. Prices are in minor units of their currency."""

    package_id: str
    name: str
    image_url: str | None
    coin_amount: int
    bonus_coins: int
    total_coins: int
    price_usd: int
    """In cents."""
    price_local: dict[str, int]
    discount: int
    """Per cent below the face value of a cent a coin."""
    is_popular: bool
    is_best_value: bool
    sort_order: int
    product_ids: dict[str, str]
    """The stores' product ids, by store."""
    version: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What is sold now."""

    packages: list[Offer]
    account_token: str
    """How the caller's account is named to the stores: StoreKit's `appAccountToken`, and Play Billing's
    `obfuscatedAccountId`. A receipt without it buys nothing."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The version that is sold from now on."""

    package_id: str
    version: int


def offers(uid: str) -> Offers:
    """What is sold now. Up to 6 reads a minute and instance."""
    shown = [_offer(one) for one in current() if one.is_available]
    return Offers(shown, account_name(uid))


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
    _kept.clear()
    return changed


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


def _offer(one: Package) -> Offer:
    return Offer(
        package_id=one.package_id,
        name=one.name,
        image_url=one.image_url,
        coin_amount=one.coin_amount,
        bonus_coins=one.bonus_coins,
        total_coins=one.coins,
        price_usd=one.price_usd,
        price_local={name: minor for name, minor in one.prices.items() if name != Currency.USD},
        discount=one.discount,
        is_popular=one.is_popular,
        is_best_value=one.is_best_value,
        sort_order=one.sort_order,
        product_ids=dict(one.links),
        version=one.version,
    )
