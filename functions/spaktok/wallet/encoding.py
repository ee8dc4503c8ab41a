"""Wallets, entries and files as documents, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import ids
from spaktok.core.refusal import TryAgain
from spaktok.wallet.model.amounts import Account, Posting, Unit
from spaktok.wallet.model.entry import Entry, Kind, digest
from spaktok.wallet.model.refunding import File, Taking
from spaktok.wallet.model.wallet import Limit, Lot, LotKind, Wallet

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

MOVED: Final = "moved"
"""The field of what stands in a wallet's place while it moves under its owner's pseudonym."""


def wallet(snapshot: DocumentSnapshot[Any]) -> Wallet:
    """The wallet; a new and empty one where there is none. Raises `TryAgain` while it moves."""
    fields = snapshot.to_dict()
    if fields is None:
        return Wallet(id=ids.random_id())
    if MOVED in fields:
        raise TryAgain
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
        notes=fields.get("notes", {}),
        closed_at=fields.get("closedAt"),
        forfeited=tuple(_lot(one) for one in fields.get("forfeited", ())),
        seq=fields["seq"],
        head=fields["head"],
    )


def encode_wallet(wallet: Wallet, at: datetime) -> dict[str, Any]:
    """A wallet as its document."""
    closed: dict[str, Any] = {}
    if wallet.closed_at is not None:
        closed["closedAt"] = wallet.closed_at
        closed["forfeited"] = [_unlot(lot) for lot in wallet.forfeited]
    return {
        **closed,
        "walletId": wallet.id,
        "coins": wallet.coins,
        "lots": [_unlot(lot) for lot in wallet.lots],
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
        "notes": dict(wallet.notes),
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
        rolls=fields.get("rolls"),
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
    if entry.rolls is not None:
        fields["rolls"] = entry.rolls
    if entry.lot_ids:
        fields["lotIds"] = list(entry.lot_ids)
    return {**fields, "hash": digest(fields)}


def hash_of(entry: Entry) -> str:
    """The hash that an entry has once it is written."""
    return str(encode_entry(entry)["hash"])


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


def _unlot(lot: Lot) -> dict[str, Any]:
    return {
        "lotId": lot.id,
        "kind": lot.kind,
        "coins": lot.coins,
        "netMicro": lot.net_micro,
        "at": lot.at,
        "expiresAt": lot.expires_at,
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
