"""What is seen of gifts where they are given: tallies, and the one picture made of them. Pure rules.

A target (a stream, a video, a profile) has tallies, each the sum of the roll-ups of one bucket. A
window has one first roll-up a bucket; what is late has tallies of its own, which wait for their second.
So no tally is written more than once in a second. The picture that viewers listen to is worked out from
the tallies alone: however often it is painted, it is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from spaktok.gifts.model import COMBO_WINDOW

SENDERS_MAX: Final = 2_000
"""Senders that one tally names; with more, those who gave least are in its totals alone."""
COMBOS_MAX: Final = 50
TOP_MAX: Final = 20
SHOWN_COMBOS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Item:
    """A gift as it is shown, or one that is taken back (`sign` is -1)."""

    sender: str | None
    """None where it was given anonymously: what is made of this can't tell."""
    gift_id: str
    quantity: int
    coins: int
    points: int
    combo_id: str
    combo: int
    """How many the combo has with it."""
    at: datetime
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """What one sender gave openly, and when it came to that."""

    coins: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """A combo as it is shown: one animation, whose number grows."""

    id: str
    gift_id: str
    sender: str | None
    count: int
    points: int
    at: datetime
    """Of its last gift."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was given at one target, as far as one bucket goes."""

    gifts: int = 0
    coins: int = 0
    points: int = 0
    senders: Mapping[str, Given] = field(default_factory=dict)
    combos: Mapping[str, Running] = field(default_factory=dict)

    def with_items(self, items: Iterable[Item]) -> Tally:
        """The tally with these, in their order."""
        tally = self
        for item in items:
            tally = tally._with(item)
        return replace(tally, senders=_most(tally.senders), combos=_latest(tally.combos))

    def _with(self, item: Item) -> Tally:
        return Tally(
            gifts=self.gifts + item.sign * item.quantity,
            coins=self.coins + item.sign * item.coins,
            points=self.points + item.sign * item.points,
            senders=_credited(self.senders, item),
            combos=_run(self.combos, item),
        )


def credit(tallies: Iterable[Tally]) -> dict[str, Given]:
    """What each sender gave openly, over all tallies."""
    summed: dict[str, Given] = {}
    for tally in tallies:
        for uid, given in tally.senders.items():
            held = summed.get(uid)
            summed[uid] = (
                given if held is None else Given(held.coins + given.coins, max(held.at, given.at))
            )
    return summed


def ranked(given: Mapping[str, Given], most: int) -> list[tuple[str, Given]]:
    """The senders who gave most; of equals, who came to it first."""
    ordered = sorted(given.items(), key=lambda one: (-one[1].coins, one[1].at, one[0]))
    return [one for one in ordered if one[1].coins > 0][:most]


def picture(tallies: list[Tally], at: datetime) -> dict[str, Any]:
    """What viewers listen to, as `broadcast/current` holds it.

    {gifts, coins, points, topGifters: [{userId, coins}], gifterIds, combos: [{comboId, giftId, senderId
    | null, count, points, lastAt}], updatedAt}.
    Ids and no names: who is shown is looked up by the viewer, under the rules that hold for the viewer.
    """
    top = ranked(credit(tallies), TOP_MAX)
    running = sorted(
        (one for tally in tallies for one in tally.combos.values() if at <= one.at + COMBO_WINDOW),
        key=lambda one: (-one.points, one.at, one.id),
    )[:SHOWN_COMBOS_MAX]
    named = {uid for uid, _ in top} | {one.sender for one in running if one.sender is not None}
    return {
        "gifts": sum(tally.gifts for tally in tallies),
        "coins": sum(tally.coins for tally in tallies),
        "points": sum(tally.points for tally in tallies),
        "topGifters": [{"userId": uid, "coins": given.coins} for uid, given in top],
        "gifterIds": sorted(named),
        "combos": [
            {
                "comboId": one.id,
                "giftId": one.gift_id,
                "senderId": one.sender,
                "count": one.count,
                "points": one.points,
                "lastAt": one.at,
            }
            for one in running
        ],
        "updatedAt": at,
    }


def encode(tally: Tally) -> dict[str, Any]:
    """The tally as it is stored. `senderIds` is there to find whom it names."""
    shown = {one.sender for one in tally.combos.values() if one.sender is not None}
    return {
        "gifts": tally.gifts,
        "coins": tally.coins,
        "points": tally.points,
        "senderIds": sorted({*tally.senders, *shown}),
        "senders": {
            uid: {"coins": given.coins, "at": given.at} for uid, given in tally.senders.items()
        },
        "combos": {
            one.id: {
                "giftId": one.gift_id,
                "senderId": one.sender,
                "count": one.count,
                "points": one.points,
                "at": one.at,
            }
            for one in tally.combos.values()
        },
    }


def decode(fields: Mapping[str, Any]) -> Tally:
    """The tally in stored fields; an empty one where there are none."""
    return Tally(
        gifts=fields.get("gifts", 0),
        coins=fields.get("coins", 0),
        points=fields.get("points", 0),
        senders={
            uid: Given(one["coins"], one["at"]) for uid, one in fields.get("senders", {}).items()
        },
        combos={
            name: Running(
                name, one["giftId"], one["senderId"], one["count"], one["points"], one["at"]
            )
            for name, one in fields.get("combos", {}).items()
        },
    )


def _credited(held: Mapping[str, Given], item: Item) -> Mapping[str, Given]:
    if item.sender is None:
        return held
    before = held.get(item.sender)
    if before is None:
        return {**held, item.sender: Given(item.sign * item.coins, item.at)}
    # Of a total that a reversal lowered, the time stays that of its last gift.
    at = max(before.at, item.at) if item.sign > 0 else before.at
    return {**held, item.sender: Given(before.coins + item.sign * item.coins, at)}


def _run(held: Mapping[str, Running], item: Item) -> Mapping[str, Running]:
    before = held.get(item.combo_id)
    if item.sign < 0:
        if before is None:
            return held
        left = replace(
            before, count=before.count - item.quantity, points=before.points - item.points
        )
        return {**held, item.combo_id: left}
    if before is None:
        running = Running(
            item.combo_id, item.gift_id, item.sender, item.combo, item.points, item.at
        )
    else:
        running = replace(
            before,
            count=max(before.count, item.combo),
            points=before.points + item.points,
            at=max(before.at, item.at),
        )
    return {**held, item.combo_id: running}


def _most(held: Mapping[str, Given]) -> Mapping[str, Given]:
    kept = {uid: given for uid, given in held.items() if given.coins != 0}
    if len(kept) <= SENDERS_MAX:
        return kept
    return dict(sorted(kept.items(), key=lambda one: (-one[1].coins, one[1].at))[:SENDERS_MAX])


def _latest(held: Mapping[str, Running]) -> Mapping[str, Running]:
    """The combos that may still run, by the newest gift there is."""
    if not held:
        return held
    newest = max(one.at for one in held.values())
    alive = [one for one in held.values() if one.count > 0 and newest <= one.at + COMBO_WINDOW]
    alive.sort(key=lambda one: (one.at, one.points, one.id))
    return {one.id: one for one in alive[-COMBOS_MAX:]}
