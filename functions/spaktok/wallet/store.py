"""Paths, encoding, reads and staged writes of the wallet.

- `users/{uid}/wallet/summary`: {walletId, coins, lots: [{lotId, kind, coins, netMicro, at,
  expiresAt}], heldCoins, earnings: {available, pendingByDay: {day: micro}, reserved: {withdrawal:
  micro}}, debt, disputed: {lotId: micro}, spentDay, spent, limit, seq, head, updatedAt}. `coins` is
  the sum of the lots, for the client that reads the document.
- `users/{uid}/lots/{lotId}`: what was bought, and what of it was taken back; see
  `model.refunding.File`.
- `users/{uid}/income/{rollUpId}`: {byDay: {day: micro}, committedAt}: an income shard, until it is
  swept.
- `transactions/{id}`: the entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, ids
from spaktok.wallet.model.amounts import Account, Posting, Unit
from spaktok.wallet.model.entry import Entry, Kind, digest
from spaktok.wallet.model.refunding import File, Taking
from spaktok.wallet.model.wallet import Limit, Lot, LotKind, Wallet

if TYPE_CHECKING:
    from google.cloud.firestore import (
        CollectionReference,
        DocumentReference,
        DocumentSnapshot,
        Query,
        Transaction,
        WriteBatch,
    )

ENTRY_BYTES_MAX: Final = 256 * 1024


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


def read(
    refs: list[DocumentReference], tx: Transaction | None = None
) -> list[DocumentSnapshot[Any]]:
    """The documents, in the order asked for. A read each, one RPC."""
    found = {
        one.reference.path: one
        for one in (tx.get_all(refs) if tx is not None else clients.db().get_all(refs))
    }
    return [found[ref.path] for ref in refs]


def wallet(snapshot: DocumentSnapshot[Any]) -> Wallet:
    """The wallet; a new and empty one where there is none."""
    fields = snapshot.to_dict()
    if fields is None:
        return Wallet(id=ids.random_id())
    return decode_wallet(fields)


def decode_wallet(fields: Mapping[str, Any]) -> Wallet:
    """A wallet's document."""
    earnings = fields["earnings"]
    limit = fields["limit"]
    return Wallet(
        id=fields["walletId"],
        lots=tuple(_lot(one) for one in fields["lots"]),
        held=fields["heldCoins"],
        pending=dict(earnings["pendingByDay"]),
        available=earnings["available"],
        reserved=dict(earnings["reserved"]),
        debt=fields["debt"],
        disputed=dict(fields["disputed"]),
        spent_day=fields["spentDay"],
        spent=fields["spent"],
        limit=Limit(limit["coins"], limit["later"], limit["laterFrom"]),
        seq=fields["seq"],
        head=fields["head"],
    )


def encode_wallet(wallet: Wallet, at: datetime) -> dict[str, Any]:
    """A wallet as its document."""
    return {
        "walletId": wallet.id,
        "coins": wallet.coins,
        "lots": [
            {
                "lotId": lot.id,
                "kind": lot.kind,
                "coins": lot.coins,
                "netMicro": lot.net_micro,
                "at": lot.at,
                "expiresAt": lot.expires_at,
            }
            for lot in wallet.lots
        ],
        "heldCoins": wallet.held,
        "earnings": {
            "available": wallet.available,
            "pendingByDay": wallet.pending,
            "reserved": wallet.reserved,
        },
        "debt": wallet.debt,
        "disputed": wallet.disputed,
        "spentDay": wallet.spent_day,
        "spent": wallet.spent,
        "limit": {
            "coins": wallet.limit.coins,
            "later": wallet.limit.later,
            "laterFrom": wallet.limit.later_from,
        },
        "seq": wallet.seq,
        "head": wallet.head,
        "updatedAt": at,
    }


def entry(snapshot: DocumentSnapshot[Any]) -> Entry | None:
    """The entry, or None where there is none."""
    fields = snapshot.to_dict()
    return None if fields is None else decode_entry(fields)


