"""The ledger's side of withdrawals: each step once, by the withdrawal's id.

The state machine and the provider are `payouts`'; what it writes goes `beside`, so that a state and
its money change together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaktok.core import pseudonym
from spaktok.wallet import encoding, store
from spaktok.wallet.model import withdrawing
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry, Kind, id_of
from spaktok.wallet.refusals import ReservationGone
from spaktok.wallet.service.booking import Beside, Operation, Stage, book

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def reserve(uid: str, withdrawal: str, micro: int, *, beside: Beside | None = None) -> Entry:
    """Set mature earnings aside. `facts`: {withdrawalId, micro, after}. One read, two writes.

    Raises `DebtOpen`, `NotEnoughEarnings`, `TooManyReservations`.
    """
    operation = _operation(uid, Kind.RESERVE, withdrawal, micro=micro)
    return book(
        operation, lambda wallet, _: withdrawing.reserved(wallet, withdrawal, micro), beside
    )


def release(uid: str, withdrawal: str, *, beside: Beside | None = None) -> Entry:
    """Give back what was set aside. Raises `ReservationGone` where it was paid. As `reserve`."""
    operation = _operation(uid, Kind.RELEASE, withdrawal)
    return book(operation, lambda wallet, _: withdrawing.released(wallet, withdrawal), beside)


def settle(
    uid: str,
    withdrawal: str,
    account: Account,
    *,
    fee_micro: int = 0,
    beside: Beside | None = None,
) -> Entry:
    """Book that it was paid through `account`, less a fee that the user bears. As `reserve`.

    `facts`: {withdrawalId, micro, feeMicro, account, after}. Raises `ReservationGone` where it was
    released.
    """
    operation = _operation(uid, Kind.SETTLE, withdrawal, account=account, fee=fee_micro)
    return book(
        operation,
        lambda wallet, _: withdrawing.paid_out(wallet, withdrawal, account, fee_micro),
        beside,
    )


def returned(  # noqa: PLR0913 - what came back, of what, from where
    uid: str,
    withdrawal: str,
    account: Account,
    micro: int,
    *,
    fee_micro: int = 0,
    beside: Beside | None = None,
) -> Entry:
    """Book that `micro` came back from `account`, and that `fee_micro` of our own fee is given back.

    Once a withdrawal. Raises `ReservationGone` where more comes back than `settle` booked as paid, or
    nothing was paid. One read more than `reserve`; of somebody erased, one an entry of theirs.
    """
    operation = _operation(
        uid, Kind.RETURNED, withdrawal, account=account, micro=micro, fee=fee_micro
    )
    settled = store.entries().document(id_of(uid, Kind.SETTLE, withdrawal))

    def checked(tx: Transaction) -> Stage:
        paid = encoding.entry(store.read([settled], tx)[0])
        if paid is None and pseudonym.is_one(uid):
            paid = _settled_of(tx, uid, withdrawal)
        facts = paid.facts if paid is not None else {"micro": 0, "feeMicro": 0}
        if micro > facts["micro"] - facts["feeMicro"] or fee_micro > facts["feeMicro"]:
            raise ReservationGone
        return beside(tx) if beside is not None else lambda *_: None

    return book(
        operation,
        lambda wallet, _: withdrawing.returned(wallet, withdrawal, account, micro, fee_micro),
        checked,
    )


def _settled_of(tx: Transaction, uid: str, withdrawal: str) -> Entry | None:
    """How it was paid to somebody erased since: the entry's id came from the name they had.

    A read an entry of theirs.
    """
    for one in store.chain(uid, 0).stream(transaction=tx):
        entry = encoding.entry(one)
        settled = entry is not None and entry.kind is Kind.SETTLE
        if entry is not None and settled and entry.facts["withdrawalId"] == withdrawal:
            return entry
    return None


def _operation(uid: str, kind: Kind, withdrawal: str, **asked: int | str) -> Operation:
    return Operation(uid=uid, kind=kind, key=withdrawal, asked=asked)
