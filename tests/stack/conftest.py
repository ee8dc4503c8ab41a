"""A small checkout of its own for every stack test, and a count of what a stack leaves running."""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from stack.paths import ROOT

DEADLINE_SECONDS = 240.0
TEST_MARK = "SPAKTOK_STACK_TEST"

FUNCTIONS = """
from firebase_admin import initialize_app
from firebase_functions import https_fn

initialize_app()


@https_fn.on_call()
def hello(request: https_fn.CallableRequest) -> str:
    return "hello"
"""

FIRESTORE_RULES = """rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /{document=**} { allow read, write: if false; }
  }
}
"""

STORAGE_RULES = """rules_version = '2';
service firebase.storage {
  match /b/{bucket}/o {
    match /{path=**} { allow read, write: if false; }
  }
}
"""

# Calls a function, so that a Python worker runs, writes down where, and stays or ends.
COMMAND = """
import json, os, pathlib, sys, time, urllib.request

seen = {"environment": dict(os.environ)}
if "SPAKTOK_FUNCTIONS_URL" in os.environ:
    call = urllib.request.Request(
        os.environ["SPAKTOK_FUNCTIONS_URL"] + "/demo-spaktok/us-central1/hello",
        data=b'{"data": null}',
        headers={"Content-Type": "application/json"},
    )
    seen["answer"] = json.loads(urllib.request.urlopen(call, timeout=60).read())["result"]
written = pathlib.Path(sys.argv[1])
written.with_suffix(".part").write_text(json.dumps(seen))
written.with_suffix(".part").rename(written)
while sys.argv[2] == "stay":
    time.sleep(0.1)
sys.exit(int(sys.argv[2]))
"""


@dataclass
class Checkout:
    """A repository with one function, whose stack may be broken at will."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *options: str, **changes: str) -> subprocess.Popen[str]:
        """Start `dev.py` here; `changes` are made to its environment."""
        process = subprocess.Popen(
            [sys.executable, "scripts/dev.py", "--no-download", *options],
            cwd=self.folder,
            env={**os.environ, TEST_MARK: self.mark, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that Ctrl-C can be sent to all that a terminal would reach
        )
        self.started.append(process)
        return process

    def start_command(
        self, *options: str, then: str = "stay", **changes: str
    ) -> tuple[subprocess.Popen[str], Path]:
        """Start a stack on free ports with a command that calls the function, where there is one.

        `then` is the status with which the command ends, or "stay". Returns the process and the
        file in which the command writes what it saw.
        """
        seen = self.folder / f"seen-{len(self.started)}.json"
        command = [sys.executable, "-c", COMMAND, str(seen), then]
        return self.start("--free-ports", *options, "--run", *command, **changes), seen

    def await_command(self, process: subprocess.Popen[str], seen: Path) -> dict[str, Any]:
        """What the command of a stack saw, once that is up."""

        def is_up() -> bool:
            assert seen.exists() or process.poll() is None, process.communicate()[0]
            return seen.exists()

        self.until(is_up, "the stack is up")
        told: dict[str, Any] = json.loads(seen.read_text())
        return told

    @staticmethod
    def until(question: Callable[[], object], what: str) -> None:
        """Ask again and again until the answer is true; fail after the deadline."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not question():
            assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS:.0f} s: {what}"
            time.sleep(0.05)

    def refusal(self, *options: str, **changes: str) -> str:
        """What `dev.py` says when it cannot start; it must exit with 1 and leave nothing."""
        process = self.start(*options, **changes)
        said, _ = process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode == 1, said
        assert self.running() == []
        assert "Traceback" not in said.partition("✗")[0]
        return said.partition("✗")[2]

    def running(self) -> list[str]:
        """The commands of everything that was started from here and still runs."""
        wanted = f"{TEST_MARK}={self.mark}".encode()
        found = []
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and wanted in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    def leftovers(self) -> list[str]:
        """The names of the run's own files in the checkout; the log is meant to stay."""
        return [path.name for path in self.folder.glob("firebase.run-*")]


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout that shares what is installed with this one, and is cleared away for certain."""
    for name in ("scripts", "hosting"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("firebase.json", ".firebaserc", "firestore.indexes.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    (ROOT / ".cache" / "rules-runtime").mkdir(parents=True, exist_ok=True)
    for name in (".venv", "node_modules", "functions/venv", ".cache/rules-runtime"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "functions" / "requirements.txt", tmp_path / "functions")
    (tmp_path / "functions" / "main.py").write_text(FUNCTIONS)
    (tmp_path / "firestore.rules").write_text(FIRESTORE_RULES)
    (tmp_path / "storage.rules").write_text(STORAGE_RULES)
    made = Checkout(tmp_path)
    yield made
    for process in made.started:
        process.terminate()
        process.communicate(timeout=DEADLINE_SECONDS)
