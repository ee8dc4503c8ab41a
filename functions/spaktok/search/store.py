"""Where the index lies, and how an entry stands in it.

`searchUsers/{uid}`: {userId, username, displayName, profileImage, isVerified, followerCount,
popularity, forAdults, updatedAt, teens: {ranks: {key: rank}, slips: [key]}, adults?: the same}. A map
of ranks is as many ordered lists: whoever is found by a key, best first, from Firestore's own index
of that field. Whom adults may not find has no `adults`, so that an adult's search neither reads nor
counts them. Nobody reads it but the server: whether there is one tells an age.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

from spaktok.core import clients, clock
from spaktok.search.model import Entry, ranks, slips

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query


SHOWN: Final = (
    *("userId", "username", "displayName", "profileImage"),
    *("isVerified", "followerCount", "forAdults"),
)
"""What `decode` asks for: the keys stay in the database."""


class Audience(StrEnum):
    """For whom a search is made, by age."""

    TEENS = "teens"
    ADULTS = "adults"


def entries() -> Query:
    """All entries, in no order yet."""
    found: Any = clients.db().collection("searchUsers")
    return cast("Query", found)


def ref(uid: str) -> DocumentReference:
    """`searchUsers/{uid}`."""
    return clients.db().collection("searchUsers").document(uid)


def encode(entry: Entry) -> dict[str, Any]:
    """The document of an entry."""
    keys = {"ranks": ranks(entry), "slips": slips(entry)}
    return {
        "userId": entry.user_id,
        "username": entry.username,
        "displayName": entry.display_name,
        "profileImage": entry.profile_image,
        "isVerified": entry.is_verified,
        "followerCount": entry.follower_count,
        "popularity": entry.popularity,
        "forAdults": entry.for_adults,
        Audience.TEENS: keys,
        **({Audience.ADULTS: keys} if entry.for_adults else {}),
        "updatedAt": clock.now(),
    }


def decode(snapshot: DocumentSnapshot[Any]) -> Entry:
    """The entry of a document."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Entry(
        user_id=fields["userId"],
        username=fields["username"],
        display_name=fields["displayName"],
        profile_image=fields["profileImage"],
        is_verified=fields["isVerified"],
        follower_count=fields["followerCount"],
        for_adults=fields["forAdults"],
    )
