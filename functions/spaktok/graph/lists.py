"""Lists of people: who follows whom, who asks, and whom one keeps, mutes or blocks.

Every list passes `_page`: it shows a person by their card, and nobody who is erased, deactivated or
barred from the viewer. Where somebody is left out the page is filled up from what follows, so that
its length tells nothing; the viewer's mask names everyone a block stands with, in one read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, paging
from spaktok.core.ids import UserId
from spaktok.feed import store as feed
from spaktok.graph import store
from spaktok.graph.refusals import AccountPrivate
from spaktok.users import lookup as people
from spaktok.users import store as users
from spaktok.users.model import Card

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

ROUNDS_MAX: Final = 4
"""Queries for one page: where more than this many pages' worth of people are hidden in a row, the
page is short and its cursor goes on."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a list."""

    user_id: UserId
    username: str
    display_name: str
    profile_image: str | None
    is_verified: bool
    is_private: bool
    since: datetime | None
    """When they came onto the list; None where that is not the viewer's to know."""
    until: datetime | None = None
    """When a mute ends; None for good, and on every other list."""
    request_id: str | None = None
    """Of a friend request."""


@dataclass(frozen=True, slots=True)
class FollowerPage:
    """A page of followers."""

    followers: list[Person]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class FollowingPage:
    """A page of those whom a user follows."""

    following: list[Person]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A page of those who ask to follow."""

    requests: list[Person]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class FriendPage:
    """A page of friends."""

    friends: list[Person]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class FriendRequests:
    """Friend requests that wait, a page of each kind."""

    sent: list[Person]
    received: list[Person]
    next_sent_cursor: str | None
    next_received_cursor: str | None


@dataclass(frozen=True, slots=True)
class CloseFriendPage:
    """A page of close friends."""

    close_friends: list[Person]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class MutedPage:
    """A page of muted users."""

    muted_users: list[Person]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class BlockedPage:
    """A page of blocked users."""

    blocked_users: list[Person]
    next_cursor: str | None
    has_more: bool


def followers(viewer: UserId, user_id: UserId, limit: int, cursor: str | None) -> FollowerPage:
    """Who follows a user: two reads a person, and four.

    Raises `NotFound`, and `AccountPrivate` for whoever does not follow a private account.
    """
    own = _enter(viewer, user_id)
    query = store.newest_first(store.followers_of(user_id))
    asked = _List(viewer, f"followers:{user_id}", query, "followerId", dated=own)
    return FollowerPage(*_page(asked, limit, cursor))


def following(viewer: UserId, user_id: UserId, limit: int, cursor: str | None) -> FollowingPage:
    """Whom a user follows, under the same conditions and at the same cost."""
    own = _enter(viewer, user_id)
    query = store.newest_first(store.followed_by(user_id))
    asked = _List(viewer, f"following:{user_id}", query, "followingId", dated=own)
    return FollowingPage(*_page(asked, limit, cursor))


def requests(viewer: UserId, limit: int, cursor: str | None) -> RequestPage:
    """Who asks to follow the viewer: two reads a person, and two."""
    query = store.newest_first(store.asking(viewer))
    asked = _List(viewer, "follow-requests", query, "requesterId")
    return RequestPage(*_page(asked, limit, cursor))


def friends(viewer: UserId, limit: int, cursor: str | None) -> FriendPage:
    """The viewer's friends: two reads a person, and two."""
    query = store.newest_first(store.friends_of(viewer), "friendsAt")
    asked = _List(viewer, "friends", query, _other_than(viewer), instant="friendsAt")
    return FriendPage(*_page(asked, limit, cursor))


def friend_requests(
    viewer: UserId, limit: int, sent_cursor: str | None, received_cursor: str | None
) -> FriendRequests:
    """The friend requests that wait, sent and received: two reads a person, and four."""
    out = _List(
        viewer,
        "friend-requests-sent",
        store.newest_first(store.befriended(viewer)),
        "receiverId",
        named=True,
    )
    into = _List(
        viewer,
        "friend-requests-received",
        store.newest_first(store.befriending(viewer)),
        "senderId",
        named=True,
    )
    sent, next_sent, _ = _page(out, limit, sent_cursor)
    received, next_received, _ = _page(into, limit, received_cursor)
    return FriendRequests(sent, received, next_sent, next_received)


