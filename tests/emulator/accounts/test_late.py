"""An erasure or an export that does not end wakes somebody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spaktok.accounts.model import ERASURE_LATE, EXPORT_LATE
from spaktok.accounts.service import erasing, exporting, leaving
from spaktok.core import clients, clock
from tests.support.people import ANA, join
from tests.support.queue import Queue
from tests.support.time import TestClock


def alarms() -> list[dict[str, Any]]:
    return [one.to_dict() or {} for one in clients.db().collection("alarms").stream()]


@pytest.mark.parametrize("alive", [False, True])
def test_an_erasure_that_does_not_end_raises_an_alarm_that_names_nobody(
    queue: Queue,
    time: TestClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    alive: bool,
) -> None:
    """Whether its task is never delivered, or runs and a provider has money of theirs for ever.

    Negative controls: without the watch in `sweep` nobody hears of the one, without that in `run` of
    the other.
    """
    join(ANA)
    monkeypatch.setattr(erasing.requesting, "leaving", lambda _: False)
    leaving.request(ANA)
    (erasure,) = clients.db().collection("erasures").stream()

    def again() -> None:
        if alive:
            erasing.run(erasure.id)
        else:
            erasing.sweep(clock.now())

    time.pass_(seconds=ERASURE_LATE.total_seconds() - 1)
    again()
    assert alarms() == []
    for _ in range(2):
        time.pass_(minutes=20)
        again()
        (alarm,) = alarms()
        assert (alarm["invariant"], alarm["subject"]) == ("erasure", erasure.id)
    assert ANA not in str(alarm)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["invariant"] for one in lines if one["severity"] == "CRITICAL"] == ["erasure"] * 2


@pytest.mark.parametrize("alive", [False, True])
def test_an_export_that_does_not_end_raises_an_alarm(
    queue: Queue, time: TestClock, monkeypatch: pytest.MonkeyPatch, alive: bool
) -> None:
    """Negative controls: without the watch in `sweep` and in `run`, as above."""
    join(ANA)
    monkeypatch.setattr(exporting, "_collect", lambda _: [])
    export = exporting.request(ANA)

    def again() -> None:
        if alive:
            exporting.run(ANA, export.export_id)
        else:
            exporting.sweep(clock.now())

    time.pass_(seconds=EXPORT_LATE.total_seconds() - 1)
    again()
    assert alarms() == []
    time.pass_(seconds=1)
    again()
    (alarm,) = alarms()
    assert (alarm["invariant"], alarm["subject"]) == ("export", ANA)
