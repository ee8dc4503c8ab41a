"""Every place where data lies: who may touch it, whose it is, when it goes.

One table, and everything else follows from it: the rules' test matrix, the TTL configuration, later
export and erasure. A collection the code uses and this table lacks fails the tests.

Nothing is imported here but the language, so that scripts and tests read it without a database.
"""

from __future__ import annotations

from typing import Final

from spaktok.core.inventory.activity import ACTIVITY
from spaktok.core.inventory.files import FILES
from spaktok.core.inventory.gifts import GIFTS
from spaktok.core.inventory.money import MONEY
from spaktok.core.inventory.news import NEWS
from spaktok.core.inventory.payouts import PAYOUTS
from spaktok.core.inventory.people import PEOPLE
from spaktok.core.inventory.schema import (
    Audience,
    Entry,
    Erasure,
    Export,
    Fate,
    Place,
    Store,
    Subject,
    UnknownPath,
)
from spaktok.core.inventory.system import SYSTEM

__all__ = [
    "INVENTORY",
    "Audience",
    "Entry",
    "Erasure",
    "Export",
    "Fate",
    "Place",
    "Store",
    "Subject",
    "UnknownPath",
    "find",
    "in_store",
]

INVENTORY: Final[tuple[Entry, ...]] = (
    *PEOPLE,
    *ACTIVITY,
    *NEWS,
    *GIFTS,
    *MONEY,
    *PAYOUTS,
    *SYSTEM,
    *FILES,
)


def find(path: str, store: Store = Store.FIRESTORE) -> Entry:
    """The entry of a concrete document or object path. Raises `UnknownPath` where there is none."""
    for entry in INVENTORY:
        if entry.store is store and entry.match(path) is not None:
            return entry
    raise UnknownPath(path)


def in_store(store: Store) -> tuple[Entry, ...]:
    """The entries of Firestore, or those of Storage."""
    return tuple(entry for entry in INVENTORY if entry.store is store)
