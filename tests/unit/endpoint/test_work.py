"""Tasks and schedules: what the queue is told, and what a health check must not start."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

import main
from spaktok.core import finished
from spaktok.core.endpoint.declaration import MONEY, USUAL, Job, declared
from spaktok.core.endpoint.work import Delivery, job, schedule
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


@job(Work, patience=MONEY)
def payOut(task: Work, delivery: Delivery) -> None:
    """Move money."""
    workHard.__wrapped__(task, delivery)  # type: ignore[attr-defined]


@schedule("every 5 minutes")
def tickTock(at: datetime) -> None:
    """Do it now and then."""
    ran.append(at)
    if len(ran) > 1:
        raise TryAgain


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


def deliver(ends: str, retry: str = "0", entry: object = workHard) -> Answer:
    body = json.dumps({"data": {"ends": ends}}).encode()
    return Sender().send(
        entry, body, X_CloudTasks_TaskRetryCount=retry, X_CloudTasks_TaskName="t-1"
    )


def test_a_finished_task_is_acknowledged() -> None:
    assert deliver("well").status == 200
    assert ran == [("well", Delivery("t-1", 0))]


def test_a_refusal_is_acknowledged_because_a_retry_would_be_refused_again() -> None:
    assert deliver("refused").status == 200


@pytest.mark.parametrize("ends", ["broken", "busy"])
def test_a_failure_and_contention_are_left_to_the_queue(ends: str) -> None:
    """Negative control: with every `Refusal` acknowledged, `TryAgain` lost the task."""
    for retry in range(USUAL.attempts_max - 1):
        assert deliver(ends, str(retry)).status == 500


def test_the_answer_to_the_queue_says_nothing_about_the_failure() -> None:
    assert b"detail" not in deliver("broken").raw


@pytest.mark.parametrize("header", ["", "x", "-1", "9" * 5000])
def test_an_odd_retry_count_is_a_first_delivery(header: str) -> None:
    assert deliver("well", header).status == 200
    assert ran == [("well", Delivery("t-1", 0))]


def test_the_last_delivery_knows_that_it_is_the_last() -> None:
    assert not Delivery("t", USUAL.attempts_max - 2).last
    assert Delivery("t", USUAL.attempts_max - 1).last


def test_what_moves_money_is_tried_for_an_hour_and_the_queue_is_told_so() -> None:
    """Negative control, tried: with the attempts of every job in `_delivery` the fifth is the last."""
    assert deliver("busy", str(MONEY.attempts_max - 2), payOut).status == 500
    assert ran == [("busy", Delivery("t-1", MONEY.attempts_max - 2, MONEY.attempts_max))]
    for entry, patience in ((workHard, USUAL), (payOut, MONEY)):
        told = entry.__firebase_endpoint__.taskQueueTrigger["retryConfig"]  # type: ignore[attr-defined]
        assert (told["maxAttempts"], told["minBackoffSeconds"], told["maxBackoffSeconds"]) == (
            patience.attempts_max,
            2,
            patience.backoff_max_s,
        )
    waits_s = [min(2**number, MONEY.backoff_max_s) for number in range(1, MONEY.attempts_max)]
    assert sum(waits_s) > 3_600


def test_every_job_that_moves_or_proves_money_has_that_patience() -> None:
    jobs = [one for name in dir(main) if isinstance(one := declared(getattr(main, name)), Job)]
    assert {one.name for one in jobs if one.patience == MONEY} == {
        "auditRollUps",
        "endPremiumSubscription",
        "reverseGifts",
        "rollUpGifts",
        "sendCoinRefund",
        "sendPremiumRefund",
        "settlePremiumTicket",
        "submitPayout",
        "sweepIncome",
    }


@pytest.mark.parametrize("entry", [workHard, tickTock])
@pytest.mark.parametrize("path", ["/__/health", "/project/region/workHard/__/health"])
def test_a_health_check_runs_nothing(entry: object, path: str) -> None:
    for method in ("GET", "POST"):
        assert Sender().send(entry, method=method, path=path).status == 200
    assert ran == []


def test_a_schedule_runs_with_the_time_and_tells_the_scheduler_of_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That it was done is noted, and of a failure nothing."""
    done: list[str] = []
    monkeypatch.setattr(finished, "note", done.append)
    assert Sender().send(tickTock).status == 200
    assert isinstance(ran[0], datetime)
    assert Sender().send(tickTock).status == 500
    assert done == ["tickTock"]
