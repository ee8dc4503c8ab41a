"""Scheduled functions are started when their time has come."""

from __future__ import annotations

import pytest

import main
from spaktok.core.endpoint.declaration import Schedule, declared
from stack.scheduler import DAY_S, Scheduler, interval_s, schedules


def test_every_schedule_of_ours_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-schedules")  # there is no stack here that says it
    ours = {
        declaration.when
        for names in main.FUNCTIONS.values()
        for name in names
        if isinstance(declaration := declared(getattr(main, name)), Schedule)
    }
    assert ours
    assert all(60 <= interval_s(when) <= DAY_S for when in ours)


def test_another_form_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="5 4"):
        interval_s("5 4 * * *")


def test_each_is_started_at_its_time_and_then_again_after_its_interval() -> None:
    scheduler = Scheduler({"a": "every 1 minutes", "b": "every 2 hours"}, lambda _: None)
    began = min(scheduler._next.values()) - 60
    assert list(scheduler.due(began + 59)) == []
    assert list(scheduler.due(began + 60)) == ["a"]
    assert list(scheduler.due(began + 61)) == []
    assert set(scheduler.due(began + 7201)) == {"a", "b"}


def test_the_suite_says_what_has_a_schedule() -> None:
    triggers = [
        {"id": "us-central1-sweep", "schedule": {"schedule": "every 5 minutes"}},
        {"id": "us-central1-call"},
    ]
    found = schedules({"backends": [{"functionTriggers": triggers}]})
    assert found == {"us-central1-sweep": "every 5 minutes"}
