"""Webhook signatures as PayPal makes them, under a root and a signer's certificate of our own."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

WEBHOOK_ID = "LOCALWEBHOOK"
NAME = "messageverificationcerts.paypal.com"
LASTS = timedelta(days=3650)


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Signer:
    """A certificate authority with one certificate, issued to `name`."""

    name: str = NAME
    webhook_id: str = WEBHOOK_ID
    begins: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    _root_key: rsa.RSAPrivateKey = field(default_factory=_key)
    _leaf_key: rsa.RSAPrivateKey = field(default_factory=_key)

    @cached_property
    def root(self) -> bytes:
        """The root certificate, PEM."""
        return self._root.public_bytes(serialization.Encoding.PEM)

    @cached_property
    def chain(self) -> bytes:
        """The signer's certificate, PEM."""
        return self._leaf.public_bytes(serialization.Encoding.PEM)

    def headers(self, body: bytes, url: str, at: datetime) -> dict[str, str]:
        """The headers PayPal sends with a body."""
        transmission, time = str(uuid4()), at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = f"{transmission}|{time}|{self.webhook_id}|{zlib.crc32(body) & 0xFFFFFFFF}".encode()
        signature = self._leaf_key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return {
            "paypal-transmission-id": transmission,
            "paypal-transmission-time": time,
            "paypal-transmission-sig": base64.b64encode(signature).decode(),
            "paypal-cert-url": f"{url}/v1/notifications/certs/CERT-local",
            "paypal-auth-algo": "SHA256withRSA",
        }

    @cached_property
    def _root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Local root")])
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._root_key.public_key())
        return (
            self._certificate(name, name, self._root_key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(identifier, critical=False)
            .sign(self._root_key, hashes.SHA256())
        )

    @cached_property
    def _leaf(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._root_key.public_key())
        return (
            self._certificate(name, self._root.subject, self._leaf_key)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(self.name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._root_key, hashes.SHA256())
        )

    def _certificate(
        self, subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begins)
            .not_valid_after(self.begins + LASTS)
        )
