"""Keys that sign what we hand out and take back. Never in the repository.

Deployed, each comes from Secret Manager through the environment. Beside emulators, and only there,
a fixed key stands in: what it signs is worthless anywhere else.
"""

from __future__ import annotations

import os
from typing import Final

from spaktok.core import config

CURSOR_SECRET: Final = "SPAKTOK_CURSOR_KEY"  # noqa: S105 - the name of a secret, not its value
AUDIT_SECRET: Final = "SPAKTOK_AUDIT_KEY"  # noqa: S105 - the name of a secret, not its value
SMTP_SECRET: Final = "SPAKTOK_SMTP_PASSWORD"  # noqa: S105 - the name of a secret, not its value
_KEY_BYTES_MIN: Final = 32


def cursor() -> bytes:
    """The key under which cursors are signed."""
    return _key(CURSOR_SECRET)


def audit() -> bytes:
    """The key under which the heads of the audit's chains are signed."""
    return _key(AUDIT_SECRET)


def smtp_password() -> str:
    """The password of the mail server's account, chosen by whoever runs it: of any length."""
    value = os.environ.get(SMTP_SECRET, "")
    if not value:
        raise RuntimeError(f"{SMTP_SECRET} is missing: set the secret")
    return value


def _key(name: str) -> bytes:
    value = os.environ.get(name, "").encode()
    if len(value) >= _KEY_BYTES_MIN:
        return value
    if config.emulated():
        return b"emulator-only-key-of-" + name.encode()
    raise RuntimeError(f"{name} is missing or shorter than {_KEY_BYTES_MIN} bytes: set the secret")
