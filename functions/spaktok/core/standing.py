"""Whether an account may act: bans, revocations, roles.

Owns `security/{uid}` (the server's alone): {hasProfile: bool, roles: [str], disabled: bool, banned:
bool, bannedUntil: instant | null, tokensValidAfter: instant, revokedSessions: [auth_time],
deactivated: bool, band, ageFloor, nextBandAt, region, timeZone: see `core.age`, ageErasureAt: instant |
null: see `safety.store`, claimsDue: instant | null: see `users.roles`}. What is absent is false,
nobody, never.

ID tokens live an hour, and firebase-functions verifies them without the revocation check; so this
document is what makes a ban or a revocation count. It is made with the profile, so it also says
whether there is one. It is cached for 30 seconds an instance; calls that are sensitive read it anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import age, clients, clock
from spaktok.core.age import Age
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


class AccountDeactivated(Refusal):
    """The account is away: nothing is done in its name until its owner returns."""

    code = Code.FAILED_PRECONDITION
    message = "This account is deactivated. Reactivate it first"


class AgeReviewRequired(Refusal):
    """There are no accounts at the age that is known of this one; it may ask for a review."""

    code = Code.FAILED_PRECONDITION
    message = "Your age must be reviewed first. Verify it with an identity document"


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
    age: Age = age.UNKNOWN
    """As written; `age.at(clock.now())` is what counts."""
    revoked_sessions: frozenset[int] = frozenset()
    """Sign-ins that were ended one by one, each by its second (`auth_time`)."""
    deactivated: bool = False
    created_at: datetime | None = None
    """When the account made its profile."""

    def check(self, *, signed_in_at: datetime, at: datetime) -> None:
        """Raise where this standing does not let a token of that sign-in act now.

        The sign-in decides and not the token's own age: one refreshed after a revocation still
        stems from before it. A ban with an end is over at that instant, whether or not a job has
        cleaned it up.
        """
        if self.tokens_valid_after is not None and signed_in_at < self.tokens_valid_after:
            raise AuthenticationRequired
        if int(signed_in_at.timestamp()) in self.revoked_sessions:
            raise AuthenticationRequired
        if self.suspended(at):
            raise AccountSuspended

    def suspended(self, at: datetime) -> bool:
        """Whether the account is disabled, or banned at that instant."""
        return self.disabled or (
            self.banned and (self.banned_until is None or at < self.banned_until)
        )

    def hidden(self, at: datetime) -> bool:
        """Whether what it published is there for nobody else, and what it did counts nowhere.

        So it is while it is suspended, and while it is known to be of an age that has no account.
        """
        return self.suspended(at) or self.age.at(at).band is age.Band.UNDER_MINIMUM


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
    standing = decode(snapshot.to_dict() or {})
    _cache[uid] = (now_s, standing)
    _cache.move_to_end(uid)
    if len(_cache) > _CACHE_MAX:
        _cache.popitem(last=False)
    return standing


def new(at: datetime, known: Age = age.UNKNOWN) -> dict[str, Any]:
    """What the document says of an account that has just made its profile."""
    return {**age.encode(known), "hasProfile": True, "createdAt": at, "claimsDue": at}


def enroll(tx: Transaction, uid: str, at: datetime, known: Age) -> None:
    """Stage that the account has a profile. One write.

    Merged: an account may have been banned, or given a role, before it made one.
    """
    tx.set(clients.db().collection("security").document(uid), new(at, known), merge=True)


def forget() -> None:
    """Empty this instance's cache (tests)."""
    _cache.clear()


def check_age(signed_in_at: datetime, seconds_max: int) -> bool:
    """Whether the sign-in is at most that many seconds ago."""
    return (clock.now() - signed_in_at).total_seconds() <= seconds_max


def decode(fields: dict[str, Any]) -> Standing:
    """The standing that the fields of the document say."""
    return Standing(
        has_profile=bool(fields.get("hasProfile", False)),
        roles=frozenset({Role.USER, *(Role(name) for name in fields.get("roles", ()))}),
        disabled=bool(fields.get("disabled", False)),
        banned=bool(fields.get("banned", False)),
        banned_until=fields.get("bannedUntil"),
        tokens_valid_after=fields.get("tokensValidAfter"),
        revoked_sessions=frozenset(fields.get("revokedSessions", ())),
        deactivated=bool(fields.get("deactivated", False)),
        created_at=fields.get("createdAt"),
        age=age.decode(fields),
    )
