"""Which Python the environments are made of: the quickest of the right version, unless one is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import setup


@pytest.fixture(autouse=True)
def asked_anew() -> None:
    setup._interpreter.cache_clear()


def python(folder: Path, name: str, pace: float) -> Path:
    """Something that answers whatever it is asked with its pace."""
    return script(folder / name, f"echo {pace}")


def script(place: Path, line: str) -> Path:
    """A program of one line."""
    place.write_text(f"#!/bin/sh\n{line}\n")
    place.chmod(0o755)
    return place


def test_a_much_quicker_one_is_taken(tmp_path: Path) -> None:
    first, other = python(tmp_path, "first", 1.0), python(tmp_path, "other", 0.5)
    assert setup._quickest([first, other]) == other


def test_where_they_are_about_as_quick_it_is_the_first(tmp_path: Path) -> None:
    first, other = python(tmp_path, "first", 1.0), python(tmp_path, "other", 0.95)
    assert setup._quickest([first, other]) == first


def test_one_that_does_not_run_is_not_taken(tmp_path: Path) -> None:
    first, broken = python(tmp_path, "first", 1.0), script(tmp_path / "broken", "exit 1")
    assert setup._quickest([first, broken, tmp_path / "missing"]) == first


def test_what_lies_on_the_path_is_asked_who_it_is(tmp_path: Path) -> None:
    """As the scripts of version managers must be."""
    script(tmp_path / setup.DEPLOYED_PYTHON, f'exec {sys.executable} "$@"')
    found = setup._deployed_pythons(f"{tmp_path}:{tmp_path / 'nowhere'}")
    assert found == [Path(sys._base_executable)]


def test_an_active_environment_is_taken_for_what_it_is_made_of(tmp_path: Path) -> None:
    """It may be the very one that is to be made anew.

    Negative control: asked for `sys.executable`, it names itself.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path], check=True)
    (found,) = setup._deployed_pythons(str(tmp_path / "bin"))
    assert not found.is_relative_to(tmp_path)


def test_the_one_that_is_named_is_taken_however_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(setup.NAMED_PYTHON, "python3")
    monkeypatch.setattr(setup, "_quickest", lambda _: pytest.fail("nobody is asked"))
    assert setup._interpreter() == Path(sys._base_executable)
