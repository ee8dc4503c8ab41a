"""Beside emulators a few walls are lowered. Without an emulator host, none of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from firebase_admin import functions

from spaktok.core import clients, clock, config, dispatch, keys
from spaktok.core.caller import Caller
from spaktok.core.dispatch import Task
from spaktok.core.endpoint.callable import call
from spaktok.core.endpoint.declaration import AppCheck
from spaktok.core.shape import Nothing
from tests.support.edge import Sender, sign_in_for_real, token


@call(Nothing, profile=False)
def guarded(caller: Caller, request: Nothing) -> None:
    """Wants a genuine app."""


@call(Nothing, profile=False, app_check=AppCheck.OFF)
def signedIn(caller: Caller, request: Nothing) -> None:
    """Wants a sign-in."""


def test_app_check_is_required() -> None:
    assert Sender().call(guarded).refused == "app-check-required"


@pytest.mark.parametrize("value", ["true", "TRUE", "1"])
def test_one_variable_alone_does_not_turn_app_check_off(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with `FUNCTIONS_EMULATOR` alone deciding, this call got past App Check."""
    monkeypatch.setenv("FUNCTIONS_EMULATOR", value)
    assert not config.functions_emulated()
    assert Sender().call(guarded).refused == "app-check-required"


def test_an_unsigned_token_is_no_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_for_real(monkeypatch)
    answer = Sender(headers={"Authorization": f"Bearer {token('ana')}"}).call(signedIn)
    assert answer.refused == "authentication-required"


@pytest.mark.parametrize("value", [None, "", "short", "x" * 31])
def test_cursors_are_signed_with_a_real_secret_or_not_at_all(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv(keys.CURSOR_SECRET, value)
    with pytest.raises(RuntimeError, match=keys.CURSOR_SECRET):
        keys.cursor()


def test_every_key_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in [value for name, value in vars(keys).items() if name.endswith("_SECRET")]:
        with pytest.raises(RuntimeError, match=key):
            keys._key(key)
        monkeypatch.setenv(key, "k" * 32)
        assert keys._key(key) == b"k" * 32


@pytest.mark.parametrize("host", [None, ""])
def test_credentials_are_googles_own(host: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRESTORE_EMULATOR_HOST", "FIREBASE_STORAGE_EMULATOR_HOST"):
        if host is not None:
            monkeypatch.setenv(name, host)
        assert clients._credentials(name) is None


@dataclass
class Failing:
    """A queue whose answer the SDK can't read."""

    def enqueue(self, body: Any, options: functions.TaskOptions) -> str:
        raise ValueError("Unexpected resource name")


def test_an_answer_of_the_queue_that_is_not_understood_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clients, "queue", lambda _: Failing())
    with pytest.raises(ValueError, match="resource name"):
        dispatch.send(Task("processVideo", "t-1"))


@pytest.mark.parametrize("emulator", [{}, {"FUNCTIONS_EMULATOR": "true"}])
def test_the_clock_cannot_be_put_ahead(
    emulator: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the file's name alone deciding, it is a year later here."""
    ahead = tmp_path / "ahead"
    ahead.write_text(str(365 * 86400))
    monkeypatch.setenv(clock.AHEAD_FILE, str(ahead))
    for name, value in emulator.items():
        monkeypatch.setenv(name, value)
    told = clock._chosen()()
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_task_for_later_leaves_for_its_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Emulator Suite's waits in the outbox; here the queue keeps the time."""
    sent: list[Any] = []

    class Queue:
        def enqueue(self, body: Any, options: functions.TaskOptions) -> str:
            sent.append(options.schedule_time)
            return "t-1"

    monkeypatch.setattr(clients, "queue", lambda _: Queue())
    monkeypatch.setenv("FUNCTION_TARGET", "followUser")
    monkeypatch.setenv("FUNCTIONS_EMULATOR", "true")  # alone, it lowers nothing
    run_at = clock.now() + timedelta(days=1)
    dispatch.send(Task("processVideo", "t-1", run_at=run_at))
    assert sent == [run_at]


def test_without_a_project_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GCLOUD_PROJECT")
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    with pytest.raises(RuntimeError, match="GCLOUD_PROJECT"):
        config.project()
