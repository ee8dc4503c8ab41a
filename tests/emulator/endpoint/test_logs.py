"""One line of JSON a call, which says what it cost and nothing about anybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from spaktok.core import log
from spaktok.users.callables import profiles as users
from tests.emulator.endpoint import entries
from tests.support.edge import Sender, token
from tests.support.people import GROWN_UP

FIELDS = {
    "severity",
    "message",
    "request",
    "function",
    "who",
    "outcome",
    "code",
    "reads",
    "writes",
    "deletes",
    "rpcs",
    "duration_ms",
    "cold",
}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_call_is_one_line_with_its_cost(
    account: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    account("ana")
    Sender("ana").call(entries.remember, {"targetUserId": "ben", "count": 1})
    (line,) = lines(capsys)
    assert set(line) == FIELDS
    assert line["function"] == "remember"
    assert (line["outcome"], line["code"]) == ("ok", "OK")
    assert (line["reads"], line["writes"], line["deletes"], line["rpcs"]) == (1, 1, 0, 2)
    assert line["who"] == log.who("ana") != "ana"


def test_a_refusal_is_one_line_with_its_name_and_code(capsys: pytest.CaptureFixture[str]) -> None:
    Sender("ana").call(entries.refuse, {"how": "not-found"})
    Sender().call(entries.refuse, {"how": "not-found"})
    known, unknown = lines(capsys)
    assert (known["outcome"], known["code"]) == ("not-found", "NOT_FOUND")
    assert (unknown["outcome"], unknown["who"]) == ("authentication-required", None)
    assert known["request"] != unknown["request"]


def test_only_the_first_call_of_an_instance_is_cold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from spaktok.core.endpoint import callable as edge

    monkeypatch.setattr(edge, "_cold", True)
    for _ in range(2):
        Sender("ana").call(entries.refuse, {"how": "not-found"})
    assert [line["cold"] for line in lines(capsys)] == [True, False]


CANARIES = {
    "uid": "canary-uid-7f3a",
    "email": "canary-mail@example.com",
    "text": "canary text in a note",
    "username": "canary.name",
    "display_name": "Canary Display",
    "birth_date": "1971-11-23",
}


def test_no_content_and_no_personal_data_is_ever_logged(
    account: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    uid = CANARIES["uid"]
    account(uid)
    bearer = token(uid, email=CANARIES["email"], name=CANARIES["display_name"])
    sender = Sender(headers={"Authorization": f"Bearer {bearer}"})
    note = CANARIES["text"][:20]
    for data in (
        {"targetUserId": uid, "count": 1, "note": note},
        {"targetUserId": uid, "count": 1, "note": note * 9},
        {"targetUserId": uid, "count": note},
        {"targetUserId": uid, CANARIES["text"]: 1},
        note,
    ):
        sender.call(entries.remember, data)
    sender.send(entries.remember, CANARIES["text"].encode())
    wanted = {
        "username": CANARIES["username"],
        "displayName": CANARIES["display_name"],
        **GROWN_UP.model_dump(by_alias=True),
        "birthDate": CANARIES["birth_date"],
    }
    newcomer = token(f"{uid}-2", email=CANARIES["email"])
    joined = Sender(headers={"Authorization": f"Bearer {newcomer}"})
    assert joined.call(users.createUserProfile, wanted).status == 200
    sender.call(users.getProfile, {"userId": f"{uid}-2"})
    with_bug = sender.call(entries.fail)
    assert with_bug.status == 500
    logged = capsys.readouterr()
    text = logged.out + logged.err
    assert text.count("\n") >= 9
    for what, canary in {**CANARIES, "text": note, "token": bearer}.items():
        assert canary not in text, what
