"""The one processor of the ledger: every change of a wallet is an entry, and goes through `book`.

One transaction reads the wallet, decides, and writes the wallet and the entry: one read, two writes.
The entry's id is made of the operation's key, so creating it is the record that the operation was
done. A repeat fails at that, runs again and finds the entry: it returns what was done and writes
nothing. The same key with another input is `KeyReused`.

Of a wallet that is closed (`model.closing`), what the operation leaves in it is forfeited in the same
entry; one that is moving under its pseudonym is `TryAgain`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.core import clock, transaction, turns
from spaktok.core.refusal import KeyReused, Refusal
from spaktok.wallet import encoding, store
from spaktok.wallet.model import entry as entries
from spaktok.wallet.model.amounts import check
from spaktok.wallet.model.closing import REOPENS, closed, netted, reopened
from spaktok.wallet.model.deciding import Decision
from spaktok.wallet.model.entry import Entry, Kind
from spaktok.wallet.model.income import Slot, lane_of
from spaktok.wallet.model.wallet import Wallet, settled

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

Decide = Callable[[Wallet, datetime], Decision]
"""A pure decision on the wallet as it is at that time. May refuse; may be called several times."""

Stage = Callable[[Entry, "Decision"], None]
Beside = Callable[["Transaction"], Stage]
"""What else belongs to the operation: reads (and may refuse), and returns what stages its writes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on one wallet, under a key of its own."""

    uid: str
    kind: Kind
    key: str
    asked: Mapping[str, Any]
    """The input: the same key with another one is refused."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Added to those of the decision. No person's id or words: they are hashed for good."""
    links: Mapping[str, Any] = field(default_factory=dict)
    receiver_id: str | None = None
    lane: str | None = None
    slot: Callable[[datetime], Slot] | None = None
    """The slot by the time of the attempt, which comes closest to that of the commit."""

    @property
    def entry_id(self) -> str:
        """The id of its entry."""
        return entries.id_of(self.uid, self.kind, self.key)

    def shared_with(self, receiver: str, place: Callable[[str, str, datetime], Slot]) -> Operation:
        """The same, of what becomes that receiver's income."""
        entry_id = self.entry_id
        return replace(
            self,
            receiver_id=receiver,
            lane=lane_of(entry_id),
            slot=lambda at: place(receiver, entry_id, at),
        )


def book(operation: Operation, decide: Decide, beside: Beside | None = None) -> Entry:
    """Do it once for all time; its entry.

    One read and two writes, and those of `beside`; a repeat and a refusal read the entry too and
    write nothing. Raises what `decide` and `beside` refuse, `KeyReused`, and all that
    `transaction.run` does.
    """
    attempts = 0

    def body(tx: Transaction) -> Entry:
        nonlocal attempts
        attempts += 1
        wallet_ref = store.wallet_ref(operation.uid)
        entry_ref = store.entries().document(operation.entry_id)
        found = store.read([wallet_ref] if attempts == 1 else [wallet_ref, entry_ref], tx)
        if attempts > 1 and (done := recalled(operation, encoding.entry(found[1]))) is not None:
            return done
        at = clock.now()
        try:
            stage = beside(tx) if beside is not None else None
            entry, decision = _decided(operation, encoding.wallet(found[0]), decide, at)
        except Refusal:
            # Done before, it may be impossible now: the coins are spent.
            if attempts > 1:
                raise
            done = recalled(operation, encoding.entry(store.read([entry_ref], tx)[0]))
            if done is None:
                raise
            return done
        head = store.create(tx, entry)
        after = replace(decision.wallet, seq=entry.seq, head=head)
        tx.set(wallet_ref, encoding.encode_wallet(after, at))
        if stage is not None:
            stage(entry, decision)
        return replace(entry, hash=head)

    with turns.one_at_a_time(f"wallet {operation.uid}", give_up_s=transaction.GIVE_UP_S):
        return transaction.run(body)


def recalled(operation: Operation, done: Entry | None) -> Entry | None:
    """The entry where the operation was done before. Raises `KeyReused` for another input."""
    if done is not None and done.input_hash != entries.input_hash(operation.asked):
        raise KeyReused
    return done


def _decided(
    operation: Operation, wallet: Wallet, decide: Decide, at: datetime
) -> tuple[Entry, Decision]:
    before, passed = settled(wallet, at)
    if before.closed_at is not None and operation.kind in REOPENS:
        before, again = reopened(before)
        passed = (*passed, *again)
    decision = decide(before, at)
    if decision.wallet.closed_at is not None:
        decision = closed(decision)
        postings = netted((*passed, *decision.postings))
    else:
        postings = (*passed, *decision.postings)
    check(postings)
    after = decision.wallet
    slot = operation.slot(at) if operation.slot is not None else None
    placed = {} if slot is None else {"window": slot.window, "part": slot.part}
    entry = Entry(
        id=operation.entry_id,
        key=operation.key,
        kind=operation.kind,
        input_hash=entries.input_hash(operation.asked),
        user_id=operation.uid,
        at=at,
        wallet_id=wallet.id,
        seq=wallet.seq + 1,
        prev=wallet.head,
        postings=postings,
        facts={**decision.facts, **operation.facts, **placed, "after": balances(after)},
        links=operation.links,
        receiver_id=operation.receiver_id,
        slot=None if slot is None else slot.id,
        lot_ids=decision.lot_ids,
        lane=operation.lane or lane_of(operation.entry_id, "own"),
    )
    return entry, decision


def balances(wallet: Wallet) -> dict[str, int]:
    """What the accounts of a wallet hold."""
    return {
        "coins": wallet.coins,
        "held": wallet.held,
        "pending": sum(wallet.pending.values()),
        "earnings": wallet.available,
        "reserved": sum(wallet.reserved.values()),
        "debt": wallet.debt,
    }
