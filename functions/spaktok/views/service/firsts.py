"""Who did what first: of all that a viewer did with a thing in a month, the least rank is the one.

`watched/{uid_month}` holds the least rank of each key, which no order of writing changes; so it is
repeatable, and asks for no order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from spaktok.core import clients, log, transaction
from spaktok.users import store as users
from spaktok.views import store
from spaktok.views.model import KEPT_FOR

CHUNK: Final = 200
KEYS_MAX: Final = 400
"""Firestore takes 500 changes of one document in a commit."""


class Claim(Protocol):
    """Something that a viewer did."""

    @property
    def viewer(self) -> str:
        """Who did it."""

    @property
    def at(self) -> datetime:
        """When it reached the server."""

    @property
    def month(self) -> str:
        """The month of UTC of it."""

    @property
    def rank(self) -> int:
        """Orders what a viewer did."""


Won = dict[tuple[str, str, str], int]
"""By viewer, month and key: the least rank."""


@dataclass(frozen=True, slots=True)
class Place:
    """Some of a viewer's keys of a month: as many as may be changed in one commit."""

    viewer: str
    month: str
    keys: tuple[str, ...]
    """In the order of their names."""


def least(claims: Iterable[tuple[Claim, str]]) -> Won:
    """The least rank of every key that is claimed, once the claims are in. A write a viewer and month.

    Nothing is known of a document that takes no more, and so nothing of it counts.
    """
    wanted: dict[tuple[str, str], dict[str, Claim]] = defaultdict(dict)
    for claim, key in claims:
        held = wanted[claim.viewer, claim.month].get(key)
        if held is None or claim.rank < held.rank:
            wanted[claim.viewer, claim.month][key] = claim
    won: Won = {}
    for places in _commits(wanted):
        won.update(_least(wanted, places))
    return won


def of(viewer: str, months: Collection[str]) -> dict[str, Mapping[str, int]]:
    """By month, the least rank of each key of a viewer's. A read each."""
    names = sorted(months)
    found = users.read([store.watched_ref(viewer, month) for month in names])
    return {
        month: (snapshot.to_dict() or {}).get("seen", {})
        for month, snapshot in zip(names, found, strict=True)
    }


def _commits(wanted: Mapping[tuple[str, str], Mapping[str, Claim]]) -> Iterator[list[Place]]:
    """The claims, a commit at a time: no document twice in one, and of none too many keys."""
    rounds: dict[int, list[Place]] = defaultdict(list)
    for viewer, month in sorted(wanted):
        keys = sorted(wanted[viewer, month])
        for number, at in enumerate(range(0, len(keys), KEYS_MAX)):
            rounds[number].append(Place(viewer, month, tuple(keys[at : at + KEYS_MAX])))
    for places in rounds.values():
        for start in range(0, len(places), CHUNK):
            yield places[start : start + CHUNK]


def _least(wanted: Mapping[tuple[str, str], Mapping[str, Claim]], places: Sequence[Place]) -> Won:
    """One commit's keys. One RPC; what the database refuses is halved until that document is found."""
    from google.api_core.exceptions import InvalidArgument
    from google.cloud.firestore import Minimum

    batch = clients.db().batch()
    for place in places:
        claims = wanted[place.viewer, place.month]
        batch.set(
            store.watched_ref(place.viewer, place.month),
            {
                "userId": place.viewer,
                "seen": {key: Minimum(claims[key].rank) for key in place.keys},
                "expiresAt": max(claims[key].at for key in place.keys) + KEPT_FOR,
            },
            merge=True,
        )
    try:
        results: Any = transaction.settle(batch.commit)
    except InvalidArgument:
        if len(places) == 1:
            log.warning("what was watched takes no more", month=places[0].month)
            return {}
        half = len(places) // 2
        return {**_least(wanted, places[:half]), **_least(wanted, places[half:])}
    return {
        (place.viewer, place.month, key): int(value.integer_value)
        for place, result in zip(places, results, strict=True)
        # The answer holds the values in the order of their fields' names.
        for key, value in zip(place.keys, result.transform_results, strict=True)
    }
