"""What two users are to each other, and what follows from it: pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Whom a thing is for. Every kind of object documents which of these it can have."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    FRIENDS = "friends"
    CLOSE_FRIENDS = "close_friends"
    CUSTOM = "custom"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Relation:
    """How `viewer` stands to `other`, seen from the viewer."""

    is_self: bool = False
    follows: bool = False
    followed_by: bool = False
    blocks: bool = False
    blocked_by: bool = False
    close_friend_of: bool = False
    """The other has the viewer on their list of close friends."""
    close_friend: bool = False
    """The viewer has the other on theirs."""
    asks: bool = False
    """The viewer asked to follow the other, who is private and has not answered."""
    asked_by: bool = False
    befriends: bool = False
    """The viewer asked the other to be friends, and has no answer yet."""
    befriended_by: bool = False
    mutes: bool = False
    """The viewer wants to hear nothing of the other, who never learns of it."""

    @property
    def barred(self) -> bool:
        """Either blocked the other: neither exists for the other any more."""
        return self.blocks or self.blocked_by

    @property
    def friends(self) -> bool:
        """Friends are mutual followers."""
        return self.follows and self.followed_by


SELF = Relation(is_self=True)
STRANGERS = Relation()


def can_view(relation: Relation, visibility: Visibility, *, owner_private: bool) -> bool:
    """Whether something of `other`'s with this visibility is there for the viewer.

    Whatever a private account has is for its followers only, and of them for those whom the
    visibility names: its `public` means followers. The thing itself says whether its owner is
    private (`core.mirrors` keeps that true), because Storage rules may look up two documents, the
    thing and the relation, and a like may read two.

    The same predicate stands in `firestore.rules` and `storage.rules` (`canView`), and a
    differential test compares them.
    """
    if relation.is_self:
        return True
    if relation.barred or (owner_private and not relation.follows):
        return False
    match visibility:
        case Visibility.PUBLIC:
            return True
        case Visibility.FOLLOWERS:
            return relation.follows
        case Visibility.FRIENDS:
            return relation.friends
        case Visibility.CLOSE_FRIENDS:
            return relation.close_friend_of
        case Visibility.CUSTOM | Visibility.PRIVATE:
            return False
