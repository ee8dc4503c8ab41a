"""Signed data as Apple sends it: a compact JWS (RFC 7515) by ES256, with its certificates in `x5c`.

The chain is leaf, intermediate, root. The root must be, byte for byte, the one that is configured; each
certificate must be signed by the next, valid at the time, an authority but for the leaf; leaf and
intermediate carry Apple's own marks, without which any certificate under the same root would do
(developer.apple.com, "JWSTransactionDecodedPayload"; Apple PKI's certificate policies).
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

LEAF_MARK: Final = "1.2.840.113635.100.6.11.1"
"""Signs receipts of the App Store."""
INTERMEDIATE_MARK: Final = "1.2.840.113635.100.6.2.1"
"""Apple's Worldwide Developer Relations authority."""
BYTES_MAX: Final = 64 * 1024
_CHAIN: Final = 3
_SCALAR_BYTES: Final = 32


class NotConfigured(OSError):
    """A setting is missing: nothing is sold in that store here."""


class Unproven(Exception):
    """Not signed by whom it should be, or not in a shape that could be."""


def opened(text: str, root: bytes, at: datetime) -> dict[str, Any]:
    """The payload of signed data. `root` is the trusted certificate, in DER. Raises `Unproven`."""
    try:
        return _opened(text, root, at)
    except Unproven:
        raise
    except Exception:  # noqa: BLE001 - whatever a forger found to break: it is not proven
        raise Unproven from None


def _opened(text: str, root: bytes, at: datetime) -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDSA,
        SECP256R1,
        EllipticCurvePublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    if len(text) > BYTES_MAX or text.count(".") != 2:  # noqa: PLR2004 - three parts
        raise Unproven
    head, payload, mark = text.split(".")
    header = json.loads(decoded(head))
    if header["alg"] != "ES256" or "crit" in header:
        raise Unproven
    leaf = _trusted([base64.b64decode(one, validate=True) for one in header["x5c"]], root, at)
    key = leaf.public_key()
    signature = decoded(mark)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise Unproven
    if len(signature) != 2 * _SCALAR_BYTES:
        raise Unproven
    r, s = (int.from_bytes(signature[i : i + _SCALAR_BYTES]) for i in (0, _SCALAR_BYTES))
    key.verify(encode_dss_signature(r, s), f"{head}.{payload}".encode(), ECDSA(SHA256()))
    found: dict[str, Any] = json.loads(decoded(payload))
    if not isinstance(found, dict):
        raise Unproven
    return found


def _trusted(chain: list[bytes], root: bytes, at: datetime) -> Certificate:
    from cryptography.x509 import BasicConstraints, load_der_x509_certificate
    from cryptography.x509.oid import ObjectIdentifier

    if len(chain) != _CHAIN or chain[-1] != root:
        raise Unproven
    leaf, intermediate, anchor = (load_der_x509_certificate(one) for one in chain)
    for subject, issuer in ((leaf, intermediate), (intermediate, anchor)):
        subject.verify_directly_issued_by(issuer)
        if not issuer.extensions.get_extension_for_class(BasicConstraints).value.ca:
            raise Unproven
    for one in (leaf, intermediate, anchor):
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise Unproven
    for one, oid in ((leaf, LEAF_MARK), (intermediate, INTERMEDIATE_MARK)):
        one.extensions.get_extension_for_oid(ObjectIdentifier(oid))
    return leaf


def decoded(part: str) -> bytes:
    """Base64url without padding, strictly. Raises `Unproven`."""
    try:
        return base64.b64decode(
            part.encode() + b"=" * (-len(part) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        raise Unproven from None


def encoded(raw: bytes) -> str:
    """The same, the other way."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
