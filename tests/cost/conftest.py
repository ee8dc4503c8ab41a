"""The emulator tests' project, clock and queue; and the table of what every action took."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("GCLOUD_PROJECT", "demo-cost")  # collecting lists every function

from tests.emulator.conftest import project, queue, time  # noqa: F401 - fixtures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, whichever worker measured it."""
    rows = sorted(
        str(value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
        if name == "cost"
    )
    if rows:
        terminalreporter.section("what an action costs")
        terminalreporter.write_line(
            f"{'action':<44}{'reads':>7}{'writes':>7}{'deletes':>8}{'rpcs':>6}{'hottest':>8}"
        )
        for row in rows:
            terminalreporter.write_line(row)
