"""The Auth emulator starts quickly, and refuses what it would refuse otherwise."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from stack.suite import PRELOADED

SERVING = Path(__file__).with_name("serves_an_api.cjs")
QUICK = "quick_auth"


def told(*preloaded: Path) -> dict[str, Any]:
    """What the small API was seen to do."""
    options = [part for path in preloaded for part in ("--require", str(path))]
    said = subprocess.run(
        ["node", *options, SERVING], capture_output=True, text=True, check=True, timeout=60
    )
    seen: dict[str, Any] = json.loads(said.stdout)
    return seen


@pytest.fixture
def quick() -> Path:
    (found,) = [path for path in PRELOADED if path.stem == QUICK]
    return found


def test_nothing_is_compiled_before_it_is_asked_for(quick: Path) -> None:
    """The negative control is here: without it a validator is made for every parameter."""
    assert told(quick)["before"] == 0
    assert told()["before"] == 1


def test_what_is_answered_is_the_same(quick: Path) -> None:
    seen, otherwise = told(quick), told()
    assert seen["right"] == [200, {"is": 42}]
    assert seen["wrong"][0] == 400
    assert (seen["right"], seen["wrong"]) == (otherwise["right"], otherwise["wrong"])
