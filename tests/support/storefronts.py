"""The app stores of the tests: they sign with a chain made here, and answer over real HTTP.

Apple: a root, an intermediate and a leaf with Apple's marks; transactions and notifications are signed
by the leaf, and consumption information is taken only with a token by the developer's own key. Google:
purchases by token, certificates for the pushes, and whether each was consumed.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier
from google.auth import crypt, jwt

from spaktok.coins.model.receipts import account_name
from spaktok.core import clock
from spaktok.integrations.stores import jws

BUNDLE, PACKAGE = "com.spaktok.app", "com.spaktok.app"
AUDIENCE, PUSHER = "https://spaktok.example/push", "push@spaktok.iam.gserviceaccount.com"
LIFE = timedelta(days=3650)


@dataclass
class Authority:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def certificate(
    name: str,
    issuer: Authority | None = None,
    *,
    ca: bool = True,
    mark: str | None = None,
    start: datetime | None = None,
    life: timedelta = LIFE,
) -> Authority:
    """A certificate, signed by another's key or its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = start or clock.now() - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if mark is not None:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(ObjectIdentifier(mark), b"\x05\x00"), critical=False
        )
    return Authority(builder.sign(issuer.key if issuer else key, SHA256()), key)


def signed(payload: dict[str, Any], chain: list[Authority], **header: Any) -> str:
    """A compact JWS by the first of the chain."""
    head = {
        "alg": "ES256",
        "x5c": [base64.b64encode(one.der).decode() for one in chain],
        **header,
    }
    text = ".".join(jws.encoded(json.dumps(part).encode()) for part in (head, payload))
    r, s = decode_dss_signature(chain[0].key.sign(text.encode(), ec.ECDSA(SHA256())))
    return f"{text}.{jws.encoded(r.to_bytes(32) + s.to_bytes(32))}"


def millis(at: datetime | None = None) -> int:
    return int((at or clock.now()).timestamp() * 1000)


@dataclass
class Apple:
    """Sells, refunds, asks."""

    root: Authority = field(default_factory=lambda: certificate("Root"))
    consumption: dict[str, Any] = field(default_factory=dict)
    """What was told of each transaction."""
    sent: list[tuple[int, str]] = field(default_factory=list)
    """Every notification, when it was signed and what: kept, whether or not it arrived."""
    page: int = 20
    failing: int = 0

    def __post_init__(self) -> None:
        middle = certificate("WWDR", self.root, mark=jws.INTERMEDIATE_MARK)
        leaf = certificate("Signing", middle, ca=False, mark=jws.LEAF_MARK)
        self.chain = [leaf, middle, self.root]
        self.developer = ec.generate_private_key(ec.SECP256R1())

    def sells(self, uid: str, product: str = "coins_1000", **more: Any) -> dict[str, Any]:
        """A transaction, not yet signed."""
        return {
            "transactionId": str(uuid.uuid4().int % 10**15),
            "originalTransactionId": "1",
            "bundleId": BUNDLE,
            "productId": product,
            "purchaseDate": millis(),
            "quantity": 1,
            "type": "Consumable",
            "appAccountToken": account_name(uid),
            "environment": "Sandbox",
            "price": 9990,
            "currency": "USD",
            "storefront": "USA",
            **more,
        }

    def sign(self, payload: dict[str, Any]) -> str:
        return signed(payload, self.chain)

    def notify(self, kind: str, transaction: dict[str, Any], **more: Any) -> bytes:
        """A notification's body."""
        payload = {
            "notificationType": kind,
            "notificationUUID": str(uuid.uuid4()),
            "signedDate": millis(),
            "data": {
                "bundleId": BUNDLE,
                "environment": "Sandbox",
                "signedTransactionInfo": self.sign(transaction),
            },
            **more,
        }
        told = self.sign(payload)
        self.sent.append((payload["signedDate"], told))
        return json.dumps({"signedPayload": told}).encode()

    def history(self, span: dict[str, int], after: str) -> dict[str, Any]:
        """Get Notification History: 20 a page, the oldest first, with a token where there is more."""
        told = [one for at, one in self.sent if span["startDate"] <= at <= span["endDate"]]
        start = int(after or 0)
        end = start + self.page
        more = {"paginationToken": str(end)} if end < len(told) else {}
        return {
            "notificationHistory": [
                {"signedPayload": one, "sendAttempts": []} for one in told[start:end]
            ],
            "hasMore": bool(more),
            **more,
        }

    def takes(self, authorization: str) -> bool:
        """Whether a bearer token is by the developer's key."""
        head, payload, mark = authorization.removeprefix("Bearer ").split(".")
        raw = jws.decoded(mark)
        r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        self.developer.public_key().verify(
            encode_dss_signature(r, s), f"{head}.{payload}".encode(), ec.ECDSA(SHA256())
        )
        claims = json.loads(jws.decoded(payload))
        return claims["bid"] == BUNDLE and claims["exp"] > claims["iat"]


