"""What two users may have with each other: values and pure rules."""

from __future__ import annotations

from enum import StrEnum

from spaktok.users.relation import Relation


class Tie(StrEnum):
    """What one user may have with another besides blocks and mutes."""

    FOLLOW = "follow"
    ASK = "ask"
    BEFRIEND = "befriend"
    LIST = "list"
    """As a close friend."""


def ties_of(relation: Relation) -> tuple[list[Tie], list[Tie]]:
    """What the viewer of a relation has with the other, and what the other has with the viewer."""
    held = {
        Tie.FOLLOW: (relation.follows, relation.followed_by),
        Tie.ASK: (relation.asks, relation.asked_by),
        Tie.BEFRIEND: (relation.befriends, relation.befriended_by),
        Tie.LIST: (relation.close_friend, relation.close_friend_of),
    }
    mine, theirs = ([tie for tie, of in held.items() if of[side]] for side in (0, 1))
    return mine, theirs
