"""The process that functions are copied from: they serve as ever, and end with their asker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stack.environment import WARM_SOCKET, neutral
from stack.paths import FUNCTIONS
from stack.ports import HOST, listening
from stack.processes import MARKER, end_all, marked

SECONDS_MAX = 60.0
BIN = FUNCTIONS / "venv" / "bin"
MARK = "test-of-the-warm-process"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each starts by itself")


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "warm"
    command = [BIN / "python", FUNCTIONS.parent / "scripts" / "stack" / "warm.py", place]
    process = subprocess.Popen(command, cwd=FUNCTIONS, env={**neutral(), MARKER: MARK})
    try:
        until(place.exists)
        yield place
    finally:
        process.kill()
        process.wait()
        assert end_all(MARK) == []


def until(holds: object) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def started(
    port: int, folder: Path = FUNCTIONS, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The command as the Functions emulator starts it."""
    with subprocess.Popen(
        [BIN / "functions-framework"],
        cwd=folder,
        env={
            **neutral(),
            "GCLOUD_PROJECT": "demo-warm",
            "FIRESTORE_EMULATOR_HOST": f"{HOST}:1",
            "FUNCTION_TARGET": "getUserFeed",
            "FUNCTION_SIGNATURE_TYPE": "http",
            "HOST": HOST,
            "PORT": str(port),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def served(
    port: int, folder: Path = FUNCTIONS, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The command, once it listens."""
    with started(port, folder, **environment) as process:
        until(lambda: listening(port) or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        yield process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answer(port: int) -> str:
    asked = urllib.request.Request(
        f"http://{HOST}:{port}/", b"{}", {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=20)
    status: str = json.loads(refused.value.read())["error"]["status"]
    return status


def test_a_copy_serves_speaks_into_its_askers_stream_and_ends_with_it(warm: Path) -> None:
    """Negative control: without `_end_with` the port stays taken, and what is left is named."""
    port = free_port()
    with served(port, **{WARM_SOCKET: str(warm)}) as asker:
        assert answer(port) == "INVALID_ARGUMENT"
        assert os.readlink(f"/proc/{asker.pid}/exe") == os.path.realpath(BIN / "python")
        assert len(marked(MARK)) == 3, "a copy has the mark of the stack, so that its end finds it"
        assert asker.stdout is not None
        assert json.loads(asker.stdout.readline())["function"] == "getUserFeed"
    until(lambda: not listening(port))
    until(lambda: len(marked(MARK)) == 2)


def test_each_copy_checks_at_its_start_what_its_own_function_needs(warm: Path) -> None:
    """Both are of one module. Negative control: where the copier keeps the functions' modules, the
    second starts without the key by which it would have to seal."""
    production = {"FIRESTORE_EMULATOR_HOST": "", WARM_SOCKET: str(warm)}
    with served(free_port(), FUNCTION_TARGET="getProfile", **production):
        pass
    with started(free_port(), FUNCTION_TARGET="createUserProfile", **production) as refused:
        assert refused.wait(SECONDS_MAX) == 0
        assert refused.stderr is not None
        assert "RuntimeError" in refused.stderr.read().decode()


MAIN = """
import words
words.RUNS += 1
FUNCTIONS = {"home": ("greet",)}
def __getattr__(name):
    import home
    return getattr(home, name)
"""
HOME = """
import words
def greet(request):
    return f"{words.WORD} {words.WHERE} {words.RUNS}"
"""
WORDS = """
import os
from pathlib import Path
RUNS = 0
WORD = Path(__file__).with_name("words.txt").read_text()
WHERE = os.environ["WHERE"]
"""


@pytest.fixture
def greets(tmp_path: Path) -> Path:
    """A folder with a function, and with the link to nothing that an editor leaves while it is open."""
    folder = tmp_path / "functions"
    folder.mkdir()
    for name, text in {"main.py": MAIN, "home.py": HOME, "words.py": WORDS}.items():
        (folder / name).write_text(text)
    (folder / "words.txt").write_text("hello")
    (folder / ".#words.py").symlink_to("somebody@somewhere")
    return folder


def greeting(folder: Path, warm: Path, where: str = "here", *, copied: bool = True) -> str:
    port = free_port()
    told = {"FUNCTION_TARGET": "greet", "WHERE": where, WARM_SOCKET: str(warm)}
    with served(port, folder, **told):
        if copied:  # the warm process, the one that has loaded this code, and its copy
            until(lambda: len(marked(MARK)) == 3)
        return str(urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=20).read(), "utf-8")


def test_a_change_of_the_code_or_of_the_environment_is_seen_by_the_next_copy(
    warm: Path, greets: Path
) -> None:
    """Of what the code reads while it is loaded, too. And `main.py`, which may do what cannot be done
    twice, is run once. Negative controls: where `_code` names no sources, or no environment, the old
    answer stays; where the copier runs `main.py` for its table, the first answer says so."""
    assert greeting(greets, warm) == "hello here 1"
    assert greeting(greets, warm, "there") == "hello there 1"
    (greets / "words.txt").write_text("welcome")
    assert greeting(greets, warm, "there") == "welcome there 1"


def test_where_the_copier_has_died_functions_are_served_and_soon_by_copies_again(
    warm: Path, greets: Path
) -> None:
    """Negative controls: without `except` in `main` there is no copy any more; without the byte by
    which a copy says that it serves, whoever asked the dead one waits for nothing."""
    assert greeting(greets, warm) == "hello here 1"
    until(lambda: len(marked(MARK)) == 2)
    os.kill(max(marked(MARK)), signal.SIGKILL)
    until(lambda: len(marked(MARK)) == 1)
    assert greeting(greets, warm, copied=False) == "hello here 1"
    assert greeting(greets, warm) == "hello here 1"


@pytest.mark.parametrize("table", ["[]", '{"home": 1}', "words.RUNS", "{"])
def test_a_table_of_functions_that_is_none_ends_nothing(
    warm: Path, greets: Path, table: str
) -> None:
    """Negative control: with `ValueError` alone suppressed in `_homes`, the copier dies."""
    (greets / "main.py").write_text(f"FUNCTIONS = {table}")
    refused = {"FUNCTION_TARGET": "greet", "WHERE": "here", WARM_SOCKET: str(warm)}
    with started(free_port(), greets, **refused) as asker:
        assert asker.wait(SECONDS_MAX) == 0
    until(lambda: len(marked(MARK)) == 2)
    (greets / "main.py").write_text(MAIN)
    assert greeting(greets, warm) == "hello here 1"


def test_where_nothing_is_warm_it_is_the_real_command(tmp_path: Path) -> None:
    port = free_port()
    with served(port, **{WARM_SOCKET: str(tmp_path / "nobody")}):
        assert answer(port) == "INVALID_ARGUMENT"
