"""Keys that sign what we hand out and take back, and those that seal. Never in the repository.

Deployed, each comes from Secret Manager through the environment (public keys from the project's
`.env`). Beside emulators, and only there, fixed keys stand in, the same in every process: what they
sign or seal is worthless anywhere else. `scripts/keys.py` makes the ones that seal.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha512
from typing import Final

from spaktok.core import config

CURSOR_SECRET: Final = "SPAKTOK_CURSOR_KEY"  # noqa: S105 - the name of a secret, not its value
AUDIT_SECRET: Final = "SPAKTOK_AUDIT_KEY"  # noqa: S105 - the name of a secret, not its value
SEALED_PUBLIC: Final = "SPAKTOK_SEALED_PUBLIC_KEYS"
SEALED_SECRET: Final = "SPAKTOK_SEALED_PRIVATE_KEYS"  # noqa: S105 - the name of a secret, not its value
SEALED_PUBLIC_BYTES: Final = 1184 + 32
SEALED_PRIVATE_BYTES: Final = 64 + 32
"""The seeds of both halves: ML-KEM-768, X25519."""
SMTP_SECRET: Final = "SPAKTOK_SMTP_PASSWORD"  # noqa: S105 - the name of a secret, not its value
PAYPAL_SECRET: Final = "SPAKTOK_PAYPAL_SECRET"  # noqa: S105 - the name of a secret, not its value
STRIPE_SECRET: Final = "SPAKTOK_STRIPE_SECRET_KEY"  # noqa: S105 - the name of a secret, not its value
STRIPE_WEBHOOK_SECRET: Final = "SPAKTOK_STRIPE_WEBHOOK_SECRETS"  # noqa: S105 - likewise
"""One signing secret of the endpoint, or both while one takes the other's place: `whsec_…,whsec_…`."""
APPLE_SECRET: Final = "SPAKTOK_APPLE_PRIVATE_KEY"  # noqa: S105 - the name of a secret, not its value
_KEY_BYTES_MIN: Final = 32
_STRIPE_KEY: Final = re.compile(r"(?:sk|rk)_(live|test)_[A-Za-z0-9]{10,}")
_STRIPE_WEBHOOK: Final = re.compile(r"whsec_[A-Za-z0-9+/=_-]{5,}")
_VERSION_MAX: Final = 255


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


def paypal_secret() -> str:
    """The secret of the PayPal REST app, as PayPal made it."""
    value = os.environ.get(PAYPAL_SECRET, "")
    if not value and config.emulated():
        return "local-secret"
    if not value:
        raise RuntimeError(f"{PAYPAL_SECRET} is missing: set the secret")
    return value


def stripe() -> str:
    """The secret key of the Stripe account: a live one in production, a test one everywhere else.

    Raises `RuntimeError` where it is missing or of the other kind: test payments must buy nothing
    that counts, and real ones must not be made while trying things out.
    """
    value = os.environ.get(STRIPE_SECRET, "")
    if not value and config.emulated():
        return "sk_test_local"
    found = _STRIPE_KEY.fullmatch(value)
    if found is None:
        raise RuntimeError(f"{STRIPE_SECRET} is missing or no secret key: set the secret")
    if (found[1] == "live") is not config.production():
        wanted = "a live key" if config.production() else "a test key"
        raise RuntimeError(f"{STRIPE_SECRET} must be {wanted} here (SPAKTOK_STAGE)")
    return value


def stripe_webhook() -> tuple[str, ...]:
    """The signing secrets of the webhook's endpoint, any of which proves a message."""
    value = os.environ.get(STRIPE_WEBHOOK_SECRET, "")
    if not value and config.emulated():
        return ("whsec_local",)
    found = tuple(part.strip() for part in value.split(","))
    if not all(_STRIPE_WEBHOOK.fullmatch(part) for part in found):
        raise RuntimeError(f"{STRIPE_WEBHOOK_SECRET} must be whsec_…, or two: set the secret")
    return found


def apple_private() -> str:
    """The In-App Purchase key of App Store Connect, as PEM."""
    value = os.environ.get(APPLE_SECRET, "")
    if not value.startswith("-----BEGIN"):
        raise RuntimeError(f"{APPLE_SECRET} is missing or no PEM: set the secret")
    return value


_CHECKS: Final[dict[str, Callable[[], object]]] = {
    STRIPE_SECRET: stripe,
    STRIPE_WEBHOOK_SECRET: stripe_webhook,
}


def check(names: tuple[str, ...]) -> None:
    """Raise `RuntimeError` for a secret among these that must not serve here."""
    for name in names:
        if name in _CHECKS:
            _CHECKS[name]()


def _key(name: str) -> bytes:
    value = os.environ.get(name, "").encode()
    if len(value) >= _KEY_BYTES_MIN:
        return value
    if config.emulated():
        return b"emulator-only-key-of-" + name.encode()
    raise RuntimeError(f"{name} is missing or shorter than {_KEY_BYTES_MIN} bytes: set the secret")


def sealed_public() -> dict[int, bytes]:
    """The public keys under which fields are sealed, by version; the newest one seals."""
    text = os.environ.get(SEALED_PUBLIC, "")
    if text:
        return _versions(SEALED_PUBLIC, text, SEALED_PUBLIC_BYTES)
    if config.emulated():
        return {1: _stand_in_public()}
    raise RuntimeError(f"{SEALED_PUBLIC} is missing: make a pair with scripts/keys.py and set it")


def sealed_private() -> dict[int, bytes]:
    """The private keys that open them, by version; none in functions that declare no secret.

    Beside emulators the stand-in opens what the stand-in sealed, but never where a public key is set.
    """
    text = os.environ.get(SEALED_SECRET, "")
    if text:
        return _versions(SEALED_SECRET, text, SEALED_PRIVATE_BYTES)
    if config.emulated() and not os.environ.get(SEALED_PUBLIC):
        return {1: _stand_in_private()}
    return {}


@cache
def _versions(name: str, text: str, size: int) -> dict[int, bytes]:
    """`1:BASE64,2:BASE64` by version. Raises `RuntimeError`, without the value."""
    found: dict[int, bytes] = {}
    for part in text.split(","):
        version, _, encoded = part.strip().partition(":")
        try:
            number, key = int(version), base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            number, key = 0, b""
        if not 1 <= number <= _VERSION_MAX or len(key) != size or number in found:
            raise RuntimeError(f"{name} must be VERSION:BASE64, … with keys of {size} bytes")
        found[number] = key
    return found


def _stand_in_private() -> bytes:
    return b"".join(
        sha512(f"emulator-only key {half}".encode()).digest() for half in ("mlkem", "x25519")
    )[:SEALED_PRIVATE_BYTES]


@cache
def _stand_in_public() -> bytes:
    from spaktok.core import kem

    return kem.public_of(_stand_in_private())
