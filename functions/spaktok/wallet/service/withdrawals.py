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


def release(
    uid: str, withdrawal: str, *, cost_micro: int = 0, beside: Beside | None = None
) -> Entry:
    """Give back what was set aside, and book what the provider keeps all the same. As `reserve`.

    `facts`: {withdrawalId, micro, costMicro, after}. Raises `ReservationGone` where it was paid.
    """
    operation = _operation(uid, Kind.RELEASE, withdrawal)
    return book(
        operation, lambda wallet, _: withdrawing.released(wallet, withdrawal, cost_micro), beside
    )


def settle(  # noqa: PLR0913 - what was paid, through what, for how much
    uid: str,
    withdrawal: str,
    account: Account,
    *,
    fee_micro: int = 0,
    cost_micro: int = 0,
    beside: Beside | None = None,
) -> Entry:
    """Book that it was paid through `account`, less a fee that the user bears. As `reserve`.

    `cost_micro` is what the provider keeps for it: what it says, and no part of what was asked, so a
    repeat that it answers otherwise is a repeat. `facts`: {withdrawalId, micro, feeMicro, costMicro,
    account, after}. Raises `ReservationGone` where it was released.
    """
    operation = _operation(uid, Kind.SETTLE, withdrawal, account=account, fee=fee_micro)
    return book(
        operation,
        lambda wallet, _: withdrawing.paid_out(wallet, withdrawal, account, fee_micro, cost_micro),
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

    def checked(tx: Transaction) -> Stage:
        paid = _entry_of(tx, uid, withdrawal, Kind.SETTLE)
        facts = paid.facts if paid is not None else {"micro": 0, "feeMicro": 0}
        if micro > facts["micro"] - facts["feeMicro"] or fee_micro > facts["feeMicro"]:
            raise ReservationGone
        return beside(tx) if beside is not None else lambda *_: None

    return book(
        operation,
        lambda wallet, _: withdrawing.returned(wallet, withdrawal, account, micro, fee_micro),
        checked,
    )


def cost_returned(uid: str, withdrawal: str, account: Account, micro: int) -> Entry:
    """Book that the provider gave back `micro` of what it had kept. Once a withdrawal.

    `facts`: {withdrawalId, micro, account, after}. Raises `ReservationGone` where it did not come back,
    or the provider kept less. Two to four reads, two writes; of somebody erased, a read an entry.
    """
    operation = _operation(uid, Kind.COST_RETURNED, withdrawal, account=account, micro=micro)

    def checked(tx: Transaction) -> Stage:
        gone = _entry_of(tx, uid, withdrawal, Kind.RELEASE)
        if gone is None and _entry_of(tx, uid, withdrawal, Kind.RETURNED) is not None:
            gone = _entry_of(tx, uid, withdrawal, Kind.SETTLE)
        if gone is None or micro > gone.facts.get("costMicro", 0):
            raise ReservationGone
        return lambda *_: None

    return book(
        operation,
        lambda wallet, _: withdrawing.cost_returned(wallet, withdrawal, account, micro),
        checked,
    )


def _entry_of(tx: Transaction, uid: str, withdrawal: str, kind: Kind) -> Entry | None:
    """What was booked of a withdrawal. A read.

    Of somebody erased since, a read an entry of theirs: the id came from the name that they had.
    """
    ref = store.entries().document(id_of(uid, kind, withdrawal))
    found = encoding.entry(store.read([ref], tx)[0])
    if found is not None or not pseudonym.is_one(uid):
        return found
    for one in store.chain(uid, 0).stream(transaction=tx):
        entry = encoding.entry(one)
        if entry is not None and entry.kind is kind and entry.facts["withdrawalId"] == withdrawal:
            return entry
    return None


def _operation(uid: str, kind: Kind, withdrawal: str, **asked: int | str) -> Operation:
    return Operation(uid=uid, kind=kind, key=withdrawal, asked=asked)
