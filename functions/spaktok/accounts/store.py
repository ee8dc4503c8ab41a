"""Paths and documents of sessions, exports and erasures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spaktok.accounts.model import Platform, Session
from spaktok.core import clients
from spaktok.users import store as users

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentReference, DocumentSnapshot


def security_ref(uid: str) -> DocumentReference:
    """`security/{uid}`, see `core.standing`."""
    return clients.db().collection("security").document(uid)


def sessions(uid: str) -> CollectionReference:
    """`users/{uid}/sessions/{sessionId}`.

    {device, name, platform, authTime: the sign-in's second, createdAt, lastSeenAt, expiresAt}.
    """
    return users.card_ref(uid).collection("sessions")


def export_ref(uid: str) -> DocumentReference:
    """`exports/{uid}`: the one export an account has at a time.

    {exportId, state, salt, source: which of the inventory's is under way, after: the last document or
    object of it that was written, manifest, requestedAt, aliveAt, readyAt, expiresAt, removeAt}.
    """
    return clients.db().collection("exports").document(uid)


def export_files(uid: str) -> CollectionReference:
    """`exports/{uid}/files/{name}`: {path, bytes, sha256, records, of, removeAt}."""
    return export_ref(uid).collection("files")


def erasure_ref(erasure_id: str) -> DocumentReference:
    """`erasures/{erasureId}`: {subject, phase, round, requestedAt, erasesAt, dueAt}.

    At its end only {phase, requestedAt, finishedAt} is left.
    """
    return clients.db().collection("erasures").document(erasure_id)


def things(erasure_id: str) -> CollectionReference:
    """`erasures/{erasureId}/things/{thingId}`: the videos that were, until the end."""
    return erasure_ref(erasure_id).collection("things")


def decode_session(snapshot: DocumentSnapshot[Any], current: str) -> Session:
    """A session as its owner sees it."""
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Session(
        session_id=snapshot.id,
        name=fields["name"],
        platform=Platform(fields["platform"]),
        created_at=fields["createdAt"],
        last_seen_at=fields["lastSeenAt"],
        is_current=snapshot.id == current,
    )


def seen(at: datetime, kept_until: datetime) -> dict[str, Any]:
    """The fields of a session that its device's coming back changes."""
    return {"lastSeenAt": at, "expiresAt": kept_until}


def watch(what: str, subject: str, since: datetime, most: timedelta, at: datetime) -> None:
    """Raise an alarm where what began at `since` should be over at `at`. A write, and only then."""
    if at - since < most:
        return
    from spaktok.core import alarms

    why = f"has not ended since {since.isoformat()}"
    alarms.sound("account", [alarms.Alarm(what, subject, why)])
