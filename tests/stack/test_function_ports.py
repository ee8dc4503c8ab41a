"""The process of every function has a port that nobody else is given, in this stack or another."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from stack import function_ports
from stack.errors import StackError
from stack.function_ports import BLOCKS, FIRST, SIZE
from stack.ports import FREE_RANGE, HOST

ASKING = Path(__file__).with_name("asks_for_ports.cjs")
FORTY = 40
PRELOAD = Path(function_ports.__file__).with_suffix(".cjs")
QUIET = FIRST + BLOCKS * SIZE - 100
"""In the block that is claimed last."""


@pytest.fixture(autouse=True)
def locks_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other stacks of this machine hold theirs."""
    monkeypatch.setattr(function_ports.tempfile, "gettempdir", lambda: str(tmp_path))


def dealt(first: int, size: int, *rounds: list[int]) -> list[int]:
    """What the CLI is given when it asks for all ports of a round at the same time."""
    told = subprocess.run(
        [
            "node",
            "--require",
            PRELOAD,
            ASKING,
            *(",".join(map(str, at_once)) for at_once in rounds),
        ],
        env={**os.environ, "SPAKTOK_FUNCTION_PORTS": f"{first}+{size}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    ports: list[int] = json.loads(told.stdout)
    return ports


def test_every_stack_holds_a_block_of_its_own_and_gives_it_back() -> None:
    """Negative control: without the lock both are given the first block."""
    with function_ports.block() as one, function_ports.block() as other:
        assert one != other
    with function_ports.block() as again:
        assert again == one


def test_when_all_blocks_are_held_it_says_so() -> None:
    with ExitStack() as held:
        for _ in range(BLOCKS):
            held.enter_context(function_ports.block())
        with pytest.raises(StackError, match="10 stacks run on this machine already"):
            held.enter_context(function_ports.block())


def test_no_block_reaches_into_the_ports_of_emulators() -> None:
    blocks = range(FIRST, FIRST + BLOCKS * SIZE)
    assert max(blocks) < FREE_RANGE.start


def test_forty_that_start_at_once_are_given_forty_ports() -> None:
    """Each number that firebase-tools might draw is drawn twice.

    Negative control: without the preload those who ask for the same make each other's search fail; with
    `dealt` counted up once the port was found free, some two are given one.
    """
    drawn = random.sample(range(8081, 9081), FORTY // 2)
    ports = dealt(10_000, 1_000, drawn + drawn)
    assert len(set(ports)) == FORTY
    assert all(10_000 <= port < 11_000 for port in ports)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as somebody:
        somebody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        somebody.bind((HOST, QUIET))
        somebody.listen()
        yield QUIET


def test_a_port_that_somebody_has_is_passed_over(taken: int) -> None:
    assert sorted(dealt(taken - 1, 3, [8081, 8081])) == [taken - 1, taken + 1]


def test_after_the_last_of_a_block_comes_its_first() -> None:
    """Functions end, and their ports are free again."""
    assert dealt(QUIET, 2, [8081], [8081], [8081]) == [QUIET, QUIET + 1, QUIET]


def test_what_is_asked_for_anything_else_is_none_of_its_business() -> None:
    """9229 is where a debugger would listen."""
    (port,) = dealt(10_000, 1_000, [9229])
    assert 9229 <= port < 10_000


def test_when_all_of_a_block_is_taken_it_says_so(taken: int) -> None:
    with pytest.raises(AssertionError, match=f"All 1 ports from {taken} on are taken"):
        dealt(taken, 1, [8081])
