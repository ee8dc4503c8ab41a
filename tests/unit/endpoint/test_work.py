"""Tasks and schedules: what the queue is told, and what a health check must not start."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from spaktok.core.endpoint.work import ATTEMPTS_MAX, Delivery, job, schedule
from spaktok.core.refusal import NotFound, TryAgain
from spaktok.core.shape import Request
from tests.support.edge import Answer, Sender

ran: list[object] = []


class Work(Request):
    """How it ends."""

    ends: str


@job(Work)
def workHard(task: Work, delivery: Delivery) -> None:
    """Do it."""
    ran.append((task.ends, delivery))
    match task.ends:
        case "refused":
            raise NotFound
        case "busy":
            raise TryAgain
        case "broken":
            raise LookupError("a detail of ours")
        case _:
            pass


@schedule("every 5 minutes")
def tickTock(at: datetime) -> None:
    """Do it now and then."""
    ran.append(at)
    if len(ran) > 1:
        raise TryAgain


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


def deliver(ends: str, retry: str = "0") -> Answer:
    body = json.dumps({"data": {"ends": ends}}).encode()
    return Sender().send(
        workHard, body, X_CloudTasks_TaskRetryCount=retry, X_CloudTasks_TaskName="t-1"
    )


def test_a_finished_task_is_acknowledged() -> None:
    assert deliver("well").status == 200
    assert ran == [("well", Delivery("t-1", 0))]


def test_a_refusal_is_acknowledged_because_a_retry_would_be_refused_again() -> None:
    assert deliver("refused").status == 200


@pytest.mark.parametrize("ends", ["broken", "busy"])
def test_a_failure_and_contention_are_left_to_the_queue(ends: str) -> None:
    """Negative control: with every `Refusal` acknowledged, `TryAgain` lost the task."""
    for retry in range(ATTEMPTS_MAX - 1):
        assert deliver(ends, str(retry)).status == 500


def test_the_answer_to_the_queue_says_nothing_about_the_failure() -> None:
    assert b"detail" not in deliver("broken").raw


@pytest.mark.parametrize("header", ["", "x", "-1", "9" * 5000])
def test_an_odd_retry_count_is_a_first_delivery(header: str) -> None:
    assert deliver("well", header).status == 200
    assert ran == [("well", Delivery("t-1", 0))]


def test_the_last_delivery_knows_that_it_is_the_last() -> None:
    assert not Delivery("t", ATTEMPTS_MAX - 2).last
    assert Delivery("t", ATTEMPTS_MAX - 1).last


@pytest.mark.parametrize("entry", [workHard, tickTock])
@pytest.mark.parametrize("path", ["/__/health", "/project/region/workHard/__/health"])
def test_a_health_check_runs_nothing(entry: object, path: str) -> None:
    for method in ("GET", "POST"):
        assert Sender().send(entry, method=method, path=path).status == 200
    assert ran == []


def test_a_schedule_runs_with_the_time_and_tells_the_scheduler_of_a_failure() -> None:
    assert Sender().send(tickTock).status == 200
    assert isinstance(ran[0], datetime)
    assert Sender().send(tickTock).status == 500
