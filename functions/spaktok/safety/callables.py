"""Client calls of age and safety. No answer says how old anyone is."""

from spaktok.core import keys, sealed
from spaktok.core.caller import Caller, Role
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_day, per_hour, per_minute
from spaktok.core.refusal import NotFound
from spaktok.safety.refusals import (
    BirthDateIsSet,
    NotForYourAge,
    NotOldEnough,
    NotYourOwn,
    TimeZoneMovedRecently,
    VerificationDecided,
    VerificationPending,
)
from spaktok.safety.requests import (
    ApproveIdVerification,
    CorrectBirthDate,
    GetIdEvidence,
    GetMyPolicy,
    GetPendingIdVerifications,
    RejectIdVerification,
    RequestIdVerification,
    SetBirthDate,
    SubmitAgeSignal,
    UpdateContentFilterLevel,
    UpdateTimeZone,
)
from spaktok.safety.service import access, birth, evidence, filters, identity

STAFF = (Role.ADMIN, Role.SUPERADMIN)

sealed.check_at_start(
    "approveIdVerification", "correctBirthDate", "requestIdVerification", "setBirthDate"
)


@call(
    SetBirthDate,
    message="Birth date set",
    sensitive=True,
    limit=per_hour(10),
    refusals=(BirthDateIsSet, NotOldEnough),
    cost="3 reads, 2 writes; of who is too young up to 6 writes, 2 deletes and 2 tasks",
)
def setBirthDate(caller: Caller, request: SetBirthDate) -> birth.Noted:
    """Say one's birth date, once."""
    return birth.set_birth_date(caller.uid, request)


@call(
    UpdateTimeZone,
    message="Time zone updated",
    limit=per_hour(10),
    refusals=(TimeZoneMovedRecently,),
    cost="1 read, 3 writes and a task",
)
def updateTimeZone(caller: Caller, request: UpdateTimeZone) -> birth.Noted:
    """Have one's nights, birthdays and daily batches by the clock of another zone; once in 30 days.

    Whoever only travels names a zone in `updateNotificationSettings`.
    """
    return birth.move_zone(caller.uid, request.time_zone)


@call(
    CorrectBirthDate,
    message="Birth date corrected",
    roles=STAFF,
    limit=per_hour(60),
    refusals=(NotFound, NotYourOwn),
    secrets=(keys.AUDIT_SECRET,),
    cost="3 reads, 4 to 6 writes, up to 2 deletes and 2 tasks",
)
def correctBirthDate(caller: Caller, request: CorrectBirthDate) -> birth.Noted:
    """Correct a user's birth date after a review."""
    return birth.correct_birth_date(caller.uid, request)


@call(
    SubmitAgeSignal,
    any_age=True,
    limit=per_hour(30),
    cost="1 read, up to 4 writes, 2 deletes and 2 tasks",
)
def submitAgeSignal(caller: Caller, request: SubmitAgeSignal) -> birth.Noted:
    """Pass on what the device's store says about the user's age."""
    return birth.submit_signal(caller.uid, request.store, request.band)


@call(GetMyPolicy, limit=per_minute(30), cost="no read of its own")
def getMyPolicy(caller: Caller, request: GetMyPolicy) -> access.Policy:  # noqa: ARG001
    """Learn what is on, off until one turns it on, or not for one at all: for an app to go by.

    It moves with birthdays and the deployment's policy: ask at every start, and show nothing that an
    older answer allowed.

    It names no age, but the answers differ by band, so whoever reads one learns the band.
    """
    return access.policy_of(caller.uid)


@call(
    UpdateContentFilterLevel,
    message="Content filter updated",
    sensitive=True,
    limit=per_minute(20),
    refusals=(NotForYourAge,),
    cost="1 read, 1 write",
)
def updateContentFilterLevel(caller: Caller, request: UpdateContentFilterLevel) -> filters.Filter:
    """Choose how much is kept from one."""
    return filters.choose(caller.uid, request.level)


@call(
    RequestIdVerification,
    message="Verification requested",
    any_age=True,
    sensitive=True,
    limit=per_day(5),
    refusals=(VerificationPending,),
    cost="1 read, 2 writes",
)
def requestIdVerification(caller: Caller, request: RequestIdVerification) -> identity.Asked:
    """Have one's age checked by an identity document."""
    return identity.ask(caller.uid, request)


@call(
    ApproveIdVerification,
    message="Verification approved",
    roles=STAFF,
    limit=per_hour(300),
    refusals=(NotFound, NotYourOwn, VerificationDecided),
    secrets=(keys.AUDIT_SECRET,),
    cost="4 reads, 7 to 9 writes, 2 to 4 deletes and as many tasks",
)
def approveIdVerification(caller: Caller, request: ApproveIdVerification) -> identity.Decided:
    """Take over the birth date or age that a document shows."""
    return identity.approve(caller.uid, request)


@call(
    RejectIdVerification,
    message="Verification rejected",
    roles=STAFF,
    limit=per_hour(300),
    refusals=(NotFound, NotYourOwn, VerificationDecided),
    secrets=(keys.AUDIT_SECRET,),
    cost="4 reads, 6 writes",
)
def rejectIdVerification(caller: Caller, request: RejectIdVerification) -> identity.Decided:
    """Refuse a document; its owner is told why."""
    return identity.reject(caller.uid, request)


@call(
    GetIdEvidence,
    roles=STAFF,
    limit=per_hour(300),
    refusals=(NotFound, NotYourOwn, VerificationDecided),
    secrets=(keys.AUDIT_SECRET,),
    cost="4 reads, 2 writes, a task",
)
def getIdEvidence(caller: Caller, request: GetIdEvidence) -> evidence.Evidence:
    """Have the images of a request that waits opened for 15 minutes; who looked is recorded.

    Ask again until all of them are.
    """
    return evidence.look(caller.uid, request)


@call(
    GetPendingIdVerifications,
    roles=STAFF,
    limit=per_minute(60),
    secrets=(keys.CURSOR_SECRET,),
    cost="a read a request, and one",
)
def getPendingIdVerifications(
    caller: Caller, request: GetPendingIdVerifications
) -> identity.WaitingPage:
    """List the requests that wait for a decision, oldest first."""
    return identity.waiting(caller.uid, request.limit, request.cursor)
