"""Paths, queries and staged writes of edges, requests and lists."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients, ids
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Query, WriteBatch


def edge_ref(follower: str, followed: str) -> DocumentReference:
    """`followers/{follower_following}`."""
    return clients.db().collection("followers").document(ids.edge(follower, followed))


def follow_request_ref(requester: str, target: str) -> DocumentReference:
    """`followRequests/{requester_target}`: there while it waits."""
    return clients.db().collection("followRequests").document(ids.edge(requester, target))


def friend_request_ref(sender: str, receiver: str) -> DocumentReference:
    """`friendRequests/{sender_receiver}`: there while it waits."""
    return clients.db().collection("friendRequests").document(ids.edge(sender, receiver))


def block_ref(uid: str, blocked: str) -> DocumentReference:
    """`users/{uid}/blockedUsers/{blocked}`: the owner's list."""
    return users.card_ref(uid).collection("blockedUsers").document(blocked)


def mute_ref(uid: str, muted: str) -> DocumentReference:
    """`users/{uid}/mutedUsers/{muted}`: the owner's list."""
    return users.card_ref(uid).collection("mutedUsers").document(muted)


def close_friend_ref(uid: str, friend: str) -> DocumentReference:
    """`users/{uid}/closeFriends/{friend}`: the owner's list."""
    return users.card_ref(uid).collection("closeFriends").document(friend)


def followed_by(uid: str) -> Query:
    """The edges of those whom `uid` follows."""
    return _where("followers", "followerId", uid)


def followers_of(uid: str) -> Query:
    """The edges of those who follow `uid`."""
    return _where("followers", "followingId", uid)


def asking(uid: str) -> Query:
    """The requests to follow `uid` that wait."""
    return _where("followRequests", "targetId", uid)


def befriending(uid: str) -> Query:
    """The friend requests that `uid` received."""
    return _where("friendRequests", "receiverId", uid)


def befriended(uid: str) -> Query:
    """The friend requests that `uid` sent."""
    return _where("friendRequests", "senderId", uid)


def friends_of(uid: str) -> Query:
    """The relations of `uid` with those who follow them back."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("relations")
        .where(filter=FieldFilter("friends", "array_contains", uid))
    )


def changed_between(first: datetime, last: datetime) -> Query:
    """The relations in which a follow began or ended in between, in that order."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("relations")
        .where(filter=FieldFilter("followsChangedAt", ">=", first))
        .where(filter=FieldFilter("followsChangedAt", "<", last))
        .order_by("followsChangedAt")
        .order_by("__name__")
    )


def newest_first(query: Any, field: str = "timestamp") -> Query:
    """The query in the order of its instants, the id deciding among equals."""
    from google.cloud.firestore import Query

    ordered: Query = query.order_by(field, direction=Query.DESCENDING).order_by(
        "__name__", direction=Query.DESCENDING
    )
    return ordered


def new_edge(follower: str, followed: str, at: datetime) -> dict[str, Any]:
    """The document of a follow."""
    return {
        "followerId": follower,
        "followingId": followed,
        "timestamp": at,
        "notificationsEnabled": False,
    }


def new_follow_request(requester: str, target: str, at: datetime) -> dict[str, Any]:
    """The document of a request to follow."""
    return {"requesterId": requester, "targetId": target, "status": "pending", "timestamp": at}


def new_friend_request(sender: str, receiver: str, at: datetime) -> dict[str, Any]:
    """The document of a friend request."""
    return {"senderId": sender, "receiverId": receiver, "status": "pending", "timestamp": at}


def relate(batch: WriteBatch, one: str, other: str, changes: dict[str, Any]) -> None:
    """Stage a change of the pair's relation, and say whose it is. One write."""
    batch.set(
        users.relation_ref(one, other), {"users": sorted((one, other)), **changes}, merge=True
    )


def _where(collection: str, field: str, uid: str) -> Query:
    from google.cloud.firestore import FieldFilter

    return clients.db().collection(collection).where(filter=FieldFilter(field, "==", uid))
