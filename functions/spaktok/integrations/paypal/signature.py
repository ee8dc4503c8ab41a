"""Whether a webhook is PayPal's: its signature over the very bytes that arrived, checked here.

PayPal signs `transmission id | transmission time | webhook id | CRC32 of the body` with RSA and
SHA-256, and names the certificate by URL ("Webhooks", verifying a message oneself). Whoever may
choose the URL chooses the key; so it must be one of PayPal's own hosts, and the certificate must
chain to a root we trust and be issued to PayPal's signer.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from spaktok.core import clock
from spaktok.integrations.paypal import account
from spaktok.integrations.paypal.client import TIMEOUT_S

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

HOSTS: Final = frozenset(
    {"api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"}
)
SIGNERS: Final = (
    "messageverificationcerts.paypal.com",
    "messageverificationcerts.sandbox.paypal.com",
)
CERTIFICATES: Final = "/v1/notifications/certs/"
TOO_OLD: Final = timedelta(days=4)
"""PayPal tries again for three days. What is older than that is somebody's replay."""
TOO_NEW: Final = timedelta(seconds=60)

_PEM_BYTES_MAX: Final = 64 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,100}")
_SIGNATURE_CHARACTERS_MAX: Final = 1024


class Forged(Exception):
    """It is not proven that PayPal sent this."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the headers say."""

    transmission_id: str
    time: str
    signature: bytes
    certificate: str

    def text(self, body: bytes, webhook_id: str) -> bytes:
        """What was signed."""
        crc = zlib.crc32(body) & 0xFFFFFFFF
        return f"{self.transmission_id}|{self.time}|{webhook_id}|{crc}".encode()


def verify(body: bytes, headers: Mapping[str, str]) -> None:
    """Raise `Forged` unless PayPal signed these bytes within the last four days.

    `headers` by lower-case name. The certificate is fetched once an instance.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    claim = _claim(headers)
    _check_time(claim.time)
    key = _key(_place(claim.certificate))
    try:
        key.verify(claim.signature, claim.text(body, account.webhook_id()), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise Forged("the signature") from None


def forget() -> None:
    """Let go of the certificates (tests)."""
    _key.cache_clear()


def _claim(headers: Mapping[str, str]) -> _Claim:
    def value(name: str) -> str:
        found = headers.get(f"paypal-{name}", "")
        if not found or len(found) > _SIGNATURE_CHARACTERS_MAX:
            raise Forged(f"no {name}")
        return found

    if value("auth-algo").lower() != "sha256withrsa":
        raise Forged("another algorithm")
    try:
        signature = base64.b64decode(value("transmission-sig"), validate=True)
    except (ValueError, binascii.Error):
        raise Forged("a signature that is none") from None
    return _Claim(
        value("transmission-id"), value("transmission-time"), signature, value("cert-url")
    )


def _check_time(text: str) -> None:
    try:
        sent_at = datetime.fromisoformat(text)
        age = clock.now() - sent_at
    except (ValueError, TypeError):
        raise Forged("a time that is none") from None
    if not -TOO_NEW <= age <= TOO_OLD:
        raise Forged("too old, or from the future")


def _place(text: str) -> str:
    """The URL, if it is a certificate of PayPal's. Nothing that the sender made up is fetched."""
    try:
        found = urlsplit(text)
    except ValueError:
        raise Forged("an address that is none") from None
    name = found.path.removeprefix(CERTIFICATES)
    ours = f"{found.scheme}://{found.netloc}"
    known = ours == account.url() or (found.scheme == "https" and found.netloc in HOSTS)
    if not known or _NAME.fullmatch(name) is None or found.query or found.fragment:
        raise Forged("a certificate from elsewhere")
    return f"{ours}{CERTIFICATES}{name}"


@cache
def _key(place: str) -> RSAPublicKey:
    import requests
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        answer = requests.get(place, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        chain = x509.load_pem_x509_certificates(answer.content[:_PEM_BYTES_MAX])
    except (requests.RequestException, ValueError):
        raise Forged("a certificate that can't be had") from None
    if not any(_issued_to(signer, chain) for signer in SIGNERS):
        raise Forged("a certificate of somebody else's")
    key = chain[0].public_key()
    if not isinstance(key, RSAPublicKey):
        raise Forged("a key of another kind")
    return key


def _issued_to(name: str, chain: list[Certificate]) -> bool:
    from cryptography import x509
    from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

    policy = PolicyBuilder().store(Store(_roots())).time(clock.now())
    try:
        policy.build_server_verifier(x509.DNSName(name)).verify(chain[0], chain[1:])
    except VerificationError:
        return False
    return True


def _roots() -> list[Certificate]:
    import certifi
    from cryptography import x509

    own = account.root()
    pem = Path(own).read_bytes() if own else certifi.contents().encode()
    return list(x509.load_pem_x509_certificates(pem))
