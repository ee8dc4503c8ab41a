"""Cross-origin requests: the Web SDK asks first, and must be able to read a refusal."""

from __future__ import annotations

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.shape import Nothing
from tests.support.edge import Sender


@call(Nothing)
def ping(caller: Caller, request: Nothing) -> None:
    """Answer."""


def test_a_preflight_is_answered_without_a_token_and_lets_the_sdks_headers_through() -> None:
    answer = Sender().send(
        ping,
        method="OPTIONS",
        content_type=None,
        Origin="https://app.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="authorization,content-type,x-firebase-appcheck",
    )
    assert answer.status == 204
    assert answer.raw == b""
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    for header in ("authorization", "content-type", "x-firebase-appcheck"):
        assert header in allowed
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_refusal_can_be_read_by_a_page_too_and_no_cookie_is_ever_allowed() -> None:
    answer = Sender().send(ping, b"nonsense", Origin="https://app.example")
    assert answer.status == 400
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/json"
    assert "Access-Control-Allow-Credentials" not in answer.headers
