"""Webhooks: raw bytes in, one of two constant answers out."""

from __future__ import annotations

import pytest

from spaktok.core.endpoint.declaration import Hook, declared
from spaktok.core.endpoint.hook import BODY_BYTES_MAX, Message, hook
from spaktok.core.refusal import NotFound, PermissionDenied, Refusal, TryAgain
from tests.support.edge import Answer, Sender

arrived: list[Message] = []


@hook(secrets=("A_SECRET",))
def listen(message: Message) -> None:
    """Take what comes."""
    arrived.append(message)
    refusals: dict[bytes, type[Refusal]] = {
        b"refused": PermissionDenied,
        b"busy": TryAgain,
        b"unknown": NotFound,
    }
    if message.body in refusals:
        raise refusals[message.body]
    if message.body == b"broken":
        raise LookupError("a detail of ours")


@pytest.fixture(autouse=True)
def _nothing_arrived() -> None:
    arrived.clear()


def post(raw: bytes, **headers: str) -> Answer:
    return Sender().send(listen, raw, **headers)


def test_the_bytes_arrive_as_they_were_sent() -> None:
    raw = b'{ "a" :1,\n"a":2 }\xff'
    assert post(raw, Stripe_Signature="t=1,v1=x").status == 200
    assert arrived[0].body == raw
    assert arrived[0].headers["stripe-signature"] == "t=1,v1=x"


def test_nobody_has_to_be_signed_in() -> None:
    assert post(b"x").raw == b'{"received": true}'


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"refused", 403), (b"unknown", 404), (b"busy", 409), (b"broken", 500)],
)
def test_every_failure_has_a_status_that_is_sent_again_and_one_and_the_same_body(
    body: bytes, status: int
) -> None:
    answer = post(body)
    assert (answer.status, answer.raw) == (status, b'{"received": false}')
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_only_posts_are_messages(method: str) -> None:
    assert Sender().send(listen, method=method).status == 400
    assert arrived == []


def test_a_body_beyond_the_bound_is_not_read() -> None:
    assert post(b"x" * BODY_BYTES_MAX).status == 200
    assert post(b"x" * (BODY_BYTES_MAX + 1)).status == 400
    assert len(arrived) == 1


def test_a_health_check_is_no_message() -> None:
    for method in ("GET", "POST"):
        assert Sender().send(listen, method=method, path="/x/__/health").status == 200
    assert arrived == []


def test_it_is_declared_as_public_with_its_secrets() -> None:
    found = declared(listen)
    assert isinstance(found, Hook)
    assert found.secrets == ("A_SECRET",)
    endpoint = listen.__firebase_endpoint__
    assert endpoint.httpsTrigger == {"invoker": ["public"]}
    assert endpoint.secretEnvironmentVariables == [{"key": "A_SECRET"}]
