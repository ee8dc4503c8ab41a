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


LIVE, TEST = "sk_live_0123456789abcdef", "sk_test_0123456789abcdef"


@pytest.mark.parametrize(
    "value", [None, "", TEST, "rk_test_0123456789abcdef", "pk_live_0123456789a"]
)
def test_stripe_takes_a_live_key_in_production_and_no_other(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv(keys.STRIPE_SECRET, value)
    with pytest.raises(RuntimeError, match=keys.STRIPE_SECRET):
        keys.stripe()
    monkeypatch.setenv(keys.STRIPE_SECRET, LIVE)
    assert keys.stripe() == LIVE


def test_a_live_key_is_not_taken_where_things_are_tried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(keys.STRIPE_SECRET, LIVE)
    for name, value in (("SPAKTOK_STAGE", "staging"), ("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")):
        with monkeypatch.context() as here:
            here.setenv(name, value)
            with pytest.raises(RuntimeError, match="test key"):
                keys.stripe()


@pytest.mark.parametrize("value", [None, "", "whsec_", "secret", "whsec_abcdef,other"])
def test_a_webhook_is_proven_by_a_real_secret_or_not_at_all(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv(keys.STRIPE_WEBHOOK_SECRET, value)
    with pytest.raises(RuntimeError, match=keys.STRIPE_WEBHOOK_SECRET):
        keys.stripe_webhook()


def test_no_instance_starts_with_a_test_key_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without `keys.check` in `attach`, the instance came up and would have failed
    at its first purchase, or, with the stage unset, sold coins for test cards."""

    def declare() -> None:
        @call(Nothing, secrets=(keys.STRIPE_SECRET,))
        def buyCoins(caller: Caller, request: Nothing) -> None:
            """Want the key."""

    monkeypatch.setenv(keys.STRIPE_SECRET, TEST)
    monkeypatch.setenv("FUNCTION_TARGET", "another")
    declare()
    monkeypatch.setenv("FUNCTION_TARGET", "buyCoins")
    with pytest.raises(RuntimeError, match="live key"):
        declare()
    monkeypatch.setenv("SPAKTOK_STAGE", "staging")
    declare()


def test_a_stand_in_is_spoken_to_beside_emulators_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPAKTOK_STRIPE_URL", "http://127.0.0.1:1")
    assert config.stand_in("SPAKTOK_STRIPE_URL") is None
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:2")
    assert config.stand_in("SPAKTOK_STRIPE_URL") == "http://127.0.0.1:1"
