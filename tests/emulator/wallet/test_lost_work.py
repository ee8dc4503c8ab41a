"""Tasks of money that failed to the last: somebody is told, of each once."""

from __future__ import annotations

import json
from typing import Any

import pytest

import main
from spaktok.core import alarms, clients, dead_letters
from spaktok.core.endpoint.declaration import MONEY
from spaktok.wallet.service import income, lost_work, recovering
from tests.support.edge import Sender
from tests.support.money import documents

ALARM = "failed its last attempt: LookupError"


@pytest.fixture(autouse=True)
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be swept; and what looks each minute is another's test."""

    def fail(*_: object) -> Any:
        raise LookupError

    monkeypatch.setattr(income, "sweep", fail)
    monkeypatch.setattr(recovering, "recover", lambda _: 0)


def fail(task_id: str, retry: int = MONEY.attempts_max - 1) -> int:
    """A delivery of `sweepIncome` that fails."""
    body = json.dumps({"data": {"uid": "ben", "runAt": "2026-03-14T12:00:00+00:00"}}).encode()
    headers = {"X_CloudTasks_TaskRetryCount": str(retry), "X_CloudTasks_TaskName": task_id}
    return Sender().send(main.sweepIncome, body, **headers).status


def told() -> list[str]:
    return sorted(one["invariant"] for one in documents("alarms") if one["why"] == ALARM)


def look() -> None:
    """The hour's look: it is noon."""
    assert Sender().send(main.auditIncome).status == 200


def test_only_the_last_failure_of_what_moves_money_raises_an_alarm_and_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Negative controls, tried: without `lost_work.tell` in the schedule nobody is told; without
    `dead_letters.seen`, or with `set` for `create`, each is told of anew."""
    assert fail("t-1", retry=MONEY.attempts_max - 2) == 500
    look()
    assert told() == []
    assert fail("t-1") == 200
    look()
    assert told() == ["sweepIncome"]
    assert "CRITICAL" in capsys.readouterr().out
    assert fail("t-1") == 200, "delivered again"
    look()
    assert lost_work.tell() == 0
    assert "CRITICAL" not in capsys.readouterr().out
    assert fail("t-2") == 200
    look()
    assert told() == ["sweepIncome"] * 2


def test_letters_of_other_work_wake_nobody() -> None:
    """Negative control, tried: with every letter unseen this one is told of."""
    letter = dead_letters.Letter("processVideo", "t-1", b"{}")
    dead_letters.bury(letter, LookupError())
    assert lost_work.tell() == 0
    assert told() == []


def test_more_letters_than_alarms_are_told_of_hour_by_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "ALARMS_MAX", 2)
    for number in range(3):
        fail(f"t-{number}")
    assert [lost_work.tell() for _ in range(3)] == [2, 1, 0]
    assert len(told()) == 3


def test_a_letter_that_is_replayed_meanwhile_stops_no_other() -> None:
    fail("t-1")
    fail("t-2")
    found = dead_letters.unseen(2)
    clients.db().collection("deadLetters").document(found[0].id).delete()
    dead_letters.seen(found)
    assert dead_letters.unseen(2) == []
