"""Sealed fields: what lies in the database under a key that the database's readers don't have.

HPKE (RFC 9180) with a hybrid key exchange, ML-KEM-768 and X25519, so that what is copied today stays
closed to a later quantum computer; HKDF-SHA256, AES-256-GCM. Anyone with the public key can seal, so
client calls do; only workers that declare the secret can open. The context (project, path of the
document, field, key version) is bound in, so a record can't be moved to another place, and no bit of
it can be changed.

    record = sealed.seal("1990-05-17", path="users/ana/private/safety", field="birthDate")
    text = sealed.open(record, path="users/ana/private/safety", field="birthDate")

A record: 1 byte format, 1 byte key version, 1,120 bytes encapsulated key, ciphertext, 16 bytes tag.
The hybrid is an IETF draft yet (KEM id 0x647a), hence the format byte. A backend without it can't
seal: `check_at_start` makes that the failure of a start, not of somebody's sign-up.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final

from spaktok.core import config, keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hpke import (
        MLKEM768X25519PrivateKey,
        MLKEM768X25519PublicKey,
        Suite,
    )

FORMAT: Final = 1
OVERHEAD_BYTES: Final = 2 + 1120 + 16
"""What a record is longer than its text."""

_MLKEM_PUBLIC_BYTES: Final = 1184


class Unopenable(Exception):
    """The record was changed, moved from another place, or sealed under a key we don't hold."""


class NoPrivateKey(Exception):
    """The function may seal and not open. Declare `secrets=(keys.SEALED_SECRET,)` on a worker."""


def seal(text: str | bytes, *, path: str, field: str) -> bytes:
    """Seal what stands in `field` of the document at `path`, under the newest public key. 0.2 ms."""
    version = newest()
    key = _public(keys.sealed_public()[version])
    plain = text.encode() if isinstance(text, str) else text
    record = _suite().encrypt(plain, key, info=_context(path, field, version))
    return bytes((FORMAT, version)) + record


def open(sealed: bytes, *, path: str, field: str) -> bytes:  # noqa: A001 - `sealed.open` reads best
    """What was sealed there. Raises `Unopenable`, and `NoPrivateKey` in functions that only seal."""
    from cryptography.exceptions import InvalidTag

    private = keys.sealed_private()
    if not private:
        raise NoPrivateKey
    if len(sealed) < OVERHEAD_BYTES or sealed[0] != FORMAT or sealed[1] not in private:
        raise Unopenable
    version = sealed[1]
    key = _private(private[version])
    try:
        return _suite().decrypt(sealed[2:], key, info=_context(path, field, version))
    except (InvalidTag, ValueError):
        raise Unopenable from None


def newest() -> int:
    """The version of the key that seals now."""
    return max(keys.sealed_public())


def version_of(sealed: bytes) -> int:
    """The version of the key a record was sealed with; it is not secret, only bound in."""
    return sealed[1]


def check() -> None:
    """Raise `RuntimeError` where this process could not seal: no key, or no ML-KEM in the backend."""
    seal(b"", path="start", field="check")


def check_at_start(*functions: str) -> None:
    """Check now, where this instance serves one of `functions`. Others need not pay for it."""
    if os.environ.get("FUNCTION_TARGET") in functions:
        check()


def generate() -> tuple[bytes, bytes]:
    """A new key pair, (public, private), as `keys` expects them."""
    from spaktok.core import kem

    seed = os.urandom(keys.SEALED_PRIVATE_BYTES)
    return kem.public_of(seed), seed


def _context(path: str, field: str, version: int) -> bytes:
    """Length-prefixed, so that no two contexts have one spelling."""
    parts = ("spaktok sealed field", config.project(), path, field, str(version))
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


@cache
def _suite() -> Suite:
    from cryptography.exceptions import UnsupportedAlgorithm

    from spaktok.core import kem

    try:
        from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

        return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    except (ImportError, AttributeError, UnsupportedAlgorithm) as error:
        raise kem.unsupported() from error


@cache
def _public(raw: bytes) -> MLKEM768X25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.hpke import MLKEM768X25519PublicKey

    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]),
    )


@cache
def _private(seed: bytes) -> MLKEM768X25519PrivateKey:
    from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

    from spaktok.core import kem

    return MLKEM768X25519PrivateKey(*kem.halves(seed))
