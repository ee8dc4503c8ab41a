"""Claiming usernames, and holding those that were given up.

`usernames/{key}` is one document for all names that look alike (`confusables.handle_key`), so that two
claims meet: {userId, username, claimedAt, heldUntil | null}. A name with `heldUntil` is nobody's; until
then only its last owner may claim it, and after it anyone, whether or not TTL has removed it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.users import store
from spaktok.users.confusables import handle_key
from spaktok.users.model import HANDLE_HELD
from spaktok.users.refusals import UsernameReserved, UsernameTaken
from spaktok.users.reserved import is_reserved

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction


def same(one: str, other: str) -> bool:
    """Whether two names are one: claiming either claims both."""
    return handle_key(one) == handle_key(other)


def is_free(found: DocumentSnapshot[Any], uid: str, at: datetime) -> bool:
    """Whether `uid` may claim the name that was found so at this instant."""
    fields = found.to_dict()
    if fields is None or fields["userId"] == uid:
        return True
    return fields["heldUntil"] is not None and at >= fields["heldUntil"]


def claim(
    tx: Transaction, found: DocumentSnapshot[Any], uid: str, username: str, at: datetime
) -> None:
    """Stage the claim of a name read in this transaction. One write.

    Raises `UsernameReserved`, `UsernameTaken`.
    """
    if is_reserved(username):
        raise UsernameReserved
    if not is_free(found, uid, at):
        raise UsernameTaken
    fields = {"userId": uid, "username": username, "claimedAt": at, "heldUntil": None}
    if found.exists:
        tx.set(found.reference, fields)
    else:
        tx.create(found.reference, fields)


def release(tx: Transaction, username: str, at: datetime) -> None:
    """Stage that a name was given up, and is held for its owner. One write."""
    tx.update(store.username_ref(username), {"heldUntil": at + HANDLE_HELD})
