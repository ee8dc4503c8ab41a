"""The server's time, and how it can be put ahead in a local stack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spaktok.core import clock


def test_in_the_emulator_suite_a_file_puts_the_clock_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it does so nowhere else stands in `unit/endpoint/test_no_shortcut_outside_emulators`."""
    monkeypatch.setenv("FUNCTIONS_EMULATOR", "true")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    ahead = tmp_path / "ahead"
    monkeypatch.setenv(clock.AHEAD_FILE, str(ahead))
    tell = clock._chosen()
    assert abs(tell() - datetime.now(UTC)) < timedelta(minutes=1)
    ahead.write_text("86400")
    assert abs(tell() - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)
