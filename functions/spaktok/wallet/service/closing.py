"""Erasing somebody who has money: the wallet is closed, and moves under the owner's pseudonym.

`close` forfeits what it holds, in an entry of its own. `move` then puts wallet and files where the
pseudonym's are, so that the chain stays provable and whatever is still to come (a refund, a dispute, a
payout that is returned) is booked there. In the wallet's old place a mark stays meanwhile, which makes
every operation there `TryAgain`; the erasure renames the entries and purchases, and deletes it last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from spaktok.core import clients, transaction
from spaktok.wallet import encoding, store
from spaktok.wallet.model.closing import closing
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.invariants import Violation
from spaktok.wallet.service import auditing, income
from spaktok.wallet.service.booking import Operation, book

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

PAGE: Final = 200
"""Documents that move in one commit, two writes each."""


def close(uid: str) -> Entry | None:
    """Forfeit what a wallet holds, once; None where there is none, or it is closed or has moved.

    What is shared and not swept is swept before. `facts`: {coins, netMicro, earningsMicro,
    forgivenMicro, after}. One read and two writes, and what sweeping costs.
    """
    if not _readable(uid):
        return None
    while income.sweep(uid) is not None:
        pass
    snapshot = store.wallet_ref(uid).get()
    if not snapshot.exists or encoding.wallet(snapshot).closed_at is not None:
        return None
    return book(Operation(uid=uid, kind=Kind.CLOSING, key="closed", asked={}), closing)


def move(uid: str, alias: str) -> Iterator[None]:
    """Move wallet, files and unswept income of `uid` to `alias`; repeatable. A read, two writes each.

    Yields after each commit. Nothing is moved over anything: whatever is there already raises.
    """
    transaction.run(lambda tx: _move_wallet(tx, uid, alias))
    yield
    yield from _move_files(uid, alias)
    yield from move_income(uid, alias)


def move_income(uid: str, alias: str) -> Iterator[None]:
    """Move the shards that came since, and sweep them."""
    while found := list(store.shards(uid).limit(PAGE).stream()):
        batch = clients.db().batch()
        for one in found:
            if "byDay" in (one.to_dict() or {}):
                batch.create(store.income(alias).document(one.id), one.to_dict() or {})
            batch.delete(one.reference)
        transaction.commit(batch)
        yield
    while income.sweep(alias) is not None:
        yield


def _move_wallet(tx: Transaction, uid: str, alias: str) -> None:
    (found,) = store.read([store.wallet_ref(uid)], tx)
    fields = found.to_dict()
    if fields is None or encoding.MOVED in fields or "walletId" not in fields:
        return
    tx.create(store.wallet_ref(alias), fields)
    tx.set(store.wallet_ref(uid), {encoding.MOVED: True})


def _move_files(uid: str, alias: str) -> Iterator[None]:
    after = None
    while True:
        query = store.in_order(uid).limit(PAGE)
        found = list((query if after is None else query.start_after(after)).stream())
        batch = clients.db().batch()
        for one in found:
            if "lotId" in (one.to_dict() or {}):
                batch.set(store.lot_ref(alias, one.id), one.to_dict() or {})
                batch.delete(one.reference)
        transaction.commit(batch)
        yield
        if len(found) < PAGE:
            return
        after = found[-1]


def _readable(uid: str) -> bool:
    """Whether there is a wallet that can be closed, or may be one once income is swept.

    One that cannot be read keeps nobody here: it goes with its owner, and somebody is told.
    """
    try:
        fields = store.wallet_ref(uid).get().to_dict()
        if fields is not None and encoding.MOVED not in fields:
            encoding.decode_wallet(fields)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        auditing.alarm([Violation("I18", uid, f"cannot be read: {type(error).__name__}")])
        return False
    return fields is None or encoding.MOVED not in fields
