"""Paths and staged writes of edges."""

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


def block_ref(uid: str, blocked: str) -> DocumentReference:
    """`users/{uid}/blockedUsers/{blocked}`: the owner's list."""
    return users.card_ref(uid).collection("blockedUsers").document(blocked)


def followed_by(uid: str) -> Query:
    """The edges of those whom `uid` follows."""
    from google.cloud.firestore import FieldFilter

    return clients.db().collection("followers").where(filter=FieldFilter("followerId", "==", uid))


def new_edge(follower: str, followed: str, at: datetime) -> dict[str, Any]:
    """The document of a follow."""
    return {
        "followerId": follower,
        "followingId": followed,
        "timestamp": at,
        "notificationsEnabled": False,
    }


def relate(batch: WriteBatch, one: str, other: str, changes: dict[str, Any]) -> None:
    """Stage a change of the pair's relation, and say whose it is. One write."""
    batch.set(
        users.relation_ref(one, other), {"users": sorted((one, other)), **changes}, merge=True
    )
