"""A stack that only keeps data: lighter, by the same rules, and it promises nothing that it has not."""

from __future__ import annotations

import signal

import pytest


def test_what_it_runs_is_named_to_the_command_and_nothing_else(checkout) -> None:
    """And nothing of it is left when it is told to end.

    Negative control: with a port picked for everything, it waits for what was never started.
    """
    process, seen = checkout.start_command("--without-functions")
    told = checkout.await_command(process, seen)["environment"]
    for name in ("FIRESTORE_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        assert name in told
    for name in ("SPAKTOK_FUNCTIONS_URL", "PUBSUB_EMULATOR_HOST", "SPAKTOK_STRIPE_URL"):
        assert name not in told
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert "without functions" in said
    # At once: `dev.py` itself has waited for everything to end.
    assert checkout.running() == []
    assert checkout.leftovers() == []


@pytest.mark.parametrize("option", ["--schedules", "--gifts"])
def test_what_needs_functions_is_refused(checkout, option: str) -> None:
    process = checkout.start("--without-functions", option)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "need the functions" in said
