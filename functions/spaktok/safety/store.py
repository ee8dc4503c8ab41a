"""Paths, decoding and staged writes of age and safety.

`users/{uid}/private/safety`: {userId, birthDate (sealed), birthDateSource, timeZone, zoneMovedAt |
null, region, dated: {band, ageFloor, nextBandAt, region, timeZone} (by the birth date alone), band,
bandSource, nextBandAt (what counts), signals: {store: band}, filterLevel | null, pendingRequest | null,
tooYoungSince | null, sealedWith, updatedAt}.
What counts is copied to `security/{uid}`, where every call finds it, and beside it stands
`ageErasureAt | null`: when to look whether an account under the minimum age is to be erased.

`ageLocks/{digest}`: {expiresAt}. Whose it is stands only in the digest.

`idVerificationRequests/{requestId}`: {userId, idType, idNumber (sealed, gone with the decision),
imageCount, status, createdAt, decidedAt?, reason?, sealedWith}.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import age, clients, ids
from spaktok.core.age import Age, Band
from spaktok.safety.births import Source
from spaktok.safety.model import FilterLevel, Record, Store

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Query, Transaction

LOCKED_FOR: Final = timedelta(hours=24)


def record_ref(uid: str) -> DocumentReference:
    """`users/{uid}/private/safety`."""
    return clients.db().collection("users").document(uid).collection("private").document("safety")


def security_ref(uid: str) -> DocumentReference:
    """`security/{uid}`, which `core.standing` reads."""
    return clients.db().collection("security").document(uid)


def lock_refs(uid: str, device_id: str | None) -> list[DocumentReference]:
    """The locks of an account, and of a device where the app names one."""
    names = [("account", uid)] if device_id is None else [("account", uid), ("device", device_id)]
    locks = clients.db().collection("ageLocks")
    return [locks.document(ids.digest("age lock", *name)) for name in names]


def request_ref(request_id: str) -> DocumentReference:
    """`idVerificationRequests/{requestId}`."""
    return clients.db().collection("idVerificationRequests").document(request_id)


def pending_requests() -> Query:
    """What waits for a decision, oldest first."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("idVerificationRequests")
        .where(filter=FieldFilter("status", "==", "pending"))
        .order_by("createdAt")
        .order_by("__name__")
    )


def due(at: datetime, limit: int) -> Query:
    """The accounts whose band has ended."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("security")
        .where(filter=FieldFilter("nextBandAt", "<=", at))
        .order_by("nextBandAt")
        .order_by("__name__")
        .limit(limit)
    )


def too_young(at: datetime, limit: int) -> Query:
    """The accounts under the minimum age at which it is time to look."""
    from google.cloud.firestore import FieldFilter

    return (
        clients.db()
        .collection("security")
        .where(filter=FieldFilter("ageErasureAt", "<=", at))
        .order_by("ageErasureAt")
        .limit(limit)
    )


def locked(locks: list[DocumentSnapshot[Any]], at: datetime) -> bool:
    """Whether any of these locks holds; TTL deletes late, so the time is compared."""
    return any(lock.exists and at < lock.get("expiresAt") for lock in locks)


def stage_locks(tx: Transaction, locks: list[DocumentSnapshot[Any]], at: datetime) -> None:
    """Lock this account and device for a day. A write each."""
    for lock in locks:
        tx.set(lock.reference, {"expiresAt": at + LOCKED_FOR})


def seal_birth_date(uid: str, born: str) -> dict[str, Any]:
    """The fields that hold a birth date."""
    from spaktok.core import sealed  # whoever asks for a level or a band needs no key

    place = record_ref(uid).path
    return {
        "birthDate": sealed.seal(born, path=place, field="birthDate"),
        "sealedWith": sealed.newest(),
    }


def open_birth_date(snapshot: DocumentSnapshot[Any]) -> str | None:
    """The birth date of a record; None where it holds none. Only in workers."""
    from spaktok.core import sealed

    held = (snapshot.to_dict() or {}).get("birthDate")
    if held is None:
        return None
    return sealed.open(held, path=snapshot.reference.path, field="birthDate").decode()


def read(tx: Transaction, references: list[DocumentReference]) -> list[DocumentSnapshot[Any]]:
    """These documents in the order asked for: one RPC, one read each."""
    found = {snapshot.reference.path: snapshot for snapshot in tx.get_all(references)}
    return [found[reference.path] for reference in references]


def encode(uid: str, record: Record, at: datetime) -> dict[str, Any]:
    """The document's fields, without what is sealed in it."""
    counts, source = record.counts(at)
    return {
        "userId": uid,
        "birthDateSource": record.source,
        "timeZone": record.zone,
        "zoneMovedAt": record.zone_moved_at,
        "region": record.dated.region,
        "dated": age.encode(record.dated),
        "band": counts.band,
        "bandSource": source,
        "nextBandAt": counts.next_at,
        "signals": {str(store): str(band) for store, band in record.signals.items()},
        "filterLevel": record.filter_level,
        "pendingRequest": record.pending_request,
        "tooYoungSince": record.too_young_since,
        "updatedAt": at,
    }


def decode(snapshot: DocumentSnapshot[Any]) -> Record:
    """The record; an empty one where the account is older than the question."""
    fields: dict[str, Any] | None = snapshot.to_dict()
    if fields is None:
        return Record()
    level = fields["filterLevel"]
    return Record(
        dated=age.decode(fields["dated"]),
        source=Source(fields["birthDateSource"]),
        zone=fields["timeZone"],
        zone_moved_at=fields.get("zoneMovedAt"),
        signals={Store(store): Band(band) for store, band in fields["signals"].items()},
        filter_level=None if level is None else FilterLevel(level),
        pending_request=fields["pendingRequest"],
        too_young_since=fields.get("tooYoungSince"),
    )


def create(tx: Transaction, uid: str, record: Record, born: str, at: datetime) -> None:
    """Stage the record of a new account. One write, which fails where one exists."""
    tx.create(record_ref(uid), {**encode(uid, record, at), **seal_birth_date(uid, born)})


def put_record(
    tx: Transaction, uid: str, record: Record, at: datetime, *, born: str | None = None
) -> None:
    """Stage a changed record whose band is the same. One write."""
    fields = encode(uid, record, at)
    if born is not None:
        fields.update(seal_birth_date(uid, born))
    # Whole maps are replaced and what is sealed stays, which a merge of the top level does.
    tx.set(record_ref(uid), fields, merge=list(fields))


def put(tx: Transaction, uid: str, record: Record, at: datetime, *, born: str | None = None) -> Age:
    """Stage a changed record, and what counts now beside it. Two writes; what counts."""
    record = record.closing(at)
    put_record(tx, uid, record, at, born=born)
    counts, _ = record.counts(at)
    # update, not set: an account that is being erased must not come back as a standing.
    tx.update(
        security_ref(uid),
        {**age.encode(counts), "claimsDue": at, "ageErasureAt": record.erased_from},
    )
    return counts
