"""The catalogue: versions that never change, one of which is current, and its changes by the staff.

The first version is the data file that is deployed with the code; it is in no document until something
is changed. An instance keeps the current version and asks for a newer one after `FRESH_S`, so a price
is at most that old where it is shown, and a gift costs no read of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clients, clock, config, transaction
from spaktok.core.audit import Act
from spaktok.core.ids import UserId
from spaktok.core.refusal import InvalidRequest
from spaktok.gifts.model import Catalogue, Category, Gift, Rarity, decode, encode
from spaktok.gifts.refusals import GiftExists, NoSuchGift

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

    from spaktok.gifts.requests import AddGift, UpdateGift

FRESH_S: Final = 10.0
_FILE: Final = Path(__file__).parents[1] / "catalogue.json"


@dataclass(frozen=True, slots=True)
class ShownGift:
    """A gift as clients are shown it."""

    gift_id: str
    name: str
    description: str
    category: Category
    rarity: Rarity
    coin_cost: int
    duration_ms: int
    minimum_level: int
    sort_order: int
    tags: tuple[str, ...]
    image_url: str
    """The path of its picture; read with the Storage SDK."""
    animation_url: str
    """The path of its animation (Lottie)."""
    is_limited: bool
    available_until: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What can be given now."""

    version: int
    is_unchanged: bool
    """Whether the caller's version is the newest; then no gifts are listed."""
    gifts: list[ShownGift]


@dataclass(frozen=True, slots=True)
class Changed:
    """The version that has the change."""

    gift_id: str
    version: int


def shown(category: Category | None, known_version: int | None) -> Shown:
    """What is on sale, in order. No read, or one where this instance has not asked for a while.

    What a season's date brings or ends is no change of the version: an app that keeps a version
    compares `availableUntil` itself, and asks again after a day.
    """
    at = clock.now()
    found = current()
    if known_version == found.version:
        return Shown(found.version, is_unchanged=True, gifts=[])
    gifts = sorted(
        (one for one in found.gifts.values() if category in (None, one.category)),
        key=lambda one: (one.sort_order, one.gift_id),
    )
    return Shown(
        version=found.version,
        is_unchanged=False,
        gifts=[_shown(one, one.coin_cost) for one in gifts if one.on_sale(at) and one.coin_cost],
    )


def on_sale(gift_id: str, at: datetime) -> tuple[Gift, int, int]:
    """A gift that can be given now, its price and the catalogue's version. Raises `NoSuchGift`."""
    found = current()
    gift = found.find(gift_id)
    if gift is None or not gift.on_sale(at) or gift.coin_cost is None:
        raise NoSuchGift
    return gift, gift.coin_cost, found.version


def current() -> Catalogue:
    """The newest version, at most `FRESH_S` old. One read then, else none."""
    kept = _kept.get(config.project())
    now_s = clock.monotonic()
    if kept is not None and now_s - kept[0] < FRESH_S:
        return kept[1]
    found = _decode(current_ref().get())
    _kept[config.project()] = (now_s, found)
    return found


def add(actor: UserId, request: AddGift) -> Changed:
    """Put a new gift into the catalogue. Two reads, four writes. Raises `GiftExists`."""
    gift = _checked(
        Gift(
            gift_id=request.gift_id,
            name=request.name,
            category=request.category,
            rarity=request.rarity,
            coin_cost=request.coin_cost,
            duration_ms=request.duration_ms,
            sort_order=request.sort_order,
            description=request.description,
            tags=tuple(request.tags),
            minimum_level=request.minimum_level,
            available_from=request.available_from,
            available_until=request.available_until,
        )
    )

    def put(held: Gift | None) -> Gift:
        if held is not None and held != gift:
            raise GiftExists
        return gift

    return _change(actor, "addGift", request.gift_id, request.reason, put)


