"""The halves of a hybrid key: ML-KEM-768 and X25519, as `cryptography` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

_MLKEM_SEED_BYTES: Final = 64


def public_of(seed: bytes) -> bytes:
    """The public key of a private one: 1,184 bytes of ML-KEM-768, 32 of X25519."""
    mlkem, x25519 = halves(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """Both private keys of a seed: 64 bytes of ML-KEM-768, 32 of X25519."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        return (
            MLKEM768PrivateKey.from_seed_bytes(seed[:_MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(seed[_MLKEM_SEED_BYTES:]),
        )
    except (ImportError, UnsupportedAlgorithm) as error:
        raise unsupported() from error


def unsupported() -> RuntimeError:
    """What a build without the hybrid says, with the cure."""
    return RuntimeError(
        "This build of `cryptography` has no HPKE with ML-KEM-768 and X25519: "
        "install the version that functions/requirements.txt pins"
    )
