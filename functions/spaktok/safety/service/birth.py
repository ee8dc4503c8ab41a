"""Birth dates and bands: given once, corrected by staff, moved on by birthdays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spaktok.core import audit, clock, dispatch, ids, transaction
from spaktok.core.age import Band
from spaktok.core.audit import Act
from spaktok.core.dispatch import Task
from spaktok.core.refusal import NotFound
from spaktok.safety import births, policy, store
from spaktok.safety.births import Source
from spaktok.safety.model import BANDS, Record, SignalBand, Store
from spaktok.safety.refusals import (
    BirthDateIsSet,
    NotOldEnough,
    NotYourOwn,
    TimeZoneMovedRecently,
)
from spaktok.safety.service import gate
from spaktok.safety.service.gate import Declared

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

    from spaktok.safety.requests import CorrectBirthDate, SetBirthDate

PAGE = 200
PAGES_MAX = 50
ZONE_HELD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Noted:
    """It was taken down. What follows from it is not told."""


def set_birth_date(uid: str, request: SetBirthDate) -> Noted:
    """Take down the birth date of an account that has none. 2 to 3 reads, 2 writes.

    Raises `BirthDateIsSet` where there is one, of whatever source, and `NotOldEnough` as at
    sign-up. Of whoever is too young the date is taken down all the same: there is an account, and it
    has to close, until a review or the birthday opens it, or the time for that is over. That takes up
    to 6 writes and 2 deletes.
    """
    at = clock.now()
    declared = gate.declare(request, at)
    references = [store.record_ref(uid), *gate.lock_refs(uid, request)]

    def body(tx: Transaction) -> tuple[bool, list[Task]]:
        found, *locks = store.read(tx, references)
        before = store.decode(found)
        if before.source is not Source.NONE:
            raise BirthDateIsSet
        admitted = gate.admits(tx, declared, locks, at)
        if not admitted and declared.age.band is not Band.UNDER_MINIMUM:
            return False, []
        return admitted, _put(tx, found, _with(before, declared), at, born=declared.born)

    admitted, tasks = transaction.run(body)
    dispatch.release_all(tasks)
    if not admitted:
        raise NotOldEnough
    return Noted()


def move_zone(uid: str, zone: str) -> Noted:
    """Have one's nights and birthdays by another clock. 1 read; 3 writes, where it is another.

    The region stays, and with it the rules that bind. The birthday's instant follows by a task, as
    only a worker opens the date. Raises `TimeZoneMovedRecently` within 30 days of the last move, so
    that a minor can't have the night begin later whenever it comes.
    """
    at = clock.now()

    def body(tx: Transaction) -> Task | None:
        (found,) = store.read(tx, [store.record_ref(uid)])
        before = store.decode(found)
        if before.zone == zone:
            return None
        if before.zone_moved_at is not None and at < before.zone_moved_at + ZONE_HELD_FOR:
            ahead = before.zone_moved_at + ZONE_HELD_FOR - at
            raise TimeZoneMovedRecently(retry_after_ms=max(1, ahead // timedelta(milliseconds=1)))
        store.put(tx, uid, before.moved(zone, at), at)
        name = ids.digest("moved zone", uid, at.isoformat())
        return dispatch.stage(tx, Task("advanceAgeBand", name, {"userId": uid}))

    task = transaction.run(body)
    if task is not None:
        dispatch.release(task)
    return Noted()


def correct_birth_date(staff: str, request: CorrectBirthDate) -> Noted:
    """Replace a birth date after a review. 3 reads, 4 writes, and 1 or 2 of a stricter band.

    What was claimed or signalled before counts no more. Raises `NotYourOwn`, `NotFound`.
    """
    uid = request.user_id
    if staff == uid:
        raise NotYourOwn
    at = clock.now()
    declared = gate.dated(
        request.birth_date, request.region, request.time_zone, Source.REVIEWED, at
    )

    def body(tx: Transaction) -> list[Task]:
        found, security = store.read(tx, [store.record_ref(uid), store.security_ref(uid)])
        if not security.exists:
            raise NotFound
        chain = audit.load(tx, staff)
        tasks = replace_birth_date(tx, found, declared, at)
        before, _ = store.decode(found).counts(at)
        audit.append(
            tx,
            chain,
            Act(
                who=staff,
                what="correctBirthDate",
                target=uid,
                reason=request.reason,
                before={"band": before.at(at).band},
                after={"band": declared.age.band},
            ),
        )
        return tasks

    dispatch.release_all(transaction.run(body))
    return Noted()


def replace_birth_date(
    tx: Transaction, found: DocumentSnapshot[Any], declared: Declared, at: datetime
) -> list[Task]:
    """Stage another birth date in a record; what is to follow where the band became stricter.

    Two writes, and one a task. The caller releases the tasks after the commit.
    """
    after = _with(store.decode(found), declared)
    waits = None if declared.record.source is Source.ID_VERIFIED else after.pending_request
    # A decision that confirms it closes the account anew: there is as much time again to object.
    after = after.unreviewed(at).pending(waits)
    return _put(tx, found, after, at, born=declared.born)


def submit_signal(uid: str, device_store: Store, said: SignalBand) -> Noted:
    """Take down what the device's store says. 1 read; 2 writes, where it is news.

    Up to 4 writes and 2 deletes of a stricter band.

    It is the client's word: it can close things and never opens what the birth date closes.
    """
    at = clock.now()
    band = BANDS[said]

    def body(tx: Transaction) -> list[Task]:
        (found,) = store.read(tx, [store.record_ref(uid)])
        before = store.decode(found)
        if before.signals.get(device_store) is band:
            return []
        return _put(tx, found, before.signalled(device_store, band), at)

    dispatch.release_all(transaction.run(body))
    return Noted()


def advance(uid: str) -> Band:
    """Move the band of `uid` to what it is now; repeatable. 1 read; 2 writes, where it moved.

    Opens the birth date, so it runs in a worker. What it writes is derived from the date and the
    clock alone: run late, twice or out of order, it ends with the same.
    """
    at = clock.now()

    def body(tx: Transaction) -> tuple[Band, list[Task]]:
        (found,) = store.read(tx, [store.record_ref(uid)])
        before = store.decode(found)
        text = store.open_birth_date(found)
        born = births.parse(text) if text is not None else None
        region = before.dated.region
        if born is None or region is None:
            return before.counts(at)[0].at(at).band, []
        minimum = policy.minimum_age(region)
        now = births.age(born, zone=before.zone, region=region, minimum=minimum, at=at)
        if now == before.dated:
            return before.counts(at)[0].at(at).band, []
        after = before.dated_anew(now, before.source, before.zone)
        # Stricter it becomes where the policy did.
        tasks = _put(tx, found, after, at)
        return after.counts(at)[0].at(at).band, tasks

    band, tasks = transaction.run(body)
    dispatch.release_all(tasks)
    return band


def send_due(at: datetime) -> int:
    """Have everyone's band moved whose birthday has come; how many. A read each.

    A task has the id of the birthday and the day it was sent on: one that failed for good is tried
    again tomorrow, and one that waits is not sent twice.
    """
    count = 0
    query = store.due(at, PAGE)
    for _ in range(PAGES_MAX):
        page = list(query.stream())
        for snapshot in page:
            dispatch.send_if_possible(_advancing(snapshot, at))
        count += len(page)
        if len(page) < PAGE:
            break
        query = query.start_after(page[-1])
    return count


def _advancing(snapshot: DocumentSnapshot[Any], at: datetime) -> Task:
    due: datetime = snapshot.get("nextBandAt")
    return Task(
        function="advanceAgeBand",
        id=ids.digest("advance", snapshot.id, due.isoformat(), at.date().isoformat()),
        payload={"userId": snapshot.id},
    )


@dataclass(frozen=True, slots=True)
class News:
    """What `deliverNotification` takes. Notifications are above us, and hear of it by name."""

    recipient: str
    type: str
    entity_id: str
    detail: str
    at: datetime
    entity_type: str = "verification_request"


def told(tx: Transaction, news: News) -> Task:
    """Stage that a user is told something. One write."""
    name = ids.digest("told", news.type, news.entity_id)
    return dispatch.stage(tx, Task("deliverNotification", name, asdict(news)))


def _put(
    tx: Transaction,
    found: DocumentSnapshot[Any],
    after: Record,
    at: datetime,
    *,
    born: str | None = None,
) -> list[Task]:
    """Stage a changed record, and what a stricter band brings with it. Two writes, and one a task.

    The account's settings follow: they are above us, and hear of it by name. Whoever is under the
    minimum age is told that a review has to be asked for within so many days: by push and by letter,
    whose sentence says how many, as the inbox is shut. The date stands in its entry, for the export.
    They are told again where a member of the staff decided that they are.
    """
    uid = _owner(found)
    now = store.put(tx, uid, after, at, born=born).at(at).band
    was = store.decode(found).counts(at)[0].at(at).band
    tasks = []
    if now.rank < was.rank:
        name = ids.digest("tighten", uid, at.isoformat())
        tasks.append(dispatch.stage(tx, Task("tightenSettings", name, {"userId": uid})))
    decided = born is not None and after.source.evidence
    if now is Band.UNDER_MINIMUM and (decided or now is not was):
        until = at + policy.erased_after()
        detail = f"The account is erased on {until:%Y-%m-%d}, unless a review was asked for"
        closed = ids.digest("too young", uid, at.isoformat())
        tasks.append(told(tx, News(uid, "age_review_needed", closed, detail, at)))
    return tasks


def _with(before: Record, declared: Declared) -> Record:
    return before.dated_anew(declared.record.dated, declared.record.source, declared.record.zone)


def _owner(found: DocumentSnapshot[Any]) -> str:
    return str(found.reference.parent.parent.id)