def decode_entry(fields: Mapping[str, Any]) -> Entry:
    """An entry's document."""
    return Entry(
        id=fields["id"],
        key=fields["key"],
        kind=Kind(fields["kind"]),
        input_hash=fields["inputHash"],
        user_id=fields["userId"],
        at=fields["at"],
        wallet_id=fields["walletId"],
        seq=fields["seq"],
        prev=fields["prev"],
        postings=tuple(
            Posting(one["account"], Unit(one["unit"]), one["amount"]) for one in fields["postings"]
        ),
        facts=fields["facts"],
        links=fields["links"],
        receiver_id=fields.get("receiverId"),
        slot=fields.get("slot"),
        lot_ids=tuple(fields.get("lotIds", ())),
        lane=fields.get("lane"),
        hash=fields["hash"],
        committed_at=fields["committedAt"],
    )


def encode_entry(entry: Entry) -> dict[str, Any]:
    """An entry as its document, with its hash. `committedAt` is the database's to write."""
    fields: dict[str, Any] = {
        "id": entry.id,
        "key": entry.key,
        "kind": entry.kind,
        "inputHash": entry.input_hash,
        "userId": entry.user_id,
        "at": entry.at,
        "walletId": entry.wallet_id,
        "seq": entry.seq,
        "prev": entry.prev,
        "postings": [
            {"account": one.account, "unit": one.unit, "amount": one.amount}
            for one in entry.postings
        ],
        "facts": dict(entry.facts),
        "links": dict(entry.links),
    }
    if entry.receiver_id is not None:
        fields["receiverId"] = entry.receiver_id
    if entry.slot is not None:
        fields["slot"] = entry.slot
    if entry.lane is not None:
        fields["lane"] = entry.lane
    if entry.lot_ids:
        fields["lotIds"] = list(entry.lot_ids)
    return {**fields, "hash": digest(fields)}


def create(batch: WriteBatch | Transaction, entry: Entry) -> str:
    """Stage a new entry; its hash. One write, failing where the operation was done before."""
    from google.cloud.firestore import SERVER_TIMESTAMP

    fields = encode_entry(entry)
    # create, not set: the entry is the record that its operation was done.
    batch.create(entries().document(entry.id), {**fields, "committedAt": SERVER_TIMESTAMP})
    return str(fields["hash"])


def file(snapshot: DocumentSnapshot[Any]) -> File | None:
    """A purchase's file, or None where there is none."""
    fields = snapshot.to_dict()
    if fields is None:
        return None
    return File(
        lot_id=fields["lotId"],
        purchase_id=fields["purchaseId"],
        account=Account(fields["account"]),
        coins=fields["coins"],
        price_minor=fields["priceMinor"],
        currency=fields["currency"],
        gross_micro=fields["grossMicro"],
        fee_micro=fields["feeMicro"],
        at=fields["at"],
        refunded=_taking(fields["refunded"]),
        disputes={name: _taking(one) for name, one in fields["disputes"].items()},
    )


def encode_file(file: File) -> dict[str, Any]:
    """A purchase's file as its document."""
    return {
        "lotId": file.lot_id,
        "purchaseId": file.purchase_id,
        "account": file.account,
        "coins": file.coins,
        "priceMinor": file.price_minor,
        "currency": file.currency,
        "grossMicro": file.gross_micro,
        "feeMicro": file.fee_micro,
        "at": file.at,
        "refunded": _untaking(file.refunded),
        "disputes": {name: _untaking(one) for name, one in file.disputes.items()},
    }


def _taking(fields: Mapping[str, int]) -> Taking:
    return Taking(
        minor=fields["minor"],
        micro=fields["micro"],
        coins=fields["coins"],
        net_micro=fields["netMicro"],
        spent_coins=fields["spentCoins"],
        clawed=fields["clawedMicro"],
        debt=fields["debtMicro"],
        loss=fields["lossMicro"],
    )


def _untaking(taking: Taking) -> dict[str, int]:
    return {
        "minor": taking.minor,
        "micro": taking.micro,
        "coins": taking.coins,
        "netMicro": taking.net_micro,
        "spentCoins": taking.spent_coins,
        "clawedMicro": taking.clawed,
        "debtMicro": taking.debt,
        "lossMicro": taking.loss,
    }


def _lot(fields: Mapping[str, Any]) -> Lot:
    return Lot(
        id=fields["lotId"],
        kind=LotKind(fields["kind"]),
        coins=fields["coins"],
        net_micro=fields["netMicro"],
        at=fields["at"],
        expires_at=fields["expiresAt"],
    )
