"""The whole suite, driven by the official JavaScript client SDK as a phone would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def node(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Node program against the running stack."""
    if "SPAKTOK_FUNCTIONS_URL" not in os.environ:
        pytest.fail("these tests need the whole stack: run `make test`")
    return subprocess.run(
        ["node", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_demos_story_holds_from_the_first_step_to_the_last() -> None:
    told = node("scripts/demo/story.mjs", ONCE="1")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Everything held" in told.stdout


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.stem)
def test_clients(file: Path) -> None:
    """Each `*.test.mjs` holds its own tests, in Node's test runner."""
    ran = node("--test", "--test-reporter=spec", str(file))
    assert ran.returncode == 0, ran.stdout + ran.stderr
