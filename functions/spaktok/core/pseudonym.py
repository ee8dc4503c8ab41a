"""What somebody is called where their name may not stand for good: in the history of money.

A pseudonym is made of the uid under a random key of the user's own. Whoever has the key can say which
records are the user's; once it is destroyed (`destroy`), nobody can, and the records stand as they
are: nothing of them has to be changed, which an append-only history would not allow.

Owns `pseudonyms/{uid}`: {key: 32 bytes}.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction, WriteBatch

KEY_BYTES: Final = 32
_DIGITS: Final = 32
_PREFIX: Final = "p-"


def load(uid: str, tx: Transaction) -> str:
    """The pseudonym of `uid`, always the same until it is destroyed. One read.

    The first time a key is staged in `tx`: one write. So it comes after the body's other reads.
    """
    key = _key(next(iter(tx.get_all([_document(uid)]))))
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        # create, not set: another first time would make another pseudonym, so one of them fails.
        tx.create(_document(uid), {"key": key})
    return derive(uid, key)


def is_one(uid: str) -> bool:
    """Whether this is a pseudonym: ids of accounts have no hyphen."""
    return uid.startswith(_PREFIX) and len(uid) == len(_PREFIX) + _DIGITS


def derive(uid: str, key: bytes) -> str:
    """The pseudonym of `uid` under a key: an id like others, that tells neither of them."""
    return f"{_PREFIX}{hmac.new(key, uid.encode(), sha256).hexdigest()[:_DIGITS]}"


def destroy(uid: str, batch: WriteBatch) -> None:
    """Stage the end of the link between `uid` and the pseudonym, for good. One delete; repeatable."""
    batch.delete(_document(uid))


def _key(snapshot: DocumentSnapshot[Any]) -> bytes | None:
    return bytes(snapshot.get("key")) if snapshot.exists else None


def _document(uid: str) -> DocumentReference:
    return clients.db().collection("pseudonyms").document(uid)