def money(milli: int, currency: str = "USD") -> dict[str, Any]:
    """`google.type.Money`, of thousandths."""
    return {
        "currencyCode": currency,
        "units": str(milli // 1_000),
        "nanos": milli % 1_000 * 1_000_000,
    }


@cache
def _pusher() -> rsa.RSAPrivateKey:
    """One for the process: to find it takes longer than most tests."""
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Google:
    """Sells by token."""

    purchases: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the Orders API tells of each order."""
    consumed: list[str] = field(default_factory=list)
    voided: list[dict[str, Any]] = field(default_factory=list)
    """What was refunded, revoked or charged back."""
    page: int = 1_000
    down: bool = False

    def __post_init__(self) -> None:
        self.key = _pusher()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push")])
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(datetime(2020, 1, 1))  # noqa: DTZ001 - as the library wants it
            .not_valid_after(datetime(2040, 1, 1))  # noqa: DTZ001
        )
        made = built.sign(self.key, SHA256())
        self.certificate = made.public_bytes(serialization.Encoding.PEM).decode()

    def sells(self, uid: str, token: str = "purchase-token-1", **more: Any) -> str:
        self.purchases[token] = {
            "orderId": f"GPA.{token}",
            "purchaseState": 0,
            "purchaseTimeMillis": str(millis()),
            "purchaseType": 0,
            "obfuscatedExternalAccountId": account_name(uid),
            **more,
        }
        self.orders[f"GPA.{token}"] = {
            "orderId": f"GPA.{token}",
            "state": "PROCESSED",
            "total": money(10_790),
            "tax": money(800),
            "developerRevenueInBuyerCurrency": money(6_993),
        }
        return token

    def void(self, token: str) -> None:
        """Refund a purchase, and tell nobody."""
        self.purchases[token]["purchaseState"] = 1
        self.voided.append(
            {
                "kind": "androidpublisher#voidedPurchase",
                "purchaseToken": token,
                "orderId": self.purchases[token]["orderId"],
                "purchaseTimeMillis": self.purchases[token]["purchaseTimeMillis"],
                "voidedTimeMillis": str(millis()),
                "voidedSource": 0,
                "voidedReason": 1,
            }
        )

    def list_voided(self, query: dict[str, str]) -> dict[str, Any]:
        """purchases.voidedpurchases.list: of a time, 1,000 a page."""
        first, last = int(query["startTime"]), int(query["endTime"])
        found = [one for one in self.voided if first <= int(one["voidedTimeMillis"]) <= last]
        start = int(query.get("token", 0))
        end = start + self.page
        more = {"tokenPagination": {"nextPageToken": str(end)}} if end < len(found) else {}
        return {"voidedPurchases": found[start:end], **more} if found else {}

    def push(self, about: dict[str, Any], **claims: Any) -> tuple[bytes, str]:
        """A Pub/Sub push: its body, and its Authorization."""
        data = {"version": "1.0", "packageName": PACKAGE, **about}
        encoded = base64.b64encode(json.dumps(data).encode()).decode()
        body = {"message": {"messageId": str(uuid.uuid4()), "data": encoded}}
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        import time

        now = int(time.time())  # google-auth has no other clock
        token = jwt.encode(
            crypt.RSASigner.from_string(pem, key_id="k1"),
            {
                "iss": "https://accounts.google.com",
                "aud": AUDIENCE,
                "email": PUSHER,
                "email_verified": True,
                "iat": now,
                "exp": now + 600,
                **claims,
            },
        )
        return json.dumps(body).encode(), f"Bearer {token.decode()}"


@dataclass
class Stores:
    """Both."""

    apple: Apple = field(default_factory=Apple)
    google: Google = field(default_factory=Google)


class _Handler(BaseHTTPRequestHandler):
    stores: Stores

    def do_GET(self) -> None:
        if self.path == "/certs":
            return self._answer(200, {"k1": self.stores.google.certificate})
        if self.stores.google.down:
            return self._answer(503, {})
        known = self.stores.google
        place, _, query = self.path.partition("?")
        if place.endswith("/purchases/voidedpurchases"):
            return self._answer(200, known.list_voided(dict(parse_qsl(query))))
        kind, _, name = self.path.rpartition("/")
        found = (known.orders if kind.endswith("/orders") else known.purchases).get(name)
        return self._answer(404 if found is None else 200, found or {})

    def do_POST(self) -> None:
        place, _, query = self.path.partition("?")
        if place == "/inApps/v1/notifications/history":
            span = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self.stores.apple.takes(self.headers["Authorization"]):
                return self._answer(401, {})
            after = dict(parse_qsl(query)).get("paginationToken", "")
            return self._answer(200, self.stores.apple.history(span, after))
        token = self.path.rpartition("/")[2].removesuffix(":consume")
        self.stores.google.consumed.append(token)
        return self._answer(204, None)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        apple = self.stores.apple
        if apple.failing:
            apple.failing -= 1
            return self._answer(500, {})
        if not apple.takes(self.headers["Authorization"]):
            return self._answer(401, {})
        apple.consumption[self.path.rpartition("/")[2]] = json.loads(body)
        return self._answer(202, None)

    def _answer(self, status: int, body: dict[str, Any] | None) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


@contextmanager
def stores(patch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """Both stores, listening, and the integration pointed at them."""
    made = Stores()
    handler = type("Handler", (_Handler,), {"stores": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    pem = made.apple.developer.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for name, value in {
        "SPAKTOK_APPLE_URL": url,
        "SPAKTOK_APPLE_BUNDLE": BUNDLE,
        "SPAKTOK_APPLE_ROOT": base64.b64encode(made.apple.root.der).decode(),
        "SPAKTOK_APPLE_ISSUER": "issuer",
        "SPAKTOK_APPLE_KEY_ID": "key",
        "SPAKTOK_APPLE_PRIVATE_KEY": pem.decode(),
        "SPAKTOK_APPLE_CONSUMPTION_CONSENT": "true",
        "SPAKTOK_GOOGLE_URL": url,
        "SPAKTOK_GOOGLE_PACKAGE": PACKAGE,
        "SPAKTOK_GOOGLE_PUSH_AUDIENCE": AUDIENCE,
        "SPAKTOK_GOOGLE_PUSH_ACCOUNT": PUSHER,
    }.items():
        patch.setenv(name, value)
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
