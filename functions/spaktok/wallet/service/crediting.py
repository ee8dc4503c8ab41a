"""Coins that come in: bought, or given by a campaign."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import pseudonym
from spaktok.wallet import encoding, store
from spaktok.wallet.model import policy
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind, id_of
from spaktok.wallet.model.refunding import new_file
from spaktok.wallet.model.spending import Sale, granted, sold
from spaktok.wallet.model.wallet import Lot, LotKind, Wallet
from spaktok.wallet.refusals import TooManyLots
from spaktok.wallet.service.booking import Beside, Operation, Stage, book

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def lot_id_of(uid: str, key: str) -> str:
    """The id of the lot that `credit_purchase` makes under a key."""
    return id_of(uid, Kind.PURCHASE, key)


def lot_of(uid: str, key: str, purchase_id: str) -> str:
    """The id of a purchase's lot, also where its owner was erased since: then one read, else none."""
    if pseudonym.is_one(uid):
        for one in store.bought_as(uid, purchase_id).stream():
            return str(one.id)
    return lot_id_of(uid, key)


def credit_purchase(uid: str, key: str, sale: Sale, *, beside: Beside | None = None) -> Entry:
    """Credit coins that were paid for, once a key (the purchase's id); a debt is repaid at once.

    `facts`: {purchaseId, lotId, coins, priceMinor, currency, grossMicro, feeMicro, netMicro,
    repaidMicro, after}. One read, three writes: the third is the lot's file, for refunds. Raises
    `TooManyLots` for a wallet that holds 1,000 (no order may start above 200: `check_room`).
    """
    lot_id = lot_id_of(uid, key)
    operation = Operation(
        uid=uid,
        kind=Kind.PURCHASE,
        key=key,
        asked={
            "purchaseId": sale.purchase_id,
            "account": sale.account,
            "coins": sale.coins,
            "priceMinor": sale.price_minor,
            "currency": sale.currency,
            "grossMicro": sale.gross_micro,
            "feeMicro": sale.fee_micro,
        },
    )

    def file(tx: Transaction) -> Stage:
        others = beside(tx) if beside is not None else None

        def stage(entry: Entry, decision: Decision) -> None:
            tx.create(
                store.lot_ref(uid, lot_id), encoding.encode_file(new_file(lot_id, sale, entry.at))
            )
            if others is not None:
                others(entry, decision)

        return stage

    return book(operation, lambda wallet, at: sold(wallet, sale, lot_id, at), file)


def grant_promo(  # noqa: PLR0913 - a grant names all of it
    uid: str,
    key: str,
    coins: int,
    source: str,
    *,
    expires_at: datetime | None = None,
    beside: Beside | None = None,
) -> Entry:
    """Give promotional coins, once a key, paid by the campaign `source` (`adReward`, `challenge-7`).

    They earn creators nothing. `facts`: {lotId, coins, source, expiresAt, after}. One read, two
    writes.
    """
    operation = Operation(
        uid=uid,
        kind=Kind.GRANT,
        key=key,
        asked={"coins": coins, "source": source, "expiresAt": expires_at},
    )

    def decide(wallet: Wallet, at: datetime) -> Decision:
        lot = Lot(operation.entry_id, LotKind.PROMO, coins, 0, at, expires_at)
        return granted(wallet, lot, source)

    return book(operation, decide, beside)


def check_room(wallet: Wallet) -> None:
    """Raise `TooManyLots` where no further purchase should be started; see `credit_purchase`."""
    if len(wallet.lots) >= policy.LOTS_MAX:
        raise TooManyLots
