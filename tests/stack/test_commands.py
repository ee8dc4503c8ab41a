"""A command that a stack runs: its status is the run's."""

from __future__ import annotations

import os
import sys

import pytest

import dev
from stack.errors import StackError


class Up:
    """A suite that has started; and ended by itself, with this status, where there is one."""

    log = dev.ROOT / "stack.log"

    def __init__(self, ended: int | None = None) -> None:
        self._ended = ended

    def ended(self) -> int | None:
        return self._ended

    def command_environment(self) -> dict[str, str]:
        return dict(os.environ)


@pytest.mark.parametrize(
    ("does", "status"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(42)", 42),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + 9),
    ],
)
def test_a_run_ends_with_its_commands_status(does: str, status: int) -> None:
    assert dev._run(Up(), [sys.executable, "-c", does]) == status


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(StackError, match="nowhere/at/all cannot be run"):
        dev._run(Up(), ["/nowhere/at/all"])


def test_a_suite_that_ends_by_itself_fails_the_run_and_ends_the_command() -> None:
    with pytest.raises(StackError, match="stopped by itself"):
        dev._run(Up(ended=3), [sys.executable, "-c", "import time; time.sleep(60)"])
