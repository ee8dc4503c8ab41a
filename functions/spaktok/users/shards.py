"""Followers, packed: a user's followers lie in a few documents and not in one each.

`users/{uid}/shards/{k}` holds up to `SPLIT_AT` follower ids and their count, so that publishing reads
N/5,000 documents instead of N, following is one blind write, and nobody's fame makes a hot document.
Which shard a follower is in follows from linear hashing (Litwin, 1980): `shards` on the card grows
by one at a time, and each step moves the ids of one shard only. They grow with the crowd, so that
none is too large, and with its speed, so that none is written too often (`wanted`).
"""

from __future__ import annotations

from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import counters, transaction
from spaktok.users import store

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch

SPLIT_AT: Final = 5_000
"""Ids in a shard before it is split: about 150 KB of the document's 1 MiB."""
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


def home(shard: int, shards: int) -> int:
    """In which of `shards` documents the ids of a later shard were, when there were so many."""
    while shard >= shards:
        shard -= 1 << (shard.bit_length() - 1)
    return shard


def held(uid: str, shard: int, of: int) -> list[str]:
    """The followers that are in `shard` of `of`, wherever splits have carried them since.

    A read a document and one for the card. A split commits with the new number on the card, so
    ids that left a document before it was read are in one that the card, read after it, names.
    """
    found: set[str] = set()
    places, reached = [shard], of
    while True:
        parts = store.card_ref(uid).collection("shards")
        if places:
            for part in store.read([parts.document(str(place)) for place in places]):
                found.update((part.to_dict() or {}).get("followerIds", []))
        card = store.decode_card(store.card_ref(uid).get())
        if card is None or card.shards <= reached:
            return sorted(one for one in found if shard_of(one, of) == shard)
        places = [one for one in range(reached, card.shards) if home(one, of) == shard]
        reached = card.shards


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
    from google.cloud.firestore import ArrayRemove

    counters.add(
        batch,
        store.card_ref(followed),
        {"followerCount": -1},
        shards=shards,
        shard=shard_of(follower, shards),
        extra={"followerIds": ArrayRemove([follower])},
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
        tx.set(
            target,
            {"followerIds": moved, "followerCount": len(moved), "changedAt": SERVER_TIMESTAMP},
        )
        tx.set(
            source,
            {
                **held,
                "followerIds": [one for one in ids if one not in gone],
                "followerCount": held.get("followerCount", 0) - len(moved),
                "changedAt": SERVER_TIMESTAMP,
            },
        )
        tx.update(store.card_ref(uid), {"shards": after})
        return after

    return transaction.run(body)
