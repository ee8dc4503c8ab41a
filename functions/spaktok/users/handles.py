"""Claiming usernames, and holding those that were given up.

`usernames/{nameHash}` is one document for all names that look alike (`confusables.handle_key`), so
that two claims meet: {userId, username, claimedAt, heldUntil | null}. A name with `heldUntil` is
nobody's; until then only its last owner may claim it, and after it anyone, whether or not TTL has
removed it. Of an account that was erased a hash and an end remain, and nobody may claim it till then.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clients
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


def hold_for_nobody(uid: str, at: datetime) -> None:
    """Hold every name of an account that is being erased, without saying whose or which it was.

    Else whoever waits for it would speak under the name of somebody who just left. A query, and a
    write a name. Repeatable.
    """
    from google.cloud.firestore import FieldFilter

    names = clients.db().collection("usernames").where(filter=FieldFilter("userId", "==", uid))
    batch = clients.db().batch()
    for name in names.stream():
        fields = {"userId": None, "username": None, "claimedAt": None}
        batch.set(name.reference, {**fields, "heldUntil": at + HANDLE_HELD})
    batch.commit()


def release(tx: Transaction, username: str, at: datetime) -> None:
    """Stage that a name was given up, and is held for its owner. One write."""
    tx.update(store.username_ref(username), {"heldUntil": at + HANDLE_HELD})
