"""Paths, encoding, reads and staged writes of the wallet.

- `users/{uid}/wallet/summary`: {walletId, coins, lots: [{lotId, kind, coins, netMicro, at,
  expiresAt}], heldCoins, earnings: {available, pendingByDay: {day: micro}, reserved: {withdrawal:
  micro}}, debt, disputed: {lotId: micro}, spentDay, spent, limit, notes, seq, head, updatedAt}. Of who
  was erased also {closedAt, forfeited: [lots]}; {moved: true} while it moves to their pseudonym.
  `coins` is the sum of the lots, for the client that reads the document.
- `users/{uid}/lots/{lotId}`: what was bought, and what of it was taken back; see
  `model.refunding.File`.
- `users/{uid}/income/{rollUpId}`: {byDay: {day: micro}, rollUp: id, hash: the roll-up's}: an income
  shard, until it is swept. Its id begins with the gifts' window, so that a gift's share comes before
  that of its reversal.
- `transactions/{id}`: the entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients
from spaktok.wallet.encoding import encode_entry
from spaktok.wallet.model.entry import Entry, Kind

if TYPE_CHECKING:
    from google.cloud.firestore import (
        CollectionReference,
        DocumentReference,
        DocumentSnapshot,
        Query,
        Transaction,
        WriteBatch,
    )


VALUES_MAX: Final = 30
"""What the lists of one query come to, multiplied."""


def wallet_ref(uid: str) -> DocumentReference:
    """`users/{uid}/wallet/summary`."""
    return clients.db().document(f"users/{uid}/wallet/summary")


def lot_ref(uid: str, lot_id: str) -> DocumentReference:
    """`users/{uid}/lots/{lotId}`."""
    return clients.db().document(f"users/{uid}/lots/{lot_id}")


def income(uid: str) -> CollectionReference:
    """`users/{uid}/income`."""
    return clients.db().collection("users").document(uid).collection("income")


def entries() -> CollectionReference:
    """`transactions`."""
    return clients.db().collection("transactions")


def chain(uid: str, after: int) -> Query:
    """A user's own entries behind a number, in the order of their numbers."""
    from google.cloud.firestore import FieldFilter

    return (
        entries()
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("seq", ">", after))
        .order_by("seq")
    )


def history(uid: str) -> Query:
    """A user's own entries, the latest first."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        entries()
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("seq", ">", 0))
        .order_by("seq", direction=Query.DESCENDING)
        .order_by("__name__", direction=Query.DESCENDING)
    )


def lots(uid: str) -> CollectionReference:
    """`users/{uid}/lots`."""
    return clients.db().collection("users").document(uid).collection("lots")


def in_order(uid: str) -> Query:
    """A user's lots by their ids."""
    return lots(uid).order_by("__name__")


def bought_as(uid: str, purchase_id: str) -> Query:
    """The lots of a purchase: one, once it is credited."""
    from google.cloud.firestore import FieldFilter

    return lots(uid).where(filter=FieldFilter("purchaseId", "==", purchase_id)).limit(1)


def in_slot(slot_id: str) -> Query:
    """The gifts, reversals and restorations of a slot."""
    from google.cloud.firestore import FieldFilter

    return entries().where(filter=FieldFilter("slot", "==", slot_id)).order_by("__name__")


def roll_ups(slot_id: str) -> Query:
    """The roll-ups of a slot."""
    from google.cloud.firestore import FieldFilter

    return entries().where(filter=FieldFilter("rolls", "==", slot_id))


def rolled_up_for(uid: str) -> Query:
    """The roll-ups of a receiver's gifts, the latest first."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        entries()
        .where(filter=FieldFilter("userId", "==", uid))
        .where(filter=FieldFilter("kind", "==", Kind.ROLL_UP))
        .order_by("at", direction=Query.DESCENDING)
    )


def gifts(side: str, uid: str) -> Query:
    """The gifts by somebody (`userId`) or to them (`receiverId`), the latest first."""
    from google.cloud.firestore import FieldFilter, Query

    return (
        entries()
        .where(filter=FieldFilter(side, "==", uid))
        .where(filter=FieldFilter("kind", "==", Kind.GIFT))
        .order_by("at", direction=Query.DESCENDING)
        .order_by("__name__", direction=Query.DESCENDING)
    )


def paid_by(lot_id: str) -> Query:
    """The gifts that a lot paid for, among the entries about it."""
    from google.cloud.firestore import FieldFilter

    return entries().where(filter=FieldFilter("lotIds", "array_contains", lot_id))


def in_lane(lane: str, since: datetime, until: datetime) -> Query:
    """What of a lane was committed in a time."""
    from google.cloud.firestore import FieldFilter

    return (
        entries()
        .where(filter=FieldFilter("lane", "==", lane))
        .where(filter=FieldFilter("committedAt", ">=", since))
        .where(filter=FieldFilter("committedAt", "<", until))
    )


def walked(lane: str, since: datetime, until: datetime) -> Query:
    """The same in the order of committing, to be read in pages."""
    return in_lane(lane, since, until).order_by("committedAt").order_by("__name__")


def of_kinds(kinds: Iterable[Kind], since: datetime, until: datetime) -> Query:
    """The entries of these kinds that were made in a time, by their own clock."""
    from google.cloud.firestore import FieldFilter

    made_at = "at"
    return (
        entries()
        .where(filter=FieldFilter("kind", "in", sorted(kinds)))
        .where(filter=FieldFilter(made_at, ">=", since))
        .where(filter=FieldFilter(made_at, "<", until))
        .order_by(made_at)
    )


def of_keys(kinds: Iterable[Kind], keys: Iterable[str]) -> Query:
    """The entries of these kinds under these keys: at most thirty of the ones times the others."""
    from google.cloud.firestore import FieldFilter

    return (
        entries()
        .where(filter=FieldFilter("kind", "in", sorted(kinds)))
        .where(filter=FieldFilter("key", "in", sorted(keys)))
    )


def under_keys(kinds: Collection[Kind], keys: Iterable[str]) -> Iterator[DocumentSnapshot[Any]]:
    """`of_keys` of however many keys: a query for as many as one takes."""
    wanted, size = sorted(set(keys)), VALUES_MAX // len(kinds)
    for start in range(0, len(wanted), size):
        yield from of_keys(kinds, wanted[start : start + size]).stream()


def about_purchases(purchase_ids: Iterable[str]) -> Query:
    """The entries that are about these purchases of coins or of services; at most thirty of them."""
    from google.cloud.firestore import FieldFilter

    return entries().where(filter=FieldFilter("facts.purchaseId", "in", sorted(purchase_ids)))


def shards(uid: str) -> Query:
    """A receiver's income shards, the earliest windows first."""
    return income(uid).order_by("__name__")


def read(
    refs: list[DocumentReference], tx: Transaction | None = None
) -> list[DocumentSnapshot[Any]]:
    """The documents, in the order asked for. A read each, one RPC."""
    found = {
        one.reference.path: one
        for one in (tx.get_all(refs) if tx is not None else clients.db().get_all(refs))
    }
    return [found[ref.path] for ref in refs]


def create(batch: WriteBatch | Transaction, entry: Entry) -> str:
    """Stage a new entry; its hash. One write, failing where the operation was done before."""
    from google.cloud.firestore import SERVER_TIMESTAMP

    fields = encode_entry(entry)
    # create, not set: the entry is the record that its operation was done.
    batch.create(entries().document(entry.id), {**fields, "committedAt": SERVER_TIMESTAMP})
    return str(fields["hash"])
