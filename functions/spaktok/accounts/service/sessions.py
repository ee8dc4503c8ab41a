"""Which devices are signed in, and signing them out.

Firebase can only end all refresh tokens of a user. So one device is signed out by refusing its
sign-in, which its tokens carry for ever (`auth_time`), at the edge and in the rules; all devices by
refusing every sign-in before now, and by ending the refresh tokens as well. Both count at once for
sensitive calls and in the rules, and within 30 seconds for every other call (`core.standing`).

Two devices that signed in within the same second are one session: nothing tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spaktok.accounts import store
from spaktok.accounts.model import (
    SEEN_EVERY,
    SESSION_KEPT,
    SESSIONS_MAX,
    Session,
    auth_time,
    next_second,
    revoke,
    session_id,
)
from spaktok.accounts.requests import RegisterSession
from spaktok.core import clock, dispatch, ids, transaction
from spaktok.core.caller import Caller
from spaktok.core.dispatch import Task
from spaktok.core.ids import UserId
from spaktok.notifications import outgoing as notifications
from spaktok.notifications.model import EntityType, News, NotificationType
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction


@dataclass(frozen=True, slots=True)
class Registered:
    """The session of this sign-in."""

    session_id: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """The devices that are signed in, the one seen last first."""

    sessions: list[Session]


@dataclass(frozen=True, slots=True)
class Revoked:
    """It is signed out, now or before."""

    revoked: bool


def register(caller: Caller, request: RegisterSession) -> Registered:
    """Name the device of this sign-in; repeated, it says at most once a day that it was seen.

    One read where nothing changes. Else a read of the account and a read a listed device besides, one
    write, and one more where the device that was away longest makes room or the address is another. A
    sign-in on an account that has others is told to its owner, and so is another address.
    """
    at = clock.now()
    second = auth_time(caller.signed_in_at)
    own = session_id(caller.uid, second)
    reference = store.sessions(caller.uid).document(own)
    known = reference.get()
    if known.exists and _says(known, request) and at < known.get("lastSeenAt") + SEEN_EVERY:
        return Registered(own)

    def body(tx: Transaction) -> tuple[bool, bool]:
        account = users.read([users.account_ref(caller.uid)], tx)[0]
        listed = list(tx.get(store.sessions(caller.uid).limit(2 * SESSIONS_MAX)))
        others = [one for one in listed if one.id != own]
        found = next((one for one in listed if one.id == own), None)
        leaving = sorted(others, key=lambda one: one.get("lastSeenAt"))[: -(SESSIONS_MAX - 1)]
        if leaving:
            _end(tx, caller.uid, leaving)
        tx.set(
            reference,
            {
                "device": ids.digest("device", caller.uid, request.device_id),
                "name": request.name,
                "platform": request.platform,
                "authTime": second,
                "createdAt": found.get("createdAt") if found else at,
                **store.seen(at, at + SESSION_KEPT),
            },
        )
        return found is None and bool(others), _moved(tx, account, caller.email)

    signed_in, moved = transaction.run(body)
    if moved:
        notifications.announce(
            News(
                recipient=caller.uid,
                type=NotificationType.CREDENTIALS_CHANGED,
                entity_type=EntityType.SESSION,
                entity_id=own,
            )
        )
    if signed_in:
        notifications.announce(
            News(
                recipient=caller.uid,
                type=NotificationType.NEW_SIGN_IN,
                entity_type=EntityType.SESSION,
                entity_id=own,
                detail=request.platform,
            )
        )
    return Registered(own)


def _moved(tx: Transaction, account: DocumentSnapshot[Any], email: str | None) -> bool:
    """Take down the address of the sign-in where it is another; whether one took another's place.

    Firebase Authentication tells no server that an address was changed: the next sign-in does.
    """
    fields: dict[str, Any] | None = account.to_dict()
    if fields is None or email is None or fields.get("email") == email:
        return False
    tx.update(account.reference, {"email": email})
    return fields.get("email") is not None


def sessions(caller: Caller) -> Sessions:
    """The caller's devices. A read each, of which there are few."""
    current = session_id(caller.uid, auth_time(caller.signed_in_at))
    at = clock.now()
    found = [
        store.decode_session(snapshot, current)
        for snapshot in store.sessions(caller.uid).limit(SESSIONS_MAX).stream()
        if at < snapshot.get("expiresAt")
    ]
    return Sessions(sorted(found, key=lambda one: one.last_seen_at, reverse=True))


def revoke_one(caller: Caller, session: str) -> Revoked:
    """Sign one device out. Two reads, one write, one delete; what is not listed changes nothing."""

    def body(tx: Transaction) -> None:
        (found,) = users.read([store.sessions(caller.uid).document(session)], tx)
        if found.exists:
            _end(tx, caller.uid, [found])

    transaction.run(body)
    return Revoked(True)


def revoke_all(uid: UserId) -> Revoked:
    """Sign every device out, the caller's too. A read and a delete a device, two writes, a task."""
    at = clock.now()
    task = sign_out_task(uid, at)

    def body(tx: Transaction) -> None:
        listed = list(tx.get(store.sessions(uid).limit(2 * SESSIONS_MAX)))
        close(tx, uid, at)
        for one in listed:
            tx.delete(one.reference)
        dispatch.stage(tx, task)

    transaction.run(body)
    dispatch.release(task)
    return Revoked(True)


def close(tx: Transaction, uid: UserId, at: datetime, **besides: Any) -> None:
    """Stage that no sign-in before now counts any more. One write."""
    ended = {"tokensValidAfter": next_second(at), "revokedSessions": []}
    tx.update(store.security_ref(uid), {**ended, **besides})


def sign_out_task(uid: UserId, at: datetime) -> Task:
    """The task that ends a user's refresh tokens."""
    return Task("signOut", ids.digest("sign-out", uid, at.isoformat()), {"uid": uid})


def _end(tx: Transaction, uid: UserId, ending: list[DocumentSnapshot[Any]]) -> None:
    """Stage the end of these sessions: a read and a write of the standing, a delete each."""
    (found,) = users.read([store.security_ref(uid)], tx)
    fields: dict[str, Any] = found.to_dict() or {}
    revoked, since = list(fields.get("revokedSessions", [])), fields.get("tokensValidAfter")
    for one in ending:
        revoked, since = revoke(revoked, one.get("authTime"), since)
        tx.delete(one.reference)
    tx.update(store.security_ref(uid), {"revokedSessions": revoked, "tokensValidAfter": since})


def _says(known: DocumentSnapshot[Any], request: RegisterSession) -> bool:
    return bool(known.get("name") == request.name and known.get("platform") == request.platform)


def end_tokens(uid: UserId) -> None:
    """Make the user's refresh tokens worthless, in Firebase Authentication."""
    from spaktok.integrations import sign_in

    sign_in.sign_out(uid)
