"""What must be true of the whole graph once nothing is left to do: every copy agrees with the truth.

The relations are the truth. Edges, packed followers, totals, requests, lists and masks repeat it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from spaktok.core import clients
from spaktok.users.shards import shard_of

Fields = dict[str, Any]
Pairs = set[tuple[str, str]]

MAPS = ("follows", "blocks", "closeFriends", "followRequests", "friendRequests", "mutes")
"""The maps of a relation that are keyed by whoever does it."""


def violations() -> list[str]:
    """Everything in which the graph of this project contradicts itself; one line each."""
    truth = _relations()
    return [
        *_same("edges", truth["follows"], _edges("followers", "followerId", "followingId")),
        *_same(
            "follow requests",
            truth["followRequests"],
            _edges("followRequests", "requesterId", "targetId"),
        ),
        *_same(
            "friend requests",
            truth["friendRequests"],
            _edges("friendRequests", "senderId", "receiverId"),
        ),
        *_same("block lists", truth["blocks"], _lists("blockedUsers")),
        *_same("mute lists", truth["mutes"], _lists("mutedUsers")),
        *_same("close friends", truth["closeFriends"], _lists("closeFriends")),
        *_same("masks", truth["blocks"] | _turned(truth["blocks"]), _masks("users")),
        *_same("muted masks", truth["mutes"], _masks("muted")),
        *_same("friends", truth["follows"] & _turned(truth["follows"]), truth["friends"]),
        *_packed(truth["follows"]),
        *_totals(truth["follows"]),
        *_excluded(truth),
    ]


def _relations() -> dict[str, Pairs]:
    """Who does what to whom: (subject, object) by the relation's field."""
    found: dict[str, Pairs] = defaultdict(set)
    for snapshot in clients.db().collection("relations").stream():
        fields = snapshot.to_dict() or {}
        one, other = fields["users"]
        for name in MAPS:
            found[name] |= {(uid, other if uid == one else one) for uid in fields.get(name, {})}
        if "friends" in fields:
            assert fields["friends"] == [one, other] == sorted((one, other))
            found["friends"] |= {(one, other), (other, one)}
    return found


def _edges(collection: str, first: str, second: str) -> Pairs:
    found = set()
    for snapshot in clients.db().collection(collection).stream():
        pair = (snapshot.get(first), snapshot.get(second))
        assert snapshot.id == "_".join(pair)
        found.add(pair)
    return found


def _lists(name: str) -> Pairs:
    group = clients.db().collection_group(name)
    return {(one.reference.parent.parent.id, one.id) for one in group.stream()}


def _masks(name: str) -> Pairs:
    found: Pairs = set()
    for snapshot in clients.db().collection_group("feed").stream():
        if snapshot.id == "mask":
            uid = snapshot.reference.parent.parent.id
            found |= {(uid, other) for other in (snapshot.to_dict() or {}).get(name, {})}
    return found


def _packed(follows: Pairs) -> list[str]:
    """Each follower stands once, in the shard where the hash puts them, and is counted there."""
    found: list[str] = []
    packed: Pairs = set()
    for card in clients.db().collection("users").stream():
        spread = card.get("shards")
        for shard in card.reference.collection("shards").stream():
            fields = shard.to_dict() or {}
            held = fields.get("followerIds", [])
            packed |= {(follower, card.id) for follower in held}
            if fields.get("followerCount", 0) != len(held) or len(set(held)) != len(held):
                found.append(
                    f"shard {shard.reference.path} counts {fields.get('followerCount')} of {held}"
                )
            found += [
                f"{follower} lies in the wrong shard of {card.id}"
                for follower in held
                if shard_of(follower, spread) != int(shard.id)
            ]
    return found + _same("packed followers", follows, packed)


def _totals(follows: Pairs) -> list[str]:
    found = []
    for card in clients.db().collection("users").stream():
        counts = (
            sum(followed == card.id for _, followed in follows),
            sum(follower == card.id for follower, _ in follows),
        )
        shown = (card.get("followerCount"), card.get("followingCount"))
        if shown != counts:
            found.append(f"{card.id} shows {shown} followers and followed, and has {counts}")
    return found


def _excluded(truth: dict[str, Pairs]) -> list[str]:
    """A block leaves nothing between two; who follows does not ask to."""
    barred = truth["blocks"] | _turned(truth["blocks"])
    return [
        *(
            f"{name} in spite of a block: {pair}"
            for name in ("follows", "followRequests", "friendRequests", "closeFriends")
            for pair in sorted(truth[name] & barred)
        ),
        *(f"follows and asks: {p}" for p in sorted(truth["follows"] & truth["followRequests"])),
        *(f"friends and ask: {p}" for p in sorted(truth["friends"] & truth["friendRequests"])),
    ]


def _same(what: str, truth: Pairs, copy: Pairs) -> list[str]:
    return [
        *(f"{what} lack {pair}" for pair in sorted(truth - copy)),
        *(f"{what} have {pair} for no reason" for pair in sorted(copy - truth)),
    ]


def _turned(pairs: Pairs) -> Pairs:
    return {(second, first) for first, second in pairs}
