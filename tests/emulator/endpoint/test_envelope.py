"""What a client receives, to the letter."""

from __future__ import annotations

import json

import pytest

from tests.emulator.endpoint import entries
from tests.support.edge import Sender

ANA = Sender("ana")
GOOD = {"targetUserId": "ben", "count": 2}


def test_a_success_is_an_envelope_of_camel_case_and_iso_instants() -> None:
    answer = ANA.call(entries.order, GOOD)
    assert answer.status == 200
    assert answer.body == {
        "result": {
            "success": True,
            "data": {
                "orderId": "o-1",
                "count": 2,
                "size": "small",
                "orderedAt": "2026-03-14T12:00:00.000Z",
                "note": None,
                "tags": ["a", "b"],
            },
            "message": "Ordered",
        }
    }


@pytest.mark.parametrize(
    ("how", "status", "code", "message", "facts"),
    [
        ("out-of-stock", 400, "FAILED_PRECONDITION", "Only 3 left", {"left": 3}),
        ("not-found", 404, "NOT_FOUND", "Not found", {}),
        ("permission-denied", 403, "PERMISSION_DENIED", "Permission denied", {}),
        (
            "key-reused",
            409,
            "ALREADY_EXISTS",
            "This idempotency key was used for a different request",
            {},
        ),
        ("try-again", 409, "ABORTED", "The server is busy. Try again", {}),
        ("provider-down", 503, "UNAVAILABLE", "Try again in a minute", {}),
    ],
)
def test_a_refusal_is_its_code_its_sentence_its_name_and_its_facts(
    how: str, status: int, code: str, message: str, facts: dict[str, object]
) -> None:
    answer = ANA.call(entries.refuse, {"how": how})
    assert answer.status == status
    assert answer.body == {
        "error": {
            "status": code,
            "message": message,
            "details": {
                "success": False,
                "data": None,
                "message": message,
                "error": how,
                **facts,
            },
        }
    }


def test_nobody_in_particular_is_told_authentication_required() -> None:
    answer = Sender().call(entries.order, GOOD)
    assert answer.status == 401
    assert answer.error["status"] == "UNAUTHENTICATED"
    assert answer.error["message"] == "Authentication required"
    assert answer.error["details"]["message"] == "Authentication required"


@pytest.mark.parametrize(
    ("data", "field", "rule"),
    [
        ({}, "targetUserId", "required"),
        ({"targetUserId": "ben"}, "count", "required"),
        ({**GOOD, "count": "2"}, "count", "valid integer"),
        ({**GOOD, "count": 2.0}, "count", "valid integer"),
        ({**GOOD, "count": True}, "count", "valid integer"),
        ({**GOOD, "count": 0}, "count", "greater than or equal to 1"),
        ({**GOOD, "count": 10}, "count", "less than or equal to 9"),
        ({**GOOD, "note": "x" * 21}, "note", "at most 20"),
        ({**GOOD, "note": None}, "note", "valid string"),
        ({**GOOD, "targetUserId": "a/b"}, "targetUserId", "pattern"),
        ({**GOOD, "targetUserId": "__x__"}, "targetUserId", "pattern"),
        ({**GOOD, "targetUserId": "ben\n"}, "targetUserId", "pattern"),
        ({**GOOD, "uid": "ben"}, "uid", "not permitted"),
        ({**GOOD, "__proto__": {}}, "__proto__", "not permitted"),
        ([], "data", "valid dictionary"),
        ("ben", "data", "valid dictionary"),
    ],
)
def test_an_invalid_request_names_the_field_and_the_rule(
    data: object, field: str, rule: str
) -> None:
    answer = ANA.call(entries.order, data)
    assert answer.status == 400
    details = answer.error["details"]
    assert details["error"] == "invalid-request"
    assert details["field"] == field
    assert rule in details["rule"]
    assert answer.error["message"] == f"{details['field']}: {details['rule']}"


@pytest.mark.parametrize("entry", [entries.fail, entries.unspeakable])
def test_a_bug_tells_the_client_a_request_id_and_the_log_the_rest(
    entry: object, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ANA.call(entry)
    assert answer.status == 500
    details = answer.error["details"]
    request_id = details.pop("requestId")
    assert details == {
        "success": False,
        "data": None,
        "message": "Something went wrong on our side",
        "error": "system-failure",
    }
    for secret in (b"RuntimeError", b"Traceback", b".py", b"secret", b"NaN"):
        assert secret not in answer.raw
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    logged = next(line for line in lines if line["severity"] == "ERROR")
    assert logged["request"] == request_id
    assert "Traceback" in logged["stack_trace"]
