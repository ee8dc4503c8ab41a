"""Proving the ledger: everything at once, or wallet by wallet as time goes on.

`everything` reads all there is, for tests and for drills. The scheduled audit goes through all wallets
in pages of a task each, and reads of each only what was written since its last audit, whose sums it
keeps; so a day's audit costs a read an entry of that day and four a wallet.

A violation raises an alarm (`core.alarms`). A wallet that cannot be read is one, and holds up no
other. That the audit itself goes on is watched by `heartbeat`.

Owns `walletAudits/{uid}`: {seq, head, sums: {account: of its unit}, rolled: {micro, to, ids},
held: {day: micro}, heldFrom: day, reservedMicro, at}.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock, dispatch, ids
from spaktok.core.dispatch import Task
from spaktok.wallet import encoding, store
from spaktok.wallet.model import entry as entry_model
from spaktok.wallet.model.amounts import Account
from spaktok.wallet.model.closing import REOPENS
from spaktok.wallet.model.entry import Break, Entry, Kind
from spaktok.wallet.model.income import BPS
from spaktok.wallet.model.invariants import (
    Violation,
    check_entry,
    check_everything,
    check_file,
    check_held,
    check_income,
    check_roll_up,
    check_sums,
    check_wallet,
    held_by_day,
    moved,
)
from spaktok.wallet.model.refunding import File
from spaktok.wallet.model.wallet import GENESIS, Wallet, day_of, matures_at
from spaktok.wallet.service import heartbeat

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query

PAGE: Final = 200
"""Wallets of one task."""
NOTHING_ROLLED: Final[Mapping[str, Any]] = {"micro": 0, "to": None, "ids": []}
ABOUT_A_PURCHASE: Final = frozenset({Kind.PURCHASE, *REOPENS})
NAMING: Final = frozenset({Kind.SWEEP, Kind.UNDO})
"""What names entries beside the chains."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a day's audit has come."""

    day: str
    after: str | None = None
    """The path of the last wallet that was audited."""
    wallets: int = 0
    violations: int = 0


def everything(*, settled: bool = False) -> list[Violation]:
    """Every invariant over all there is, chains included, but whether shares were due (I20).

    A read a document, and some a reversal. `settled` says that all tasks have run: then all gifts must
    be shared out. On a ledger at rest.
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
    from spaktok.wallet.service import covering, proving  # the day's audits ask them themselves

    found += covering.violations()
    known = {entry_id: fields for fields, entry_id in stored}
    beside = {name: one for name, one in known.items() if one["kind"] == Kind.ROLL_UP}
    found += proving.roll_ups(beside, lambda *_: range(BPS + 1), known)
    found += [*proving.swept(entries, known), *proving.taken_back(entries)]
    for uid, links in chains.items():
        if uid in wallets:
            found += _broken(
                uid, entry_model.verify(uid, links, wallets[uid].seq, wallets[uid].head)
            )
    return found


def wallet(uid: str) -> list[Violation]:
    """Audit one wallet from where its last audit ended; what does not hold. Nothing is written then.

    I1 to I4, I7, I14, I15 and I18 by its chain, with the roll-ups and reversals that its sweeps and
    undone gifts name by their hashes; I10 by the files of the purchases that its chain names since,
    I19 by what was shared out to it. Four reads, one an entry, file, roll-up and reversal since, and a
    write; a read more where the wallet moves meanwhile.
    """
    snapshot, before = store.read([store.wallet_ref(uid), audit_ref(uid)])
    if not snapshot.exists or encoding.MOVED in (snapshot.to_dict() or {}):
        return []
    now = encoding.decode_wallet(snapshot.to_dict() or {})
    last: dict[str, Any] = before.to_dict() or {"seq": 0, "head": GENESIS, "sums": {}}
    stored = [(one.to_dict() or {}, one.id) for one in store.chain(uid, last["seq"]).stream()]
    newest = stored[-1][0]["seq"] if stored else 0
    if newest > now.seq and _seq(uid) >= newest:
        # The wallet has moved since it was read: what it wrote is the next audit's.
        stored = [one for one in stored if one[0]["seq"] <= now.seq]
    broken = entry_model.verify(
        uid, stored, now.seq, now.head, after=last["seq"], genesis=last["head"]
    )
    if broken is not None:
        return _broken(uid, broken)
    entries = [encoding.decode_entry(fields) for fields, _ in stored]
    sums = moved(entries)
    sums.update(last["sums"])
    found = [violation for entry in entries for violation in check_entry(entry)]
    found += check_wallet(uid, now, sums)
    found += check_sums(uid, sums)
    at, unknown = clock.now(), _held_from(last)
    known = held_by_day(last.get("held", {}), entries)
    held = {day: micro for day, micro in known.items() if day > unknown}
    found += check_held(uid, now, held, at)
    found += [violation for file in _files(uid, entries) for violation in check_file(file)]
    unsound, rolled = _income(uid, last.get("rolled", NOTHING_ROLLED), sums, entries)
    found += unsound
    if not found and (entries or rolled != last.get("rolled")):
        audit_ref(uid).set(
            {
                "seq": now.seq,
                "head": now.head,
                "sums": dict(sums),
                "rolled": rolled,
                "held": {day: micro for day, micro in held.items() if matures_at(day) > at},
                "heldFrom": unknown,
                "reservedMicro": sum(now.reserved.values()),
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


def _seq(uid: str) -> int:
    """The number of a wallet's last entry by now."""
    return int((store.wallet_ref(uid).get().to_dict() or {}).get("seq", 0))


