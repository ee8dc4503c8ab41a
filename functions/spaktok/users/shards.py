"""Followers, packed: a user's followers lie in a few documents and not in one each.

`users/{uid}/shards/{k}` holds up to `SPLIT_AT` follower ids and their count, so that publishing reads
N/10,000 documents instead of N, following is one blind write, and nobody's fame makes a hot document.
Which shard a follower is in follows from linear hashing (Litwin, 1980): `shards` on the card grows
by one at a time, and each step moves the ids of one shard only. They grow with the crowd, so that
none is too large, and with its speed, so that none is written too often (`wanted`).

{followerIds, idleIds, heavy: {uid: follows}, followerCount, of, pulled, changedAt}: `idleIds` are those
of the followers who have not looked at their feed for long, `heavy` those who follow very many; `of` is
how many shards there were once this one was last split, so that whoever reads a shard finds the ids
that left it without asking the card; `pulled` says that this crowd looks for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import counters, transaction
from spaktok.users import store

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch

SPLIT_AT: Final = 20_000
"""Ids in a shard before it is split: 580 KB of the document's 1 MiB, 29 bytes each. The marks of crowds
to which something is brought lie beside them; of larger crowds there are none (`graph.audiences`)."""
UNEVEN: Final = 2
"""A shard whose turn to split has not come holds, and takes, twice what the split ones do."""
WRITES_PER_S_MAX: Final = 1.0
"""What Firestore promises one document for good; bursts may exceed it."""
FOR_SPEED_MAX: Final = 1024
"""Shards that speed alone may ask for, since every one is read to sum the total."""
SPLITS_MAX: Final = 64
"""Splits in one task; the task of the next window goes on."""


def shard_of(follower: str, shards: int) -> int:
    """In which of `shards` (≥ 1) documents this follower is."""
    key = int.from_bytes(blake2b(follower.encode(), digest_size=8).digest(), "big")
    level = 1 << (shards.bit_length() - 1)
    wide = key % (2 * level)
    return wide if wide < shards else key % level


def splits_next(shards: int) -> int:
    """The shard whose ids are divided when one more is added."""
    return shards - (1 << (shards.bit_length() - 1))


@dataclass(frozen=True, slots=True)
class Crowd:
    """All who follow somebody."""

    ids: frozenset[str]
    idle: frozenset[str]
    heavy: dict[str, int]
    """How many those follow who follow very many, as it was last counted."""
    pulled: bool


def crowd(uid: str, at_least: int = 1) -> Crowd:
    """Everyone who follows `uid`: a read a shard; an RPC, and one more wherever a split is found.

    `at_least` is how many shards there were at some time before; there are never fewer.
    """
    ids_found: set[str] = set()
    idle: set[str] = set()
    heavy: dict[str, int] = {}
    pulled = False
    read, there = 0, max(1, at_least)
    parts = store.card_ref(uid).collection("shards")
    while read < there:
        found = store.read([parts.document(str(shard)) for shard in range(read, there)])
        read = there
        for part in found:
            fields: dict[str, Any] = part.to_dict() or {}
            ids_found.update(fields.get("followerIds", []))
            idle.update(fields.get("idleIds", []))
            heavy |= fields.get("heavy", {})
            pulled = pulled or fields.get("pulled", False)
            there = max(there, fields.get("of", 1))
    return Crowd(frozenset(ids_found), frozenset(idle), heavy, pulled)


def wanted(followers: int, per_second: float) -> int:
    """How many shards so many followers need, who come and go at that rate."""
    for_size = ceil(followers * UNEVEN / SPLIT_AT)
    for_speed = ceil(per_second * UNEVEN / WRITES_PER_S_MAX)
    return max(1, for_size, min(for_speed, FOR_SPEED_MAX) if per_second > WRITES_PER_S_MAX else 1)


def add(batch: WriteBatch, followed: str, follower: str, shards: int) -> None:
    """Stage a new follower. One write; the commit must create the edge as well."""
    from google.cloud.firestore import ArrayUnion

    counters.add(
        batch,
        store.card_ref(followed),
        {"followerCount": 1},
        shards=shards,
        shard=shard_of(follower, shards),
        extra={"followerIds": ArrayUnion([follower])},
    )


def remove(batch: WriteBatch, followed: str, follower: str, shards: int) -> None:
    """Stage the end of a follow. One write; the commit must delete the edge, which must exist."""
    from google.cloud.firestore import DELETE_FIELD, ArrayRemove

    counters.add(
        batch,
        store.card_ref(followed),
        {"followerCount": -1},
        shards=shards,
        shard=shard_of(follower, shards),
        extra={
            "followerIds": ArrayRemove([follower]),
            "idleIds": ArrayRemove([follower]),
            "heavy": {follower: DELETE_FIELD},
        },
    )


def spread(uid: str, have: int, want: int) -> int:
    """Split until there are `want` shards, or `SPLITS_MAX` times; how many there are now."""
    for _ in range(min(want - have, SPLITS_MAX)):
        have = split(uid, want)
        if have >= want or have == 0:
            break
    return have


def split(uid: str, want: int | None = None) -> int:
    """Add one shard, unless there are `want`, and move to it what belongs there; how many there are.

    Two reads and three writes, whatever the number of followers; 0 where there is no such user. A
    follow that runs at the same time has read the card, and so runs again.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    def body(tx: Transaction) -> int:
        card = store.decode_card(store.read([store.card_ref(uid)], tx)[0])
        if card is None:
            return 0
        if want is not None and card.shards >= want:
            return card.shards
        parts = store.card_ref(uid).collection("shards")
        source = parts.document(str(splits_next(card.shards)))
        target = parts.document(str(card.shards))
        held: dict[str, Any] = store.read([source], tx)[0].to_dict() or {}
        after = card.shards + 1
        ids: list[str] = held.get("followerIds", [])
        moved = [one for one in ids if shard_of(one, after) == card.shards]
        gone = set(moved)
        idle: list[str] = held.get("idleIds", [])
        heavy: dict[str, int] = held.get("heavy", {})
        tx.set(
            target,
            {
                "followerIds": moved,
                "idleIds": [one for one in idle if one in gone],
                "heavy": {one: follows for one, follows in heavy.items() if one in gone},
                "followerCount": len(moved),
                "of": after,
                "changedAt": SERVER_TIMESTAMP,
            },
        )
        tx.set(
            source,
            {
                **held,
                "followerIds": [one for one in ids if one not in gone],
                "idleIds": [one for one in idle if one not in gone],
                "heavy": {one: follows for one, follows in heavy.items() if one not in gone},
                "of": after,
                "followerCount": held.get("followerCount", 0) - len(moved),
                "changedAt": SERVER_TIMESTAMP,
            },
        )
        tx.update(store.card_ref(uid), {"shards": after})
        return after

    return transaction.run(body)
