"""Named people: accounts with a profile, made of what the real use case stages, in one commit."""

from __future__ import annotations

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import DocumentSnapshot

from spaktok.core import clients, clock
from spaktok.core.ids import UserId
from spaktok.safety.requests import DeclaresBirth
from spaktok.safety.service import gate
from spaktok.users import handles, service, store
from spaktok.users.requests import CreateUserProfile

ANA = UserId("ana")
BEN = UserId("ben")
CARL = UserId("carl")
DINA = UserId("dina")

GROWN_UP = DeclaresBirth(birth_date="1990-05-17", region="US", time_zone="America/New_York")
"""What people say of themselves unless a test is about it; see `tests/support/ages.py`."""
AT_ONCE_MAX = 50
"""People in a commit: five documents each."""


def join(*uids: UserId, declares: DeclaresBirth = GROWN_UP) -> None:
    """Give each of them a profile.

    Most tests begin here, thousands of times in a run: so it is one commit without a read where the
    use case is two RPCs for each. `users/test_profiles` proves that it leaves the same documents.
    """
    for start in range(0, len(uids), AT_ONCE_MAX):
        some = uids[start : start + AT_ONCE_MAX]
        try:
            _join_at_once(some, declares)
        except AlreadyExists:  # some are there: to them it changes nothing
            for uid in some:
                service.create_profile(uid, _email(uid), request_of(uid, declares))


def request_of(uid: UserId, declares: DeclaresBirth = GROWN_UP) -> CreateUserProfile:
    """What somebody of this name asks for when signing up."""
    return CreateUserProfile(
        username=f"{uid}.name", display_name=uid.capitalize(), **declares.model_dump()
    )


def _join_at_once(uids: tuple[UserId, ...], declares: DeclaresBirth) -> None:
    at = clock.now()
    batch = clients.db().batch()
    for uid in uids:
        request = request_of(uid, declares)
        declared = gate.declare(request, at)
        free = DocumentSnapshot(store.username_ref(request.username), None, False, None, None, None)
        handles.claim(batch, free, uid, request.username, at)  # type: ignore[arg-type] # stages alike
        store.create(
            batch,  # type: ignore[arg-type]
            uid,
            username=request.username,
            display_name=request.display_name,
            email=_email(uid),
            language=request.language,
            age=gate.stage(batch, uid, declared, at),  # type: ignore[arg-type]
            at=at,
        )
    batch.commit()


def _email(uid: UserId) -> str:
    return f"{uid}@example.com"