def update(actor: UserId, request: UpdateGift) -> Changed:
    """Change a gift, in a new version. Two reads, four writes. Raises `NoSuchGift`.

    What was given before keeps the price it was given at.
    """
    given = request.model_fields_set - {"gift_id", "reason"}
    changes: dict[str, Any] = {name: getattr(request, name) for name in given}
    if "tags" in changes:
        changes["tags"] = tuple(changes["tags"])
    return _change(
        actor,
        "updateGift",
        request.gift_id,
        request.reason,
        lambda held: _checked(replace(_existing(held), **changes)),
    )


def retire(actor: UserId, gift_id: str, reason: str) -> Changed:
    """Take a gift off sale for good. Two reads, four writes; none where it is retired.

    Raises `NoSuchGift`.
    """
    return _change(
        actor, "removeGift", gift_id, reason, lambda held: replace(_existing(held), is_retired=True)
    )


def current_ref() -> DocumentReference:
    """`giftCatalogs/current`: {version, gifts: {giftId: gift}, at}. A copy of the newest version."""
    return _versions("current")


def _versions(name: str) -> DocumentReference:
    return clients.db().collection("giftCatalogs").document(name)


def _change(
    actor: UserId, what: str, gift_id: str, reason: str, put: Callable[[Gift | None], Gift]
) -> Changed:
    """Make the next version in one commit, which is the audit's too; nothing where nothing changes."""
    at = clock.now()

    def body(tx: Transaction) -> Changed:
        chain = audit.load(tx, actor)
        held = _decode(next(iter(tx.get_all([current_ref()]))))
        before = held.find(gift_id)
        after = put(before)
        if after == before:
            return Changed(gift_id, held.version)
        version = held.version + 1
        fields = {
            "version": version,
            "gifts": {one: encode(gift) for one, gift in {**held.gifts, gift_id: after}.items()},
            "at": at,
        }
        # create: a version is written once.
        tx.create(_versions(str(version)), fields)
        tx.set(current_ref(), fields)
        audit.append(
            tx,
            chain,
            Act(actor, what, gift_id, reason, before=_said(before), after=_said(after)),
        )
        return Changed(gift_id, version)

    changed = transaction.run(body)
    forget()
    return changed


def _said(gift: Gift | None) -> dict[str, str | int | bool | None]:
    """The gift as the audit records it."""
    if gift is None:
        return {}
    return {
        name: value if value is None or isinstance(value, int) else str(value)
        for name, value in encode(gift).items()
    }


def _existing(gift: Gift | None) -> Gift:
    if gift is None:
        raise NoSuchGift
    return gift


def _checked(gift: Gift) -> Gift:
    """Raises `InvalidRequest` for a season that ends before it begins."""
    if (
        gift.available_from is not None
        and gift.available_until is not None
        and gift.available_from >= gift.available_until
    ):
        raise InvalidRequest(field="availableUntil", rule="must be after availableFrom")
    return gift


def _decode(snapshot: DocumentSnapshot[Any]) -> Catalogue:
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return first()
    return Catalogue(
        fields["version"], {one: decode(gift) for one, gift in fields["gifts"].items()}
    )


@cache
def first() -> Catalogue:
    """The version that is deployed with the code: 1."""
    entries = json.loads(_FILE.read_text(encoding="utf-8"))["gifts"]
    return Catalogue(1, {one["giftId"]: decode(one) for one in entries})


def _shown(gift: Gift, cost: int) -> ShownGift:
    return ShownGift(
        gift_id=gift.gift_id,
        name=gift.name,
        description=gift.description,
        category=gift.category,
        rarity=gift.rarity,
        coin_cost=cost,
        duration_ms=gift.duration_ms,
        minimum_level=gift.minimum_level,
        sort_order=gift.sort_order,
        tags=gift.tags,
        image_url=gift.image_path,
        animation_url=gift.animation_path,
        is_limited=gift.available_until is not None,
        available_until=gift.available_until,
    )


_kept: Final[dict[str, tuple[float, Catalogue]]] = {}


def forget() -> None:
    """Ask for the newest version next time (after a change, and in tests)."""
    _kept.clear()
