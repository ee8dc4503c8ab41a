"""Who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from spaktok.core.ids import UserId


class Role(StrEnum):
    """What a user may be, besides a user. The last three are privileged: read from the database."""

    USER = "user"
    PREMIUM = "premium"
    CREATOR = "creator"
    MODERATOR = "moderator"
    ADMIN = "admin"
    SUPERADMIN = "superadmin"


PRIVILEGED = frozenset({Role.MODERATOR, Role.ADMIN, Role.SUPERADMIN})


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified sender of a request. Identity comes from the token, never from the body."""

    uid: UserId
    request_id: str
    signed_in_at: datetime
    """When the password, code or provider was last presented; a refreshed token keeps it."""
    email: str | None = None
    email_verified: bool = False
    ip: str = ""
    """The address the front end saw; for limits only, never stored."""
