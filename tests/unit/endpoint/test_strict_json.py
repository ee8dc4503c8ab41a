"""What a body must be before anyone looks at who sent it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import flask
import pytest

from spaktok.core.caller import Caller
from spaktok.core.endpoint import wire
from spaktok.core.endpoint.callable import call
from spaktok.core.endpoint.declaration import AppCheck
from spaktok.core.refusal import InvalidRequest
from spaktok.core.shape import Request
from tests.support.edge import Answer, Sender


class Ask(Request):
    """Anything."""

    text: str


@dataclass(frozen=True)
class Echo:
    """What was said."""

    text: str


@call(Ask, app_check=AppCheck.OFF)
def echo(caller: Caller, request: Ask) -> Echo:
    """Say it again."""
    return Echo(request.text)


NOBODY = Sender()


def refused(answer: Answer, field: str, rule: str) -> None:
    """It was refused as an invalid request, naming this field and a rule with these words."""
    assert answer.status == 400, answer.raw
    assert answer.error["status"] == "INVALID_ARGUMENT"
    details = answer.error["details"]
    assert details["error"] == "invalid-request"
    assert details["field"] == field
    assert rule in details["rule"]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "valid JSON"),
        (b"{", "valid JSON"),
        (b"not json", "valid JSON"),
        (b'{"data": {}} {}', "valid JSON"),
        (b'{"data": {},}', "valid JSON"),
        (b"{'data': {}}", "valid JSON"),
        (b'\xef\xbb\xbf{"data": {}}', "valid JSON"),
        (b'{"data": "\xff"}', "UTF-8"),
        ('{"data": {}}'.encode("utf-16"), "UTF-8"),
        (b"[]", "JSON object"),
        (b'"data"', "JSON object"),
        (b"null", "JSON object"),
        (b"17", "JSON object"),
        (b"{}", "JSON object"),
        (b'{"Data": {}}', "JSON object"),
        (b'{"data": {}, "extra": 1}', "no field besides"),
        (b'{"data": {}, "data": {}}', "same key twice"),
        (b'{"data": {"a": 1, "a": 1}}', "same key twice"),
        (b'{"data": {"a": [{"b": 1, "\\u0062": 2}]}}', "same key twice"),
        (b'{"data": NaN}', "NaN"),
        (b'{"data": {"a": Infinity}}', "Infinity"),
        (b'{"data": [-Infinity]}', "-Infinity"),
        (b'{"data": 1e400}', "beyond a double"),
        (b'{"data": -1e400}', "beyond a double"),
        (b'{"data": 9223372036854775808}', "beyond 64 bits"),
        (b'{"data": -9223372036854775809}', "beyond 64 bits"),
        (b'{"data": ' + b"9" * 5000 + b"}", "beyond 64 bits"),
    ],
)
def test_a_body_that_is_not_strict_json_is_refused_by_name(raw: bytes, rule: str) -> None:
    refused(NOBODY.send(echo, raw), "body", rule)


@pytest.mark.parametrize("text", ["\\ud800", "\\udfff", "a\\ud83d"])
def test_a_lone_surrogate_is_refused_by_the_name_of_its_field(text: str) -> None:
    raw = f'{{"data": {{"text": "{text}"}}}}'.encode()
    refused(NOBODY.send(echo, raw), "text", "lone surrogates")


def test_a_lone_surrogate_in_a_key_is_refused() -> None:
    refused(NOBODY.send(echo, b'{"data": {"\\ud800": 1}}'), "data", "lone surrogates")


@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\u00e9\\u0000"])
def test_nul_is_refused_by_the_name_of_its_field(text: str) -> None:
    raw = f'{{"data": {{"text": "{text}"}}}}'.encode()
    refused(NOBODY.send(echo, raw), "text", "NUL")


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert wire.data(b'{"data": "\\ud83d\\ude00"}') == "\U0001f600"


def nested(depth: int) -> bytes:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return json.dumps({"data": value}).encode()


def test_sixteen_levels_are_read_and_the_seventeenth_is_refused() -> None:
    wire.data(nested(16))
    with pytest.raises(InvalidRequest, match="16 deep"):
        wire.data(nested(17))
    refused(NOBODY.send(echo, nested(17)), "body", "16 deep")


def test_depth_that_would_break_the_parser_is_refused_like_any_other() -> None:
    refused(NOBODY.send(echo, b'{"data": ' + b"[" * 30_000), "body", "16 deep")


def padded(size: int) -> bytes:
    frame = b'{"data": {"text": ""}}'
    return frame[:-3] + b"x" * (size - len(frame)) + frame[-3:]


def test_64_kib_are_read_and_one_byte_more_is_refused() -> None:
    assert wire.data(padded(65_536))
    full = NOBODY.send(echo, padded(65_536))
    assert full.refused == "authentication-required"  # the body passed; the caller did not
    refused(NOBODY.send(echo, padded(65_537)), "body", "at most 65536 bytes")


def test_a_body_of_undeclared_length_is_not_read_beyond_the_limit() -> None:
    """Negative control: with `get_data()` in `wire.body` all 10 MiB were read."""
    read = 0

    class Endless:
        def read(self, size: int = -1) -> bytes:
            nonlocal read
            assert 0 <= size <= 128 * 1024, "asked for the whole body"
            read += size
            return b" " * size

    app = flask.Flask("chunked")
    with app.test_request_context(
        "/",
        method="POST",
        content_type="application/json",
        environ_overrides={"wsgi.input": Endless(), "wsgi.input_terminated": True},
    ):
        response = echo(flask.request)
    assert response.status_code == 400
    assert read <= 256 * 1024


def test_a_body_cut_short_is_refused() -> None:
    answer = NOBODY.send(echo, b'{"data"', Content_Length="500")
    assert answer.status == 400
    assert answer.refused == "invalid-request"


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_any_other_content_type_is_refused(kind: str | None) -> None:
    answer = NOBODY.send(echo, b'{"data": {}}', content_type=kind)
    refused(answer, "Content-Type", "application/json")


def test_a_charset_does_no_harm() -> None:
    answer = NOBODY.send(echo, b'{"data": {}}', content_type="Application/JSON; charset=utf-8")
    assert answer.refused == "authentication-required"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD"])
def test_any_other_method_is_refused(method: str) -> None:
    answer = NOBODY.send(echo, b'{"data": {}}', method=method)
    assert answer.status == 400
    if method != "HEAD":
        refused(answer, "method", "POST")


INT64 = "type.googleapis.com/google.protobuf.Int64Value"
UINT64 = "type.googleapis.com/google.protobuf.UInt64Value"


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (INT64, "123", 123),
        (INT64, "-9223372036854775808", -(2**63)),
        (INT64, "9223372036854775807", 2**63 - 1),
        (UINT64, "9007199254740993", 9007199254740993),
    ],
)
def test_wrapped_integers_of_android_and_ios_are_unwrapped(
    kind: str, text: str, number: int
) -> None:
    raw = json.dumps({"data": {"n": [{"@type": kind, "value": text}]}}).encode()
    assert wire.data(raw) == {"n": [number]}


@pytest.mark.parametrize(
    "wrapped",
    [
        {"@type": INT64},
        {"@type": INT64, "value": 5},
        {"@type": INT64, "value": ""},
        {"@type": INT64, "value": "-"},
        {"@type": INT64, "value": "--5"},
        {"@type": INT64, "value": "1.0"},
        {"@type": INT64, "value": "0x10"},
        {"@type": INT64, "value": " 5"},
        {"@type": INT64, "value": "\u0665"},
        {"@type": INT64, "value": "9223372036854775808"},
        {"@type": INT64, "value": "9" * 5000},
        {"@type": INT64, "value": "5", "more": 1},
        {"@type": UINT64, "value": "18446744073709551615"},
        {"@type": UINT64, "value": None},
    ],
)
def test_a_wrapped_integer_that_is_none_is_refused(wrapped: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="64"):
        wire.data(json.dumps({"data": wrapped}).encode())


def test_no_data_is_an_empty_request() -> None:
    answer = NOBODY.send(echo, b'{"data": null}')
    assert answer.refused == "authentication-required"
