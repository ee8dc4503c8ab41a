"""Tasks that failed to the last attempt: kept, listed, and sent anew."""

from __future__ import annotations

import json

import pytest

import replay
from spaktok.core import clients
from spaktok.core.endpoint import work
from spaktok.core.endpoint.declaration import USUAL
from spaktok.core.endpoint.work import Delivery, job
from spaktok.core.shape import Request
from tests.support.edge import Answer, Sender
from tests.support.queue import Queue


class Work(Request):
    """Something to do."""

    video_id: str


@job(Work)
def breakDown(task: Work, delivery: Delivery) -> None:
    """Fail, always."""
    raise LookupError("a detail of ours")


def deliver(raw: bytes, retry: int, task_id: str = "t-1") -> Answer:
    return Sender().send(
        breakDown, raw, X_CloudTasks_TaskRetryCount=str(retry), X_CloudTasks_TaskName=task_id
    )


def letters() -> list[dict[str, object]]:
    return [s.to_dict() or {} for s in clients.db().collection("deadLetters").stream()]


BODY = json.dumps({"data": {"videoId": "v-1"}}).encode()


def test_only_the_last_failure_is_buried_and_then_the_queue_lets_go() -> None:
    for retry in range(USUAL.attempts_max - 1):
        assert deliver(BODY, retry).status == 500
    assert letters() == []
    assert deliver(BODY, USUAL.attempts_max - 1).status == 200
    (letter,) = letters()
    assert letter["function"] == "breakDown"
    assert letter["taskId"] == "t-1"
    assert letter["exception"] == "LookupError"
    assert letter["body"] == BODY.decode()


def test_a_last_delivery_that_is_repeated_is_buried_once() -> None:
    for _ in range(5):
        deliver(BODY, USUAL.attempts_max - 1)
    assert len(letters()) == 1


@pytest.mark.parametrize("raw", [b"", b"{", b'{"data": {"video": 1}}', b'{"data": {"videoId": 1}}'])
def test_a_task_that_this_version_cannot_read_is_buried_at_once(raw: bytes) -> None:
    assert deliver(raw, 0).status == 200
    assert len(letters()) == 1


def test_a_letter_is_listed_without_its_content_and_replayed_into_its_queue(
    queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(BODY, USUAL.attempts_max - 1)
    assert replay.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert "breakDown" in listed
    assert "LookupError" in listed
    assert "v-1" not in listed
    letter_id = next(iter(clients.db().collection("deadLetters").list_documents())).id
    assert replay.main(["send", letter_id]) == 0
    assert letters() == []
    ((function, task_id, body),) = queue.waiting
    assert (function, body) == ("breakDown", {"data": {"videoId": "v-1"}})
    assert task_id != "t-1"  # the queue remembers that id, and would drop it


def test_replaying_all_of_one_function_leaves_the_others(queue: Queue) -> None:
    deliver(BODY, USUAL.attempts_max - 1)
    deliver(BODY, USUAL.attempts_max - 1, "t-2")
    clients.db().collection("deadLetters").document("other").set(
        {
            "function": "another",
            "taskId": "t",
            "body": "{}",
            "exception": "X",
            "at": work.clock.now(),
        }
    )
    assert replay.main(["send", "--function", "breakDown"]) == 0
    assert queue.names() == ["breakDown", "breakDown"]
    assert [letter["function"] for letter in letters()] == ["another"]


def test_a_letter_that_holds_no_task_is_kept_and_named(
    queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(b"{", 0)
    letter_id = next(iter(clients.db().collection("deadLetters").list_documents())).id
    assert replay.main(["send", letter_id]) == 1
    assert letter_id in capsys.readouterr().err
    assert len(letters()) == 1
    assert list(queue.waiting) == []


def test_an_unknown_letter_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay.main(["send", "no-such-letter"]) == 1
    assert "no-such-letter" in capsys.readouterr().err