def close_friends(viewer: UserId, limit: int, cursor: str | None) -> CloseFriendPage:
    """The viewer's close friends: two reads a person, and two."""
    listed = users.card_ref(viewer).collection("closeFriends")
    query = store.newest_first(listed, "addedAt")
    asked = _List(viewer, "close-friends", query, "friendId", instant="addedAt")
    return CloseFriendPage(*_page(asked, limit, cursor))


def muted(viewer: UserId, limit: int, cursor: str | None) -> MutedPage:
    """Whom the viewer mutes, without those whose time is over: two reads a person, and two."""
    query = store.newest_first(users.card_ref(viewer).collection("mutedUsers"))
    asked = _List(viewer, "muted", query, "mutedUserId", ending=True)
    return MutedPage(*_page(asked, limit, cursor))


def blocked(viewer: UserId, limit: int, cursor: str | None) -> BlockedPage:
    """Whom the viewer blocks, those included who block the viewer too: two reads a person, and two."""
    query = store.newest_first(users.card_ref(viewer).collection("blockedUsers"))
    asked = _List(viewer, "blocked", query, "blockedUserId", barred_too=True)
    return BlockedPage(*_page(asked, limit, cursor))


@dataclass(frozen=True, slots=True)
class _List:
    """A list as one viewer sees it."""

    viewer: UserId
    name: str
    query: Query
    who: str | Callable[[DocumentSnapshot[Any]], str]
    """The field that names the person, or what finds it."""
    instant: str = "timestamp"
    dated: bool = True
    ending: bool = False
    named: bool = False
    barred_too: bool = False

    def person(self, snapshot: DocumentSnapshot[Any]) -> str:
        uid: str = snapshot.get(self.who) if isinstance(self.who, str) else self.who(snapshot)
        return uid

    def show(self, snapshot: DocumentSnapshot[Any], card: Card) -> Person:
        return Person(
            user_id=card.user_id,
            username=card.username,
            display_name=card.display_name,
            profile_image=card.profile_image,
            is_verified=card.is_verified,
            is_private=card.is_private,
            since=snapshot.get(self.instant) if self.dated else None,
            until=snapshot.get("until") if self.ending else None,
            request_id=snapshot.id if self.named else None,
        )

    def over(self, snapshot: DocumentSnapshot[Any]) -> bool:
        until = snapshot.get("until") if self.ending else None
        return until is not None and until <= clock.now()


def _page(asked: _List, limit: int, cursor: str | None) -> tuple[list[Person], str | None, bool]:
    scope = f"{asked.name}:{asked.viewer}"
    hidden = frozenset[str]()
    if not asked.barred_too:
        hidden = feed.mask(feed.mask_ref(asked.viewer).get()).users
    shown: list[Person] = []
    for _ in range(ROUNDS_MAX):
        page = paging.page(asked.query, limit=limit - len(shown), cursor=cursor, scope=scope)
        cursor = page.next_cursor
        shown += _visible(asked, page.snapshots, hidden)
        if cursor is None or len(shown) == limit:
            break
    return shown, cursor, cursor is not None


def _visible(
    asked: _List, snapshots: list[DocumentSnapshot[Any]], hidden: frozenset[str]
) -> list[Person]:
    met = {
        asked.person(snapshot): snapshot
        for snapshot in snapshots
        if asked.person(snapshot) not in hidden and not asked.over(snapshot)
    }
    cards = users.read([users.card_ref(uid) for uid in met]) if met else []
    found = (users.decode_card(snapshot) for snapshot in cards)
    return [
        asked.show(met[card.user_id], card)
        for card in found
        if card is not None and not card.deactivated
    ]


def _enter(viewer: UserId, user_id: UserId) -> bool:
    """Whether the list is the viewer's own. Raises where it is not theirs to see. Two reads."""
    card, relation = people.load(viewer, user_id)
    if card.is_private and not (relation.follows or relation.is_self):
        raise AccountPrivate
    return relation.is_self


def _other_than(viewer: UserId) -> Callable[[DocumentSnapshot[Any]], str]:
    def other(snapshot: DocumentSnapshot[Any]) -> str:
        first, second = snapshot.get("friends")
        uid: str = second if first == viewer else first
        return uid

    return other
