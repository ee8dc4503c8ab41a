"""Whether a message is PayPal's: forged, replayed, moved, and signed by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from localpaypal.server import LocalPayPal, running
from localpaypal.signing import Signer
from spaktok.core import clock
from spaktok.integrations.paypal import account, signature
from spaktok.integrations.paypal.signature import TOO_NEW, TOO_OLD, Forged, verify
from tests.support.time import TestClock

BODY = b'{"event_type": "PAYMENT.PAYOUTS-ITEM.SUCCEEDED"}'


@pytest.fixture
def now() -> Iterator[TestClock]:
    told = TestClock()
    with clock.set_to(told):
        yield told


@pytest.fixture
def paypal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: TestClock
) -> Iterator[LocalPayPal]:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nowhere.invalid")
    with running() as local:
        root = tmp_path / "root.pem"
        root.write_bytes(local.signer.root)
        monkeypatch.setenv(account.URL_VARIABLE, local.url)
        monkeypatch.setenv(account.ROOT_VARIABLE, str(root))
        signature.forget()
        yield local


def headers(paypal: LocalPayPal, body: bytes = BODY) -> dict[str, str]:
    return paypal.signer.headers(body, paypal.url, clock.now())


def test_what_paypal_signed_is_accepted(paypal: LocalPayPal) -> None:
    verify(BODY, headers(paypal))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("paypal-transmission-id", "another"),
        ("paypal-transmission-id", ""),
        ("paypal-transmission-sig", "AAAA"),
        ("paypal-transmission-sig", "not base64!"),
        ("paypal-auth-algo", "none"),
        ("paypal-transmission-time", "yesterday"),
        ("paypal-cert-url", "https://evil.example/v1/notifications/certs/CERT-local"),
        ("paypal-cert-url", "https://api.paypal.com.evil.example/v1/notifications/certs/C"),
        ("paypal-cert-url", "https://api.paypal.com@evil.example/v1/notifications/certs/C"),
        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/../../x"),
        ("paypal-cert-url", "file:///etc/passwd"),
        ("paypal-cert-url", "http://api.paypal.com/v1/notifications/certs/C"),
    ],
)
def test_one_header_that_is_not_right_is_enough(name: str, value: str, paypal: LocalPayPal) -> None:
    asked = len(paypal.calls)
    with pytest.raises(Forged):
        verify(BODY, {**headers(paypal), name: value})
    assert all(path.startswith("/v1/notifications/certs/CERT") for _, path in paypal.calls[asked:])


def test_the_very_bytes_are_signed(paypal: LocalPayPal) -> None:
    signed = headers(paypal)
    for other in (BODY + b" ", BODY.replace(b" ", b""), b""):
        with pytest.raises(Forged):
            verify(other, signed)


def test_it_is_neither_old_nor_from_the_future(paypal: LocalPayPal, now: TestClock) -> None:
    start, signed = now.at, headers(paypal)
    now.at = start + TOO_OLD
    verify(BODY, signed)
    for at in (start + TOO_OLD + timedelta(seconds=1), start - TOO_NEW - timedelta(seconds=1)):
        now.at = at
        with pytest.raises(Forged):
            verify(BODY, signed)


def test_another_webhook_of_the_same_account_is_not_this_one(paypal: LocalPayPal) -> None:
    paypal.signer.webhook_id = "ANOTHER"
    with pytest.raises(Forged):
        verify(BODY, headers(paypal))


def test_a_certificate_from_another_root_or_to_another_name_signs_nothing(
    paypal: LocalPayPal, tmp_path: Path
) -> None:
    paypal.signer = Signer()
    with pytest.raises(Forged):
        verify(BODY, headers(paypal))
    paypal.signer = Signer(name="evil.example")
    (tmp_path / "root.pem").write_bytes(paypal.signer.root)
    signature.forget()
    with pytest.raises(Forged):
        verify(BODY, headers(paypal))
