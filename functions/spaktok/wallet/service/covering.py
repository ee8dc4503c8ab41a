"""Booking which losses were borne by what was set aside for them; see `model.covering`.

The entries are a chain of the platform's own, which has no wallet: the last of them says how much was
borne by then. Each is made by one transaction with what it was reckoned from, so however often and by
however many it is run, what is borne is what the books call for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clock, transaction
from spaktok.wallet import encoding, store
from spaktok.wallet.model import covering
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.entry import Entry, Kind, id_of, verify
from spaktok.wallet.model.income import lane_of
from spaktok.wallet.model.invariants import Violation, check_entry, moved
from spaktok.wallet.model.revenue import decode
from spaktok.wallet.model.wallet import GENESIS

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

PLATFORM: Final = "platform"
"""In the place of a user: whose chain it is."""


def cover(summary: DocumentReference) -> Entry | None:
    """Have losses borne as far as the books go; None where nothing changes. Two reads, one write.

    `summary` is what all complete days come to, as `revenue` writes it.
    """

    def body(tx: Transaction) -> Entry | None:
        fields: dict[str, Any] | None = store.read([summary], tx)[0].to_dict()
        if fields is None:
            return None
        query = store.history(PLATFORM).limit(1)
        last = next((encoding.entry(one) for one in query.stream(transaction=tx)), None)
        before: int = last.facts["coveredMicro"] if last is not None else 0
        wanted = covering.wanted(decode(fields))
        if wanted == before:
            return None
        number = 1 + (last.seq if last is not None else 0)
        entry_id = id_of(PLATFORM, Kind.COVER, str(number))
        entry = Entry(
            id=entry_id,
            key=str(number),
            kind=Kind.COVER,
            input_hash="",
            user_id=PLATFORM,
            at=clock.now(),
            wallet_id=PLATFORM,
            seq=number,
            prev=last.hash if last is not None else GENESIS,
            postings=covering.covered(wanted - before),
            facts={"micro": wanted - before, "coveredMicro": wanted},
            lane=lane_of(entry_id, "own"),
        )
        store.create(tx, entry)
        return entry

    return transaction.run(body)


def violations() -> list[Violation]:
    """What of the platform's own chain does not hold: I1, I7, I15, and I3 of its sum. A read each."""
    stored = [(one.to_dict() or {}, one.id) for one in store.chain(PLATFORM, 0).stream()]
    if not stored:
        return []
    broken = verify(PLATFORM, stored, len(stored), stored[-1][0]["hash"])
    if broken is not None:
        return [Violation("I7", PLATFORM, f"entry {broken.seq} {broken.why}")]
    borne = 0
    found: list[Violation] = []
    for fields, _ in stored:
        entry = encoding.decode_entry(fields)
        found += check_entry(entry)
        borne += moved([entry])[Account.LOSS]
        if borne != entry.facts["coveredMicro"]:
            why = (
                f"{borne} was borne by entry {entry.seq}, which says {entry.facts['coveredMicro']}"
            )
            found.append(Violation("I3", PLATFORM, why))
    return found
