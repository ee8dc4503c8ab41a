"""A device, and when it counts as lost: values and pure rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

TOKEN_PATTERN: Final = r"^[A-Za-z0-9:_-]{20,1024}$"  # noqa: S105 - the form of tokens
"""Registration tokens, and the 22-character Firebase installation ids that take their place."""

DEVICES_MAX: Final = 20
"""Of one user; the one unseen for longest goes."""

STALE_AFTER: Final = timedelta(days=30)
"""Firebase's own bound: an app registers again when it is opened and at least once a month, so what
was silent for longer is no device in use. (FCM itself gives Android tokens up after 270 days.)"""

REFRESH_AFTER: Final = timedelta(days=1)
"""An app that registers the same at every start is written down once a day."""

_INSTALLATION: Final = re.compile(r"^[cdef][A-Za-z0-9_-]{21}$")


class Platform(StrEnum):
    """What the app runs on."""

    IOS = "ios"
    ANDROID = "android"
    WEB = "web"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Device:
    """One installation of the app that its user signed in on."""

    key: str
    token: str
    platform: Platform
    locale: str
    """The language its screen is in, as BCP 47 has it; texts are made in it."""
    registered_at: datetime
    last_seen_at: datetime
    device_id: str | None = None
    """The app's own name of the installation: a new token of the same one replaces the old."""
    app_version: str | None = None
    failures: int = 0
    """Pushes in a row that were given up; zero again when it registers."""

    def stale(self, at: datetime) -> bool:
        """Whether it was not seen for so long that nothing is sent to it."""
        return at - self.last_seen_at > STALE_AFTER


def key_of(token: str) -> str:
    """The id under which a token is kept: it stands in paths, and a token is a secret."""
    return sha256(token.encode()).hexdigest()[:32]


def is_installation_id(token: str) -> bool:
    """Whether this is a Firebase installation id and not a registration token."""
    return _INSTALLATION.match(token) is not None
