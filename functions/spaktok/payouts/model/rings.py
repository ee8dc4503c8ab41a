"""Signs that gifts were no gifts but money on its way round, before it leaves. Pure.

A stolen card buys coins, the coins are given to an account of the thief's, and that withdraws; or
friends pass the same money round to climb the boards. A sign proves nothing: it asks for a second pair
of eyes. Values are what coins stood for, in micro-USD, so that promotional coins make no sign.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from spaktok.payouts.model import policy
from spaktok.payouts.model.gates import Seen, Sign
from spaktok.payouts.model.states import MICRO_PER_MINOR

_BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Flows:
    """Who gave how much (micro-USD), as far as was looked."""

    received: Mapping[str, int]
    """By giver, to whoever withdraws."""
    given: Mapping[str, int]
    """By receiver, by whoever withdraws."""
    before: Mapping[str, Mapping[str, int]]
    """Of the largest givers: by whom they were given."""
    young: bool
    """Whether the first gift was but a while ago."""


def largest(received: Mapping[str, int]) -> list[str]:
    """The givers of whom it is looked at who gave to them, the largest first."""
    ordered = sorted(received, key=lambda uid: (-received[uid], uid))
    return [uid for uid in ordered if received[uid] > 0][: policy.RING_GIVERS]


def seen(uid: str, flows: Flows, sharing: Collection[str]) -> list[Seen]:
    """The signs, in a fixed order. `sharing` are the accounts that `uid` shares a destination with."""
    total = sum(flows.received.values())
    found = [
        _about(Sign.CIRCLE, _circle(uid, flows, total), flows, total),
        _about(Sign.CIRCLE_OF_THREE, _of_three(uid, flows, total), flows, total),
        _about(Sign.ONE_GIVER, _one_giver(flows, total), flows, total),
    ]
    givers = sorted(one for one in sharing if flows.received.get(one, 0) > 0)
    others = sorted({*sharing} - {*givers, uid})
    found += [
        Seen(Sign.SHARED_DESTINATION, tuple(others)),
        _about(Sign.SHARED_WITH_GIVER, givers, flows, total),
    ]
    return [one for one in found if one.others]


def _circle(uid: str, flows: Flows, total: int) -> list[str]:
    return [
        giver
        for giver, micro in sorted(flows.received.items())
        if giver != uid and _much(micro, total) and _enough(flows.given.get(giver, 0))
    ]


def _of_three(uid: str, flows: Flows, total: int) -> list[str]:
    """The givers and those behind them, of circles `uid` → behind → giver → `uid`."""
    found: set[str] = set()
    for giver, before in flows.before.items():
        behind = {
            one
            for one, micro in before.items()
            if one not in (uid, giver) and _enough(micro) and _enough(flows.given.get(one, 0))
        }
        if behind and _much(flows.received.get(giver, 0), total):
            found |= {giver, *behind}
    return sorted(found)


def _one_giver(flows: Flows, total: int) -> list[str]:
    if not flows.young:
        return []
    return [
        giver
        for giver, micro in sorted(flows.received.items())
        if micro >= policy.ONE_GIVER_MINIMUM_MINOR * MICRO_PER_MINOR
        and micro * _BPS > total * policy.ONE_GIVER_SHARE_BPS
    ]


def _enough(micro: int) -> bool:
    return micro >= policy.RING_MINIMUM_MINOR * MICRO_PER_MINOR


def _much(micro: int, total: int) -> bool:
    return _enough(micro) and micro * _BPS >= total * policy.RING_SHARE_BPS


def _about(sign: Sign, others: Iterable[str], flows: Flows, total: int) -> Seen:
    who = tuple(others)
    came = sum(flows.received.get(one, 0) for one in who)
    return Seen(sign, who, came * _BPS // total if total else None)
