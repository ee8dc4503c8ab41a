"""The neutral question at sign-up: who is too young gets no account, and leaves no trace but a lock.

The lock holds for a day, for the account and the device alike, and answers whatever is said next
exactly as it answered the first time; so nobody learns which answer would have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import dispatch, ids, standing
from spaktok.core.age import Age, Band
from spaktok.core.dispatch import Task
from spaktok.core.refusal import InvalidRequest
from spaktok.integrations import sign_in
from spaktok.safety import births, policy, store
from spaktok.safety.births import Source
from spaktok.safety.model import Record

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

    from spaktok.safety.requests import DeclaresBirth


FORGET_BEFORE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Declared:
    """A birth date as somebody declared it, and what follows from it now."""

    born: str
    record: Record

    @property
    def age(self) -> Age:
        """By the date alone."""
        return self.record.dated

    def __repr__(self) -> str:
        """Without the date: nothing that is printed shows one."""
        return f"Declared({self.age.band})"


def lock_refs(uid: str, request: DeclaresBirth) -> list[DocumentReference]:
    """The locks that a sign-up has to read: one, or two where the app names its device."""
    return store.lock_refs(uid, request.device_id)


def declare(request: DeclaresBirth, at: datetime) -> Declared:
    """What the request declares. Raises `InvalidRequest` for a date on which nobody alive was born."""
    return dated(request.birth_date, request.region, request.time_zone, Source.SELF_DECLARED, at)


def dated(text: str, region: str, zone: str, source: Source, at: datetime) -> Declared:
    """What follows from a birth date. Raises `InvalidRequest`, as above."""
    born = births.parse(text)
    if born is None or not births.plausible(born, zone, at):
        raise InvalidRequest(field="birthDate", rule="must be a date of birth")
    minimum = policy.minimum_age(region)
    found = births.age(born, zone=zone, region=region, minimum=minimum, at=at)
    return Declared(text, Record(dated=found, source=source, zone=zone))


def admits(
    tx: Transaction, declared: Declared, locks: list[DocumentSnapshot[Any]], at: datetime
) -> bool:
    """Whether an account may be made. Where not, the transaction is to commit the lock alone.

    A locked door stays locked for a right answer too. The lock is written in the transaction that
    would have made the account, so of two answers given at once the wrong one can't be outrun.
    """
    if not store.locked(locks, at) and declared.age.band is not Band.UNDER_MINIMUM:
        return True
    store.stage_locks(tx, locks, at)
    return False


def stage_forgetting(tx: Transaction, uid: str, at: datetime) -> None:
    """Stage that the sign-in of who was refused is deleted, e-mail address and all. One write.

    With the lock itself: they may never ask again, and nothing else remembers them.
    """
    dispatch.stage(tx, _forgetting(uid, at))


def forget_later(uid: str, at: datetime) -> None:
    """Send what was staged. One delete."""
    dispatch.release(_forgetting(uid, at))


def _forgetting(uid: str, at: datetime) -> Task:
    """For the end of the lock.

    Not before, else the same address would be let in by another account; and while it still holds, so
    that no profile can come to be meanwhile.
    """
    run_at = at + store.LOCKED_FOR - FORGET_BEFORE
    name = ids.digest("forget refused", uid, at.isoformat())
    return Task("forgetRefused", name, {"userId": uid, "runAt": run_at}, run_at=run_at)


def forget(uid: str, run_at: datetime) -> bool:
    """Delete the sign-in of an account that was refused; whether it was. Two reads.

    Not where it has a profile, nor where it asked again since: then a later task does it.
    """
    (lock,) = store.lock_refs(uid, None)
    found = lock.get()
    renewed = found.exists and found.get("expiresAt") > run_at + FORGET_BEFORE
    if renewed or standing.load(uid, fresh=True).has_profile:
        return False
    sign_in.delete(uid)
    return True


def stage(tx: Transaction, uid: str, declared: Declared, at: datetime) -> Age:
    """Stage the age of a new account. One write; `security/{uid}` is the caller's to write."""
    store.create(tx, uid, declared.record, declared.born, at)
    return declared.age
