"""Refunds and disputes of purchases, and the gifts that were paid with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from spaktok.core import dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.wallet import encoding, store
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.refunding import File, disputed, owed, refunded, resolved, restored
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.refusals import UnknownEntry
from spaktok.wallet.service.booking import Beside, Operation, Stage, book

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

_Change = Callable[[Wallet, File], tuple[Decision, File]]


def refund_purchase(
    uid: str, key: str, lot_id: str, total_minor: int, *, beside: Beside | None = None
) -> Entry:
    """Book that `total_minor` of a purchase's price has been refunded so far, once a key.

    An amount that is known already, or less, changes nothing. Unspent coins burn, the spent ones'
    share becomes a debt that blocks gifts and withdrawals; a task reverses what of it creators earned
    and is not mature (`reversals.follow`). `facts`: {lotId, purchaseId, minor, refundedMicro, coins,
    spentCoins, clawedMicro, debtMicro, lossMicro, after}, of what this added. Two reads, three writes,
    and one where gifts follow. Raises `UnknownEntry` for no lot of the user's, `RefundTooLarge`.
    """
    operation = _operation(uid, Kind.REFUND, key, lot=lot_id, total=total_minor)
    return _book(
        operation, lot_id, lambda wallet, file: refunded(wallet, file, total_minor), beside
    )


def owe_refund(
    uid: str, refund: str, lot_id: str, minor: int, *, beside: Beside | None = None
) -> Entry:
    """Book that a refund of `minor` of the price failed, once a refund's id.

    The provider has the money again, and the payer is owed it: by hand, or through `adjust`.
    `facts`: {lotId, purchaseId, minor, owedMicro, after}. Costs and raises as `refund_purchase`.
    """
    operation = _operation(uid, Kind.REFUND_FAILED, refund, lot=lot_id, minor=minor)
    return _book(operation, lot_id, lambda wallet, file: (owed(wallet, file, minor), file), beside)


def reverse_refund(uid: str, key: str, lot_id: str, *, beside: Beside | None = None) -> Entry:
    """Book that a refund of the whole price was taken back, once a key: coins and earnings return.

    `facts`: {lotId, purchaseId, minor, coins, forgivenMicro, after}. Costs as `refund_purchase`; raises
    `UnknownEntry`, and `NothingToReverse` where nothing was refunded.
    """
    operation = _operation(uid, Kind.REFUND_REVERSED, key, lot=lot_id)
    return _book(operation, lot_id, restored, beside)


def hold_dispute(  # noqa: PLR0913 - a dispute names all of it
    uid: str,
    dispute: str,
    lot_id: str,
    minor: int,
    *,
    fee_micro: int = 0,
    beside: Beside | None = None,
) -> Entry:
    """Book that the payer's bank disputes `minor` of a purchase's price, once a dispute's id.

    The provider has taken the money and `fee_micro`. Unspent coins are held, the spent ones' share
    blocks like a debt. As `refund_purchase`, with `disputeId` and `disputeFeeMicro`; raises
    `DisputeOpen` too.
    """
    operation = _operation(uid, Kind.DISPUTE, dispute, lot=lot_id, minor=minor, fee_micro=fee_micro)
    return _book(
        operation,
        lot_id,
        lambda wallet, file: disputed(wallet, file, dispute, minor, fee_micro),
        beside,
    )


def resolve_dispute(
    uid: str, dispute: str, lot_id: str, *, won: bool, beside: Beside | None = None
) -> Entry:
    """Book a dispute's end, once.

    Won, exactly what was taken is put back, to creators too; lost, it was a refund.
    As `refund_purchase`; raises `NoDispute`.
    """
    operation = _operation(
        uid, Kind.DISPUTE_WON if won else Kind.DISPUTE_LOST, dispute, lot=lot_id, won=won
    )
    return _book(
        operation,
        lot_id,
        lambda wallet, file: resolved(wallet, file, dispute, won=won),
        beside,
    )


def _operation(uid: str, kind: Kind, key: str, **asked: object) -> Operation:
    return Operation(uid=uid, kind=kind, key=key, asked=asked)


def _book(operation: Operation, lot_id: str, change: _Change, beside: Beside | None) -> Entry:
    """Change wallet and file in one transaction."""
    ref = store.lot_ref(operation.uid, lot_id)
    files: list[File] = []

    def read(tx: Transaction) -> Stage:
        found = encoding.file(store.read([ref], tx)[0])
        if found is None:
            raise UnknownEntry
        files[:] = [found]
        others = beside(tx) if beside is not None else None

        def stage(entry: Entry, decision: Decision) -> None:
            tx.set(ref, encoding.encode_file(files[0]))
            if entry.facts["spentCoins"]:
                dispatch.stage(tx, following(entry))
            if others is not None:
                others(entry, decision)

        return stage

    def decide(wallet: Wallet, _: datetime) -> Decision:
        decision, files[0] = change(wallet, files[0])
        return replace(decision, lot_ids=(lot_id,))

    entry = book(operation, decide, read)
    if entry.facts["spentCoins"]:
        dispatch.release(following(entry))
    return entry


def following(entry: Entry, *, again: str = "") -> Task:
    """The task by which the gifts follow; see `reversals.follow`.

    `again` names a further run: a task's id is used once.
    """
    return Task(
        function="reverseGifts",
        id=ids.digest("reverse-gifts", entry.id, again),
        payload={"uid": entry.user_id, "lotId": entry.facts["lotId"]},
    )