def _held_from(last: Mapping[str, Any]) -> str:
    """The last day of whose sweeps an audit may have missed some; "" where none has.

    An audit of an older version read them without keeping what they brought: what came until then, of
    days until then, is known to nobody who reads on from it.
    """
    if "held" in last or not last["seq"]:
        return str(last.get("heldFrom", ""))
    return day_of(last["at"])


def _files(uid: str, entries: Iterable[Entry]) -> list[File]:
    """The files of the purchases that entries are about. A read each."""
    lots = {one.facts["lotId"] for one in entries if one.kind in ABOUT_A_PURCHASE}
    found = store.read([store.lot_ref(uid, lot) for lot in sorted(lots)]) if lots else []
    return [file for one in found if (file := encoding.file(one)) is not None]


def _income(
    uid: str, last: Mapping[str, Any], sums: Mapping[str, int], entries: Iterable[Entry]
) -> tuple[list[Violation], dict[str, Any]]:
    """I19 of a receiver, and what was shared out to them so far: {micro, to, ids: those of `to`}.

    A roll-up or a sweep of this moment is between two of the reads, and a clock that was slow puts a
    roll-up where nobody looks again: so what differs is looked at once more, from the beginning.
    """
    swept = -sums.get(Account.INCOME, 0)
    found, rolled, read = _rolled(uid, last)
    naming = [one for one in entries if one.kind in NAMING]
    if naming:
        from spaktok.wallet.service import proving  # most wallets name nothing beside their chain

        found += [*proving.swept(naming, read), *proving.taken_back(naming)]
    shards = _shards(uid)
    if shards:  # what they hold may come to nothing, as of a gift and its reversal
        from spaktok.wallet.service.income import sweep_task  # where nothing waits, none

        # Its sweep was lost, or is on its way: one more does no harm.
        dispatch.send_if_possible(sweep_task(uid, clock.now()))
    unsound = check_income(uid, rolled["micro"], swept, sum(shards))
    if unsound:
        again, rolled, _ = _rolled(uid, NOTHING_ROLLED)
        found = list(dict.fromkeys([*found, *again]))
        unsound = check_income(uid, rolled["micro"], _swept(uid), sum(_shards(uid)))
    return found + unsound, rolled


def _rolled(
    uid: str, last: Mapping[str, Any]
) -> tuple[list[Violation], dict[str, Any], dict[str, dict[str, Any]]]:
    """Check the roll-ups since, and add them to what is known; and these by their ids."""
    query = store.rolled_up_for(uid)
    if last["to"] is not None:
        query = query.end_at({"at": last["to"]})
    micro, to, ids_ = last["micro"], last["to"], list(last["ids"])
    found: list[Violation] = []
    read: dict[str, dict[str, Any]] = {}
    for one in query.stream():
        fields = read[one.id] = one.to_dict() or {}
        if one.id in last["ids"]:
            continue
        entry = encoding.decode_entry(fields)
        if fields["hash"] != entry_model.digest(fields):
            found.append(Violation("I7", entry.id, "was changed after it was written"))
        found += [*check_entry(entry), *check_roll_up(entry)]
        micro += sum(one.amount for one in entry.postings if one.account == Account.INCOME)
        if to is None or entry.at > to:
            to, ids_ = entry.at, []
        if entry.at == to:
            ids_.append(entry.id)
    return found, {"micro": micro, "to": to, "ids": ids_}, read


def _shards(uid: str) -> list[int]:
    """What each shard holds."""
    return [sum(one.get("byDay").values()) for one in store.shards(uid).stream()]


def _swept(uid: str) -> int:
    """What was swept by now, by the whole chain."""
    chain = store.chain(uid, 0).stream()
    return -moved(encoding.decode_entry(one.to_dict() or {}) for one in chain)[Account.INCOME]


def _audited(uid: str) -> list[Violation]:
    """What of a wallet does not hold; that it cannot be read is said of it, and no more."""
    try:
        return wallet(uid)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # A field is missing or is of another kind: whatever wrote that, somebody must look.
        return [Violation("I7", uid, f"cannot be read: {type(error).__name__}")]


def alarm(violations: Iterable[Violation]) -> None:
    """Raise an alarm for each (`core.alarms`)."""
    from spaktok.core import alarms  # who finds nothing needs none

    alarms.sound(
        "ledger", (alarms.Alarm(one.invariant, one.subject, one.why) for one in violations)
    )


def wallets() -> Query:
    """All wallets, by their paths."""
    return clients.db().collection_group("wallet").order_by("__name__")


def reserving() -> Query:
    """The audits of wallets that had something reserved; each is named after its user."""
    from google.cloud.firestore import FieldFilter

    audits = clients.db().collection("walletAudits")
    return audits.where(filter=FieldFilter("reservedMicro", ">", 0))


def audit_ref(uid: str) -> DocumentReference:
    """`walletAudits/{uid}`."""
    return clients.db().collection("walletAudits").document(uid)


def _broken(uid: str, broken: Break | None) -> list[Violation]:
    return [] if broken is None else [Violation("I7", uid, f"entry {broken.seq} {broken.why}")]


def _owner(snapshot: DocumentSnapshot[Any]) -> str:
    """`users/ana/wallet/summary` → `ana`."""
    return str(snapshot.reference.path.split("/")[1])
