"""Services that are paid for with money: a premium slot. Beside coins, in the same ledger.

Each is an entry of the payer's chain that changes none of their accounts: money comes from the provider
and is revenue, and goes back to it. What is paid for is staged `beside`, in the same commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spaktok.wallet.model.amounts import Account, Unit, moved, postings, whole
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.wallet import Wallet
from spaktok.wallet.service.booking import Beside, Operation, book


@dataclass(frozen=True, slots=True)
class Service:
    """What was paid for."""

    purchase_id: str
    account: Account
    """Where the money came from: one of `EXTERNAL`."""


def sell(  # noqa: PLR0913 - an entry names all of it
    uid: str,
    key: str,
    service: Service,
    gross_micro: int,
    fee_micro: int,
    *,
    beside: Beside | None = None,
) -> Entry:
    """Book that a service was paid for, once a key (the payment's id). One read, two writes."""
    whole(gross_micro)
    moves = postings(
        (service.account, Unit.MICRO, -gross_micro),
        (Account.FEES, Unit.MICRO, fee_micro),
        (Account.REVENUE, Unit.MICRO, gross_micro - fee_micro),
    )
    facts = {"grossMicro": gross_micro, "feeMicro": fee_micro}
    return _book(uid, Kind.SERVICE, key, service, Decision(Wallet(""), moves, facts), beside)


def refund(
    uid: str, key: str, service: Service, micro: int, *, beside: Beside | None = None
) -> Entry:
    """Book that `micro` of it went back, once a key. One read, two writes."""
    whole(micro)
    moves = moved(Unit.MICRO, Account.REVENUE, service.account, micro)
    decision = Decision(Wallet(""), moves, {"refundedMicro": micro})
    return _book(uid, Kind.SERVICE_REFUND, key, service, decision, beside)


def dispute(  # noqa: PLR0913 - an entry names all of it
    uid: str,
    key: str,
    service: Service,
    micro: int,
    fee_micro: int,
    *,
    beside: Beside | None = None,
) -> Entry:
    """Book that the payer's bank took `micro` back, and the provider a fee, once a dispute's id."""
    whole(micro)
    moves = (
        *moved(Unit.MICRO, Account.DISPUTED, service.account, micro),
        *moved(Unit.MICRO, Account.LOSS, service.account, fee_micro),
    )
    facts = {"disputedMicro": micro, "disputeFeeMicro": fee_micro}
    decision = Decision(Wallet(""), moves, facts)
    return _book(uid, Kind.SERVICE_DISPUTE, key, service, decision, beside)


def resolve(  # noqa: PLR0913 - an entry names all of it
    uid: str,
    key: str,
    service: Service,
    micro: int,
    *,
    won: bool,
    beside: Beside | None = None,
) -> Entry:
    """Book a dispute's end, once its id: won, the money came back; lost, it is no revenue any more."""
    whole(micro)
    source = service.account if won else Account.REVENUE
    moves = moved(Unit.MICRO, source, Account.DISPUTED, micro)
    kind = Kind.SERVICE_DISPUTE_WON if won else Kind.SERVICE_DISPUTE_LOST
    return _book(
        uid, kind, key, service, Decision(Wallet(""), moves, {"disputedMicro": micro}), beside
    )


def owe(uid: str, key: str, service: Service, micro: int, *, beside: Beside | None = None) -> Entry:
    """Book that a refund of `micro` came back to us, once a refund's id: it is owed to the payer."""
    whole(micro)
    moves = moved(Unit.MICRO, service.account, Account.OWED, micro)
    decision = Decision(Wallet(""), moves, {"owedMicro": micro})
    return _book(uid, Kind.SERVICE_OWED, key, service, decision, beside)


def _book(  # noqa: PLR0913, PLR0917 - an entry names all of it
    uid: str, kind: Kind, key: str, service: Service, decision: Decision, beside: Beside | None
) -> Entry:
    operation = Operation(
        uid=uid,
        kind=kind,
        key=key,
        asked={"purchaseId": service.purchase_id, **decision.facts},
        facts={"purchaseId": service.purchase_id},
    )

    def decide(wallet: Wallet, _: datetime) -> Decision:
        return Decision(wallet, decision.postings, decision.facts)

    return book(operation, decide, beside)
