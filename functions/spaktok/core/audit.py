"""What privileged hands did: append-only records, each bound to the one before it.

A record is staged in the transaction that has the effect, so neither exists without the other. It
lies in one of 16 chains, by its actor; a single chain would be a hot document. Every entry holds the
hash of the entry before it, and the chain's head holds the last hash under a signature, with a key
that the database does not have: an entry that was changed, removed, moved or added by anyone with
mere access to the data breaks a link, which `verify` names. A checkpoint kept elsewhere also finds
a chain that was put back to an earlier, once genuine state.

    chain = audit.load(tx, actor)                              # with the other reads
    audit.append(tx, chain, Act(actor, "banUser", target, reason="spam"))

Owns `audit/{chain}`: {seq, hash, signature}, and `audit/{chain}/entries/{seq}`: {chain, seq, who,
what, target, reason, before, after, at, previous, hash}.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, keys

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentReference, Transaction

CHAINS: Final = 16
GENESIS: Final = "0" * 64
"""What the first entry of a chain is bound to."""
ENTRY_BYTES_MAX: Final = 8 * 1024
_PAGE: Final = 300

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, by whom, to what and why. Ids and small values, no content."""

    who: str
    what: str
    target: str
    reason: str
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a chain ends."""

    name: str
    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Break:
    """The first link of a chain that does not hold, and why."""

    chain: str
    seq: int
    why: str


def chain_of(actor: str) -> str:
    """The chain that holds what `actor` did: `00` to `15`."""
    return f"{int(ids.digest('audit', actor), 16) % CHAINS:02}"


def load(tx: Transaction, actor: str) -> Chain:
    """The end of the actor's chain, locked until the commit. One read."""
    name = chain_of(actor)
    head = next(iter(tx.get_all([_head(name)])))
    if not head.exists:
        return Chain(name)
    return Chain(name, head.get("seq"), head.get("hash"))


def append(tx: Transaction, chain: Chain, act: Act) -> Chain:
    """Stage the record of an act; the end of the chain with it. Two writes.

    Raises `ValueError` for a record whose actor belongs to another chain or that is too large, and
    `TypeError` for values that would not come back from the database as they went.
    """
    if chain_of(act.who) != chain.name:
        raise ValueError("The record belongs to another chain: load its actor's")
    entry: dict[str, Any] = {
        **asdict(act),
        "chain": chain.name,
        "seq": chain.seq + 1,
        "at": clock.now(),
        "previous": chain.hash,
    }
    _check_values(act)
    if len(_canonical(entry)) > ENTRY_BYTES_MAX:
        raise ValueError(f"A record holds at most {ENTRY_BYTES_MAX} bytes")
    after = Chain(chain.name, chain.seq + 1, _hash(entry))
    # create, not set: an entry is never written twice.
    tx.create(_entries(chain.name).document(f"{after.seq:012}"), {**entry, "hash": after.hash})
    tx.set(_head(chain.name), {"seq": after.seq, "hash": after.hash, "signature": sign(after)})
    return after


def verify(checkpoint: Mapping[str, Chain] | None = None) -> list[Break]:
    """Walk every chain; the first broken link of each that has one. A read an entry.

    With a checkpoint (`heads` of an earlier day) each chain must also pass through it.
    """
    known = checkpoint or {}
    found = (_verify_chain(f"{n:02}", known.get(f"{n:02}")) for n in range(CHAINS))
    return [broken for broken in found if broken is not None]


def heads() -> dict[str, Chain]:
    """The end of every chain that has one. 16 reads."""
    found = clients.db().get_all([_head(f"{n:02}") for n in range(CHAINS)])
    return {
        head.id: Chain(head.id, head.get("seq"), head.get("hash")) for head in found if head.exists
    }


def sign(chain: Chain) -> str:
    """The signature of a chain's end."""
    text = f"{chain.name}:{chain.seq}:{chain.hash}"
    return hmac.new(keys.audit(), text.encode(), sha256).hexdigest()


def _verify_chain(name: str, checkpoint: Chain | None) -> Break | None:
    end = Chain(name)
    while True:
        start = end
        for document_id, entry in _walk(name, after=start.seq):
            follower = _follow(end, document_id, entry)
            if isinstance(follower, Break):
                return follower
            end = follower
            if checkpoint is not None and checkpoint.seq == end.seq and checkpoint != end:
                return Break(name, end.seq, "differs from the checkpoint")
        head = _head(name).get().to_dict()
        # What was appended while we walked is walked too, before anything is called missing.
        if head is None or head.get("seq", 0) <= end.seq or end == start:
            return _verify_head(head, end, checkpoint)


def _follow(end: Chain, document_id: str, entry: dict[str, Any]) -> Chain | Break:
    seq = end.seq + 1
    if entry.get("seq") != seq or document_id != f"{seq:012}":
        return Break(end.name, seq, "is missing, or something else stands in its place")
    if entry.get("previous") != end.hash or entry.get("chain") != end.name:
        return Break(end.name, seq, "does not follow from the entry before it")
    claimed = entry.pop("hash", None)
    if claimed != _hash(entry):
        return Break(end.name, seq, "was changed after it was written")
    return Chain(end.name, seq, claimed)


def _verify_head(head: dict[str, Any] | None, end: Chain, checkpoint: Chain | None) -> Break | None:
    if checkpoint is not None and checkpoint.seq > end.seq:
        return Break(end.name, end.seq + 1, f"is missing: the checkpoint has {checkpoint.seq}")
    if head is None:
        gone = Break(end.name, end.seq, "is the last entry, and the chain's head is gone")
        return gone if end.seq else None
    named = Chain(end.name, head.get("seq", 0), str(head.get("hash")))
    if not hmac.compare_digest(str(head.get("signature")), sign(named)):
        return Break(end.name, end.seq, "is the last entry, and the head's signature is not ours")
    if named.seq > end.seq:
        return Break(end.name, end.seq + 1, f"is missing: the head says there are {named.seq}")
    if named.seq < end.seq:
        return Break(end.name, named.seq + 1, "stands beyond the signed head")
    if named != end:
        return Break(end.name, end.seq, "differs from what the head signed")
    return None


def _walk(name: str, *, after: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every later entry by its id, in pages: a chain may be longer than memory."""
    query = _entries(name).order_by("__name__").limit(_PAGE)
    if after:
        query = query.start_after({"__name__": _entries(name).document(f"{after:012}")})
    while page := list(query.stream()):
        for snapshot in page:
            yield snapshot.id, snapshot.to_dict() or {}
        if len(page) < _PAGE:
            return
        query = query.start_after(page[-1])


def _hash(entry: Mapping[str, Any]) -> str:
    return sha256(_canonical(entry)).hexdigest()


def _canonical(entry: Mapping[str, Any]) -> bytes:
    """One spelling for one meaning: sorted keys, no spaces, instants in UTC to the microsecond."""
    text = json.dumps(
        entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_instant
    )
    return text.encode()


def _instant(value: object) -> str:
    if not isinstance(value, datetime):
        # Not an error: whatever a forger put there must be hashed, and found wrong.
        return repr(value)
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _check_values(act: Act) -> None:
    for value in (*act.before.values(), *act.after.values()):
        if value is not None and not isinstance(value, str | int):
            raise TypeError(f"An audit record holds no {type(value).__name__}: give its digest")


def _head(chain: str) -> DocumentReference:
    return clients.db().collection("audit").document(chain)


def _entries(chain: str) -> CollectionReference:
    return _head(chain).collection("entries")
