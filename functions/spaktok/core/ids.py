"""Ids: what they may look like, and how they are made and joined."""

import re
import secrets
from hashlib import blake2b
from typing import Final, NewType

UserId = NewType("UserId", str)
VideoId = NewType("VideoId", str)
CommentId = NewType("CommentId", str)

ID_PATTERN: Final = r"^[A-Za-z0-9-]{1,160}$"
"""Ids in paths. No `/` (it would change the collection), no `_` (it joins ids), no `.` (`.` and `..`
are reserved by Firestore, and a dot in a field path means a nested field)."""

_ID: Final = re.compile(ID_PATTERN)
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LENGTH: Final = 20
"""As Firestore's own ids: 62^20 is about 119 bits, and random ids spread over the key space."""


def valid(text: str) -> bool:
    """Whether `text` may stand as an id in a document path."""
    return _ID.fullmatch(text) is not None


def random_id() -> str:
    """A new unguessable id of 20 letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))


def owned_id(owner: str) -> str:
    """A new id of something of `owner`'s: random, then the owner.

    Whoever holds the id can then read the thing and the relation to its owner in one batch, without
    reading the thing first to learn whose it is. The random part leads, so ids spread.
    """
    return f"{random_id()}-{owner}"


def owner_of(owned: str) -> str | None:
    """Whose thing this is, by its id; None for what `owned_id` cannot have made."""
    if len(owned) <= _RANDOM_LENGTH + 1 or owned[_RANDOM_LENGTH] != "-":
        return None
    return owned[_RANDOM_LENGTH + 1 :]


def digest(*parts: str) -> str:
    """A deterministic id of 32 hex digits, the same for the same parts in the same order.

    Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    """
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(joined.encode(), digest_size=16).hexdigest()


def edge(first: str, second: str) -> str:
    """The id of the document that says `first` did something to `second`, as the seed writes it."""
    return f"{first}_{second}"


def pair(one: str, other: str) -> str:
    """The id of the one document that two users share, whichever of them asks."""
    return edge(*sorted((one, other)))
