"""Followers, packed: a user's followers lie in a few documents and not in one each.

`users/{uid}/shards/{k}` holds up to `SPLIT_AT` follower ids and their count, so that publishing reads
N/5,000 documents instead of N, following is one blind write, and nobody's fame makes a hot document.
Which shard a follower is in follows from linear hashing (Litwin, 1980): `shards` on the card grows
by one at a time, and each step moves the ids of one shard only.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import counters, transaction
from spaktok.users import store

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction, WriteBatch

SPLIT_AT: Final = 5_000
"""Ids in a shard before it is split: about 150 KB of the document's 1 MiB."""


def shard_of(follower: str, shards: int) -> int:
    """In which of `shards` (≥ 1) documents this follower is."""
    key = int.from_bytes(blake2b(follower.encode(), digest_size=8).digest(), "big")
    level = 1 << (shards.bit_length() - 1)
    wide = key % (2 * level)
    return wide if wide < shards else key % level


def splits_next(shards: int) -> int:
    """The shard whose ids are divided when one more is added."""
    return shards - (1 << (shards.bit_length() - 1))


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


def split(uid: str) -> int:
    """Add one shard and move to it what belongs there; how many there are now.

    Two reads a shard involved, three writes, whatever the number of followers. A follow that runs
    at the same time has read the card, and so runs again.
    """
    from google.cloud.firestore import SERVER_TIMESTAMP

    def body(tx: Transaction) -> int:
        card = store.decode_card(store.read([store.card_ref(uid)], tx)[0])
        if card is None:
            return 0
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
