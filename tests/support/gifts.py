"""Gifts in tests: streams to give in, people who may give, and how things stand between two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from spaktok.accounts.service import presence
from spaktok.core import clients, clock, standing
from spaktok.core.ids import UserId
from spaktok.graph import circles
from spaktok.graph import service as graph
from spaktok.users.relation import Visibility

Between = Callable[[UserId, UserId], object]
"""How it comes about that a sender and a receiver stand to each other as they do."""


def stream(owner: UserId, stream_id: str = "stream-1", **changes: Any) -> str:
    """A live stream as the data model has it; nothing of ours writes one yet."""
    fields = {
        "userId": owner,
        "status": "live",
        "visibility": Visibility.PUBLIC,
        "ownerPrivate": False,
        "allowGifts": True,
        "startedAt": clock.now(),
    }
    clients.db().document(f"liveStreams/{stream_id}").set({**fields, **changes})
    return stream_id


def ban(uid: UserId, *, minutes: float | None = None) -> None:
    """Ban an account, for good or for a while."""
    until = None if minutes is None else clock.now() + timedelta(minutes=minutes)
    security = clients.db().document(f"security/{uid}")
    security.set({"banned": True, "bannedUntil": until}, merge=True)
    standing.forget()


def prefers(uid: UserId, **settings: Any) -> None:
    """Settings of privacy, past the call that checks them against the age."""
    account = clients.db().document(f"users/{uid}/private/account")
    account.update({f"privacySettings.{name}": value for name, value in settings.items()})


def seclude(uid: UserId) -> None:
    """Make an account private."""
    clients.db().document(f"users/{uid}").update({"isPrivate": True})


def leave(uid: UserId) -> None:
    """Deactivate an account."""
    presence.deactivate(uid)


def vanish(uid: UserId) -> None:
    """Be gone: no document of the account is left."""
    for path in (f"users/{uid}", f"users/{uid}/private/account", f"security/{uid}"):
        clients.db().document(path).delete()
    standing.forget()


def level(uid: UserId, number: int) -> None:
    """Come to a level."""
    clients.db().document(f"users/{uid}").update({"level": number})


def verified(uid: UserId) -> None:
    """Have one's identity checked."""
    record = clients.db().document(f"users/{uid}/private/safety")
    record.update({"birthDateSource": "id_verified"})


STANDINGS: dict[str, tuple[Between, str | None]] = {
    "strangers": (lambda _one, _other: None, None),
    "the receiver blocks the sender": (
        lambda one, other: graph.block(other, one, None),
        "not-found",
    ),
    "the sender blocks the receiver": (
        lambda one, other: graph.block(one, other, None),
        "not-found",
    ),
    "the receiver mutes the sender": (lambda one, other: circles.mute(other, one, None), None),
    "the sender mutes the receiver": (lambda one, other: circles.mute(one, other, None), None),
    "the receiver is private": (lambda _, other: seclude(other), "gifts-not-accepted"),
    "the sender is private": (lambda one, _: seclude(one), None),
    "the receiver is deactivated": (lambda _, other: leave(other), "not-found"),
    "the receiver is gone": (lambda _, other: vanish(other), "not-found"),
    "the receiver is banned": (lambda _, other: ban(other), "gifts-not-accepted"),
    "the receiver takes no gifts": (
        lambda _, other: prefers(other, gifts="no_one"),
        "gifts-not-accepted",
    ),
    "the receiver takes gifts of followers": (
        lambda _, other: prefers(other, gifts="followers"),
        "gifts-not-accepted",
    ),
}
"""Situations, and the refusal that a gift meets in each; None where it is given."""
