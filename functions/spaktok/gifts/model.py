"""Gifts, combos and points: values and pure rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

QUANTITY_MAX: Final = 999
COST_MAX: Final = 1_000_000
"""The dearest that a single gift may be, in coins."""
NAME_MAX: Final = 40
DESCRIPTION_MAX: Final = 200
MESSAGE_MAX: Final = 150
TAGS_MAX: Final = 10

COMBO_WINDOW: Final = timedelta(seconds=5)
"""How long after a gift the next of the same kind still belongs to its combo."""
UNDO_WITHIN: Final = timedelta(seconds=10)
QUOTED_FOR: Final = timedelta(seconds=60)
SENDS_A_MINUTE_MAX: Final = 30
DAILY_COINS_MAX: Final = 20_000
"""Of whoever has not had their identity verified."""
FACE_VALUE_MICRO: Final = 10_000
"""What a coin is called worth, in micro-USD: one cent."""

_MULTIPLIERS: Final = ((100, 5), (50, 3), (10, 2), (1, 1))


class Category(StrEnum):
    """The shelves of the catalogue."""

    BASIC = "basic"
    PREMIUM = "premium"
    LUXURY = "luxury"
    LEGENDARY = "legendary"
    EVENT = "event"
    SEASONAL = "seasonal"


class Rarity(StrEnum):
    """How a gift is framed."""

    COMMON = "common"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


class Context(StrEnum):
    """Where a gift is given."""

    PROFILE = "profile"
    VIDEO = "video"
    LIVE_STREAM = "live_stream"


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift as one version of the catalogue has it."""

    gift_id: str
    name: str
    category: Category
    rarity: Rarity
    coin_cost: int | None
    """None where it has no price yet: then nobody can give it."""
    duration_ms: int
    """How long its animation takes."""
    sort_order: int
    description: str = ""
    tags: tuple[str, ...] = ()
    minimum_level: int = 1
    is_retired: bool = False
    available_from: datetime | None = None
    available_until: datetime | None = None
    """The instant at which a limited edition ends."""

    def on_sale(self, at: datetime) -> bool:
        """Whether it can be given at an instant."""
        return (
            self.coin_cost is not None
            and not self.is_retired
            and (self.available_from is None or self.available_from <= at)
            and (self.available_until is None or at < self.available_until)
        )

    @property
    def image_path(self) -> str:
        """Where its picture lies in Storage."""
        return f"gifts/{self.gift_id}/image.png"

    @property
    def animation_path(self) -> str:
        """Where its animation (Lottie) lies in Storage."""
        return f"gifts/{self.gift_id}/animation.json"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All gifts, as of one version. A version never changes."""

    version: int
    gifts: dict[str, Gift] = field(default_factory=dict)

    def find(self, gift_id: str) -> Gift | None:
        """The gift of that id, on sale or not."""
        return self.gifts.get(gift_id)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a gift is for, and where it is given."""

    receiver: str
    context: Context
    context_id: str
    """The video's or the stream's id; the receiver's own for a profile."""

    @property
    def path(self) -> str:
        """The document that the gift is given at."""
        return f"{_COLLECTIONS[self.context]}/{self.context_id}"


_COLLECTIONS: Final = {
    Context.PROFILE: "users",
    Context.VIDEO: "videos",
    Context.LIVE_STREAM: "liveStreams",
}


def encode(gift: Gift) -> dict[str, Any]:
    """The gift as it stands in a version of the catalogue."""
    return {
        "giftId": gift.gift_id,
        "name": gift.name,
        "description": gift.description,
        "category": gift.category,
        "rarity": gift.rarity,
        "coinCost": gift.coin_cost,
        "durationMs": gift.duration_ms,
        "sortOrder": gift.sort_order,
        "tags": list(gift.tags),
        "minimumLevel": gift.minimum_level,
        "isRetired": gift.is_retired,
        "availableFrom": gift.available_from,
        "availableUntil": gift.available_until,
    }


def decode(fields: dict[str, Any]) -> Gift:
    """The gift in the fields of a version, or in an entry of the data file.

    That may leave out what has a default.
    """
    return Gift(
        gift_id=fields["giftId"],
        name=fields["name"],
        description=fields.get("description", ""),
        category=Category(fields["category"]),
        rarity=Rarity(fields["rarity"]),
        coin_cost=fields["coinCost"],
        duration_ms=fields["durationMs"],
        sort_order=fields["sortOrder"],
        tags=tuple(fields["tags"]),
        minimum_level=fields.get("minimumLevel", 1),
        is_retired=fields.get("isRetired", False),
        available_from=fields.get("availableFrom"),
        available_until=fields.get("availableUntil"),
    )


def multiplier(combo: int) -> int:
    """What a combo of so many gifts multiplies points by: points alone, never coins or earnings."""
    return next(times for least, times in _MULTIPLIERS if combo >= least)


def points(coins: int, combo: int) -> int:
    """What a gift counts for on the screen and in a battle; `combo` is the count with this gift."""
    return coins * multiplier(combo)


def undo_until(at: datetime) -> datetime:
    """The instant from which on a gift of `at` stands."""
    return at + UNDO_WITHIN


def creators_share(net_micro: int, bps: int) -> int:
    """What of the net receipts is the creator's, in micro-USD; the rest is the platform's.

    `floor(net * bps / 10000)` in integers, so the two always sum to the net.
    """
    return net_micro * bps // 10_000
