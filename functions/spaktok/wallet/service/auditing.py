"""Proving the ledger: everything at once, or wallet by wallet as time goes on.

`everything` reads all there is, for tests and for drills. The scheduled audit goes through all wallets
in pages of a task each, and reads of each only what was written since its last audit, whose sums it
keeps; so a day's audit costs a read an entry of that day and two a wallet.

A violation raises an alarm: a log line of severity CRITICAL, and `alarms/{alarmId}`. A wallet that
cannot be read is one, and holds up no other. That the audit itself goes on is watched by `heartbeat`.

Owns `walletAudits/{uid}`: {seq, head, sums, at}, and `alarms/{alarmId}`: {invariant, subject, why, at}.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, ids, log
from spaktok.core.dispatch import Task
from spaktok.wallet import encoding, store
from spaktok.wallet.model import entry as entry_model
from spaktok.wallet.model.entry import Break
from spaktok.wallet.model.invariants import (
    Violation,
    check_entry,
    check_everything,
    check_wallet,
    own,
)
from spaktok.wallet.model.wallet import GENESIS, Wallet
from spaktok.wallet.service import heartbeat

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

PAGE: Final = 200
"""Wallets of one task."""
ALARMS_MAX: Final = 50
"""Alarms of one page: beyond it, they say the same."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a day's audit has come."""

    day: str
    after: str | None = None
    """The path of the last wallet that was audited."""
    wallets: int = 0
    violations: int = 0


def everything(*, settled: bool = False) -> list[Violation]:
    """Every invariant over all there is, chains included. A read a document.

    `settled` says that all tasks have run: then all gifts must be shared out. On a ledger at rest.
    """
    db = clients.db()
    stored = [(one.to_dict() or {}, one.id) for one in store.entries().stream()]
    entries = [encoding.decode_entry(fields) for fields, _ in stored]
    wallets: dict[str, Wallet] = {}
    for one in db.collection_group("wallet").stream():
        if encoding.MOVED in (one.to_dict() or {}):
            continue
        wallets[_owner(one)] = encoding.decode_wallet(one.to_dict() or {})
    files = [
        file
        for one in db.collection_group("lots").stream()
        if (file := encoding.file(one)) is not None
    ]
    shards: Counter[str] = Counter()
    for one in db.collection_group("income").stream():
        shards[_owner(one)] += sum(one.get("byDay").values())
    found = check_everything(entries, wallets, files, shards, settled=settled)
    chains: dict[str, list[tuple[Mapping[str, Any], str]]] = {uid: [] for uid in wallets}
    for fields, entry_id in sorted(stored, key=lambda one: one[0]["seq"]):
        if fields["seq"]:
            chains.setdefault(fields["userId"], []).append((fields, entry_id))
        elif fields["hash"] != entry_model.digest(fields):
            found.append(Violation("I7", entry_id, "was changed after it was written"))
    for uid, links in chains.items():
        if uid in wallets:
            found += _broken(
                uid, entry_model.verify(uid, links, wallets[uid].seq, wallets[uid].head)
            )
    return found


def wallet(uid: str) -> list[Violation]:
    """Audit one wallet from where its last audit ended; what does not hold. Nothing is written then.

    Two reads, one an entry since, and a write.
    """
    snapshot, before = store.read([store.wallet_ref(uid), audit_ref(uid)])
    if not snapshot.exists or encoding.MOVED in (snapshot.to_dict() or {}):
        return []
    now = encoding.decode_wallet(snapshot.to_dict() or {})
    last: dict[str, Any] = before.to_dict() or {"seq": 0, "head": GENESIS, "sums": {}}
    stored = [
        (one.to_dict() or {}, one.id)
        for one in store.chain(uid, last["seq"]).stream()
        if one.get("seq")
        <= now.seq  # what was written since the wallet was read is the next audit's
    ]
    broken = entry_model.verify(
        uid, stored, now.seq, now.head, after=last["seq"], genesis=last["head"]
    )
    if broken is not None:
        return _broken(uid, broken)
    entries = [encoding.decode_entry(fields) for fields, _ in stored]
    sums = own(entries)
    sums.update(last["sums"])
    found = [violation for entry in entries for violation in check_entry(entry)]
    found += check_wallet(uid, now, sums)
    if not found and entries:
        audit_ref(uid).set(
            {
                "seq": now.seq,
                "head": now.head,
                "sums": dict(sums),
                "at": clock.now(),
            }
        )
    return found


def page(progress: Progress) -> Progress | None:
    """Audit the next wallets in the order of their paths, and raise alarms.

    How far it is then; None at the end, which is noted (`heartbeat`). What `wallet` costs for each, a
    read and a write more at the end. An outage of the database is raised, for the task to be repeated.
    """
    query = wallets()
    if progress.after is not None:
        query = query.start_after({"__name__": clients.db().document(progress.after)})
    found = list(query.limit(PAGE).stream())
    violations = [violation for one in found for violation in _audited(_owner(one))]
    alarm(violations)
    after = replace(
        progress,
        after=found[-1].reference.path if found else progress.after,
        wallets=progress.wallets + len(found),
        violations=progress.violations + len(violations),
    )
    if len(found) == PAGE:
        return after
    heartbeat.finished(after.day, {"wallets": after.wallets, "violations": after.violations})
    return None


def page_task(progress: Progress) -> Task:
    """The task that audits a page, once a day."""
    return Task(
        function="auditWallets",
        id=ids.digest("audit-wallets", progress.day, progress.after or ""),
        payload=asdict(progress),
    )


def _audited(uid: str) -> list[Violation]:
    """What of a wallet does not hold; that it cannot be read is said of it, and no more."""
    try:
        return wallet(uid)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A field is missing or is of another kind: whatever wrote that, somebody must look.
        return [Violation("I7", uid, f"cannot be read: {type(error).__name__}")]


def alarm(violations: Iterable[Violation]) -> None:
    """Raise an alarm for each: a line that wakes somebody, and a document that waits for them."""
    for number, violation in enumerate(violations):
        if number == ALARMS_MAX:
            break
        log.alarm("ledger", invariant=violation.invariant, who=log.who(violation.subject))
        name = ids.digest("alarm", violation.invariant, violation.subject, violation.why)
        clients.db().collection("alarms").document(name).set(
            {
                "invariant": violation.invariant,
                "subject": violation.subject,
                "why": violation.why,
                "at": clock.now(),
            }
        )


def wallets() -> Query:
    """All wallets, by their paths."""
    return clients.db().collection_group("wallet").order_by("__name__")


def audit_ref(uid: str) -> DocumentReference:
    """`walletAudits/{uid}`."""
    return clients.db().collection("walletAudits").document(uid)


def _broken(uid: str, broken: Break | None) -> list[Violation]:
    return [] if broken is None else [Violation("I7", uid, f"entry {broken.seq} {broken.why}")]


def _owner(snapshot: DocumentSnapshot[Any]) -> str:
    """`users/ana/wallet/summary` → `ana`."""
    return str(snapshot.reference.path.split("/")[1])
