"""Whether an account may act: bans, revocations, roles.

Owns `security/{uid}` (the server's alone): {hasProfile: bool, roles: [str], disabled: bool, banned:
bool, bannedUntil: instant | null, tokensValidAfter: instant}. What is absent is false, nobody, never.

ID tokens live an hour, and firebase-functions verifies them without the revocation check; so this
document is what makes a ban or a revocation count. It is made with the profile, so it also says
whether there is one. It is cached for 30 seconds an instance; calls that are sensitive read it anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, clock
from spaktok.core.caller import Role
from spaktok.core.refusal import AuthenticationRequired, Code, Refusal

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

CACHED_S: Final = 30.0
_CACHE_MAX: Final = 10_000


class AccountSuspended(Refusal):
    """The account is banned or disabled."""

    code = Code.PERMISSION_DENIED
    message = "This account is suspended"


class ProfileRequired(Refusal):
    """The caller signed in but has made no profile yet."""

    code = Code.FAILED_PRECONDITION
    message = "Create a profile first"


@dataclass(frozen=True, slots=True)
class Standing:
    """What `security/{uid}` says."""

    has_profile: bool = True
    roles: frozenset[Role] = frozenset({Role.USER})
    disabled: bool = False
    banned: bool = False
    banned_until: datetime | None = None
    tokens_valid_after: datetime | None = None

    def check(self, *, signed_in_at: datetime, at: datetime) -> None:
        """Raise where this standing does not let a session of that age act now.

        The sign-in counts and not the token: one refreshed after a revocation stems from before it.

        A ban with an end is over at that instant, whether or not a job has cleaned it up.
        """
        if self.tokens_valid_after is not None and signed_in_at < self.tokens_valid_after:
            raise AuthenticationRequired
        if self.disabled or (self.banned and (self.banned_until is None or at < self.banned_until)):
            raise AccountSuspended


NEW: Final = Standing(has_profile=False)
"""Of an account that has no document yet."""

_cache: OrderedDict[str, tuple[float, Standing]] = OrderedDict()


def load(uid: str, *, fresh: bool) -> Standing:
    """The standing of `uid`: at most 30 seconds old, or read now where `fresh`."""
    now_s = clock.monotonic()
    if not fresh and (kept := _cache.get(uid)) is not None and now_s - kept[0] < CACHED_S:
        return kept[1]
    snapshot = clients.db().collection("security").document(uid).get()
    if not snapshot.exists:
        return NEW  # not kept: the next call may come right after the profile was made
    standing = _decode(snapshot.to_dict() or {})
    _cache[uid] = (now_s, standing)
    _cache.move_to_end(uid)
    if len(_cache) > _CACHE_MAX:
        _cache.popitem(last=False)
    return standing


def new(at: datetime) -> dict[str, Any]:
    """What the document says of an account that has just made its profile."""
    return {"hasProfile": True, "createdAt": at}


def enroll(tx: Transaction, uid: str, at: datetime) -> None:
    """Stage that the account has a profile. One write.

    Merged: an account may have been banned, or given a role, before it made one.
    """
    tx.set(clients.db().collection("security").document(uid), new(at), merge=True)


def forget() -> None:
    """Empty this instance's cache (tests)."""
    _cache.clear()


def check_age(signed_in_at: datetime, seconds_max: int) -> bool:
    """Whether the sign-in is at most that many seconds ago."""
    return (clock.now() - signed_in_at).total_seconds() <= seconds_max


def _decode(fields: dict[str, Any]) -> Standing:
    return Standing(
        has_profile=bool(fields.get("hasProfile", False)),
        roles=frozenset({Role.USER, *(Role(name) for name in fields.get("roles", ()))}),
        disabled=bool(fields.get("disabled", False)),
        banned=bool(fields.get("banned", False)),
        banned_until=fields.get("bannedUntil"),
        tokens_valid_after=fields.get("tokensValidAfter"),
    )
