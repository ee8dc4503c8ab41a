"""Having one's age checked by an identity document: the appeal against a wrong band.

The document is seen by a person of the staff and nobody else (`evidence`); what nobody decides about
within 30 days lapses. Number and images are sealed when they arrive, and deleted with the decision.
What stays is the outcome, as the birth date that counts from then on (`births.Source.ID_VERIFIED`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import audit, clients, clock, dispatch, ids, paging, sealed, transaction
from spaktok.core.audit import Act, Chain
from spaktok.core.dispatch import Task
from spaktok.core.refusal import InvalidRequest, NotFound
from spaktok.safety import births, store
from spaktok.safety.births import Source
from spaktok.safety.model import REJECTIONS, IdType, RequestStatus
from spaktok.safety.refusals import NotYourOwn, VerificationDecided, VerificationPending
from spaktok.safety.service import birth, gate

WAITS_FOR: Final = timedelta(days=30)
"""How long a request may wait; its images may not lie there for ever."""
LAPSING_MAX: Final = 200
LAPSED: Final = "nobody could look at it in time: please ask again"

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

    from spaktok.safety.requests import (
        ApproveIdVerification,
        RejectIdVerification,
        RequestIdVerification,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to upload the images to, with the Storage SDK: JPEG, PNG or PDF, at most 10 MiB each."""

    request_id: str
    upload_paths: list[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome."""

    request_id: str
    status: RequestStatus


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a decision."""

    request_id: str
    user_id: str
    id_type: IdType
    image_paths: list[str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of them, oldest first."""

    requests: list[Waiting]
    next_cursor: str | None
    has_more: bool


def folder(uid: str, request_id: str) -> str:
    """Where a request's images lie in Storage."""
    return f"idVerification/{uid}/{request_id}"


def image_paths(uid: str, request_id: str, count: int) -> list[str]:
    """The images of a request: `1`, `2`, … without a type in their names."""
    return [image_path(uid, request_id, number) for number in range(1, count + 1)]


def image_path(uid: str, request_id: str, number: int) -> str:
    """Where one of them is uploaded to."""
    return f"{folder(uid, request_id)}/{number}"


def ask(uid: str, request: RequestIdVerification) -> Asked:
    """Open a request; its images follow by upload. 1 read, 2 writes.

    Raises `VerificationPending` while another one waits.
    """
    at = clock.now()
    request_id = ids.random_id()
    reference = store.request_ref(request_id)
    number = sealed.seal(request.id_number, path=reference.path, field="idNumber")

    def body(tx: Transaction) -> None:
        (found,) = store.read(tx, [store.record_ref(uid)])
        before = store.decode(found)
        if before.pending_request is not None:
            raise VerificationPending
        tx.create(
            reference,
            {
                "userId": uid,
                "idType": request.id_type,
                "idNumber": number,
                "sealedWith": sealed.newest(),
                "imageCount": request.image_count,
                "status": RequestStatus.PENDING,
                "createdAt": at,
            },
        )
        store.put_record(tx, uid, before.pending(request_id), at)

    transaction.run(body)
    return Asked(request_id, image_paths(uid, request_id, request.image_count))


def waiting(staff: str, limit: int, cursor: str | None) -> WaitingPage:
    """What waits for a decision. A read each, and one more."""
    page = paging.page(
        store.pending_requests(), limit=limit, cursor=cursor, scope=f"id verifications:{staff}"
    )
    return WaitingPage(
        requests=[_decode(snapshot) for snapshot in page.snapshots],
        next_cursor=page.next_cursor,
        has_more=page.next_cursor is not None,
    )


def approve(staff: str, request: ApproveIdVerification) -> Decided:
    """Take over what the document says. 4 reads, 7 to 9 writes with the audit and two to four tasks.

    An age without a date is taken as the youngest that has it. From then on it counts whatever was
    claimed before: the nightly job moves the band by this date. Raises `NotYourOwn`, `NotFound`,
    `VerificationDecided`, and `InvalidRequest` unless exactly one of date and age is given.
    """
    if (request.birth_date is None) == (request.verified_age is None):
        raise InvalidRequest(field="birthDate", rule="give it, or verifiedAge, and not both")
    at = clock.now()

    def body(tx: Transaction) -> list[Task]:
        found, chain, record, security = load_pending(
            tx, staff, request.user_id, request.request_id, RequestStatus.APPROVED
        )
        if chain is None:
            return []
        before = store.decode(record)
        born = request.birth_date
        if born is None:
            years = request.verified_age or 0
            born = births.youngest(years, before.zone, at).isoformat()
        region = before.dated.region or (security.to_dict() or {}).get("region")
        if region is None:
            raise InvalidRequest(field="userId", rule="has no region: use correctBirthDate")
        declared = gate.dated(born, region, before.zone, Source.ID_VERIFIED, at)
        tasks = birth.replace_birth_date(tx, record, declared, at)
        _close(tx, found, RequestStatus.APPROVED, at, "")
        done = act(staff, "approveIdVerification", found, request.request_id)
        audit.append(tx, chain, replace(done, after={"band": declared.age.band}))
        return [*_follow_up(tx, found, "id_verification_approved", ""), *tasks]

    dispatch.release_all(transaction.run(body))
    return Decided(request.request_id, RequestStatus.APPROVED)


def reject(staff: str, request: RejectIdVerification) -> Decided:
    """Refuse a document; its owner is told why, and may ask again. 4 reads, 6 writes."""
    at = clock.now()

    def body(tx: Transaction) -> list[Task]:
        found, chain, record, _ = load_pending(
            tx, staff, request.user_id, request.request_id, RequestStatus.REJECTED
        )
        if chain is None:
            return []
        store.put_record(tx, request.user_id, store.decode(record).unreviewed(at), at)
        _close(tx, found, RequestStatus.REJECTED, at, request.reason)
        audit.append(tx, chain, act(staff, "rejectIdVerification", found, request.reason))
        return _follow_up(tx, found, "id_verification_rejected", REJECTIONS[request.reason])

    dispatch.release_all(transaction.run(body))
    return Decided(request.request_id, RequestStatus.REJECTED)


def lapse(at: datetime) -> int:
    """Let requests go that nobody decided about in 30 days, evidence and all; how many.

    Their owners are told, and may ask again. 3 reads and 4 writes each, oldest first.
    """
    count = 0
    for snapshot in store.pending_requests().limit(LAPSING_MAX).stream():
        if at < snapshot.get("createdAt") + WAITS_FOR:
            break
        count += _lapse(str(snapshot.get("userId")), snapshot.id, at)
    return count


def _lapse(uid: str, request_id: str, at: datetime) -> bool:
    def body(tx: Transaction) -> list[Task]:
        found, record = store.read(tx, [store.request_ref(request_id), store.record_ref(uid)])
        if not found.exists or found.get("status") != RequestStatus.PENDING:
            return []
        store.put_record(tx, uid, store.decode(record).unreviewed(at), at)
        _close(tx, found, RequestStatus.REJECTED, at, LAPSED)
        return _follow_up(tx, found, "id_verification_rejected", LAPSED)

    tasks = transaction.run(body)
    dispatch.release_all(tasks)
    return bool(tasks)


def delete_evidence(uid: str, request_id: str) -> int:
    """Delete a request's images; how many there were. Repeatable."""
    count = 0
    for blob in clients.bucket().list_blobs(prefix=f"{folder(uid, request_id)}/"):
        blob.delete()
        count += 1
    return count


def load_pending(
    tx: Transaction, staff: str, uid: str, request_id: str, wanted: RequestStatus
) -> tuple[DocumentSnapshot[Any], Chain | None, DocumentSnapshot[Any], DocumentSnapshot[Any]]:
    """The request and what a decision about it touches; no chain where it was decided so before."""
    if staff == uid:
        raise NotYourOwn
    found, record, security = store.read(
        tx, [store.request_ref(request_id), store.record_ref(uid), store.security_ref(uid)]
    )
    if not found.exists or found.get("userId") != uid or not security.exists:
        raise NotFound
    status = RequestStatus(found.get("status"))
    if status is wanted:
        return found, None, record, security
    if status is not RequestStatus.PENDING:
        raise VerificationDecided
    return found, audit.load(tx, staff), record, security


def _close(
    tx: Transaction, found: DocumentSnapshot[Any], status: RequestStatus, at: datetime, why: str
) -> None:
    """The outcome stays, the evidence goes: the number here, the images by a task."""
    from google.cloud.firestore import DELETE_FIELD

    tx.update(
        found.reference,
        {
            "status": status,
            "decidedAt": at,
            "reason": why,
            "idNumber": DELETE_FIELD,
            "sealedWith": DELETE_FIELD,
        },
    )


def act(staff: str, what: str, found: DocumentSnapshot[Any], reason: str) -> Act:
    """The record of what was done to a request."""
    return Act(staff, what, str(found.get("userId")), reason, before={"request": found.id})


def _follow_up(tx: Transaction, found: DocumentSnapshot[Any], kind: str, why: str) -> list[Task]:
    """Stage what follows a decision. Two writes."""
    uid = str(found.get("userId"))
    forgetting = Task(
        "deleteIdEvidence", ids.digest("evidence", found.id), {"userId": uid, "requestId": found.id}
    )
    news = birth.News(uid, kind, found.id, why, clock.now())
    return [birth.told(tx, news), dispatch.stage(tx, forgetting)]


def _decode(snapshot: DocumentSnapshot[Any]) -> Waiting:
    fields: dict[str, Any] = snapshot.to_dict() or {}
    uid = fields["userId"]
    return Waiting(
        request_id=snapshot.id,
        user_id=uid,
        id_type=IdType(fields["idType"]),
        image_paths=image_paths(uid, snapshot.id, fields["imageCount"]),
        created_at=fields["createdAt"],
    )
