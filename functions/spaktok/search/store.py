"""Where the indexes lie, and how an entry stands in one.

`searchUsers/{uid}`: {userId, username, displayName, profileImage, isVerified, followerCount,
popularity, forAdults, updatedAt, teens: {ranks: {key: rank}, slips: [key]}, adults?: the same}. A map
of ranks is as many ordered lists: whoever is found by a key, best first, from Firestore's own index
of that field. Whom adults may not find has no `adults`, so that an adult's search neither reads nor
counts them. Nobody reads it but the server: whether there is one tells an age.

`searchVideos/{videoId}`, `searchHashtags/{tag}` and `searchSounds/{soundId}` are made alike, of the
fields of `model.Clip` and `model.Topic`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from spaktok.core import clients, clock
from spaktok.core.encode import camel
from spaktok.search.model import Clip, Entry, Findable, Kind, Topic, ranks, slips

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

T = TypeVar("T", Entry, Clip, Topic)


class Audience(StrEnum):
    """For whom a search is made, by age."""

    TEENS = "teens"
    ADULTS = "adults"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of entry is stored: its collection, and its fields by their stored names."""

    collection: str
    entry: Callable[..., Any]
    fields: dict[str, str]


def _shape(collection: str, entry: type[Any]) -> Shape:
    return Shape(collection, entry, {one.name: camel(one.name) for one in fields(entry)})


SHAPES: Final = {
    Kind.USERS: _shape("searchUsers", Entry),
    Kind.VIDEOS: _shape("searchVideos", Clip),
    Kind.HASHTAGS: _shape("searchHashtags", Topic),
    Kind.SOUNDS: _shape("searchSounds", Topic),
}
SHOWN: Final = tuple(SHAPES[Kind.USERS].fields.values())


def shown(kind: Kind) -> tuple[str, ...]:
    """What `decode` asks for: the keys stay in the database."""
    return tuple(SHAPES[kind].fields.values())


def entries(kind: Kind = Kind.USERS) -> Query:
    """All entries of a kind, in no order yet."""
    found: Any = clients.db().collection(SHAPES[kind].collection)
    return cast("Query", found)


def ref(key: str, kind: Kind = Kind.USERS) -> DocumentReference:
    """`searchUsers/{uid}`, or its like of another kind."""
    return clients.db().collection(SHAPES[kind].collection).document(key)


def encode(entry: Any, kind: Kind = Kind.USERS) -> dict[str, Any]:
    """The document of an entry."""
    found: Findable = entry
    keys = {"ranks": ranks(found), "slips": slips(found)}
    stored = {
        name: list(value) if isinstance(value := getattr(entry, own), tuple) else value
        for own, name in SHAPES[kind].fields.items()
    }
    return {
        **stored,
        "popularity": found.popularity,
        Audience.TEENS: keys,
        **({Audience.ADULTS: keys} if entry.for_adults else {}),
        "updatedAt": clock.now(),
    }


def decode(snapshot: DocumentSnapshot[Any], kind: Kind = Kind.USERS) -> Any:
    """The entry of a document."""
    stored: dict[str, Any] = snapshot.to_dict() or {}
    shape = SHAPES[kind]
    values = {own: stored[name] for own, name in shape.fields.items()}
    return shape.entry(
        **{own: tuple(one) if isinstance(one, list) else one for own, one in values.items()}
    )
