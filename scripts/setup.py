"""Make what the checkout needs and does not have yet; nothing else.

    python3 scripts/setup.py

Makes `.venv` (tools and tests), `functions/venv` (what is deployed, in the folder and with the
interpreter name that firebase-tools demands) and `node_modules`, each from its pinned file, each
only when it is missing or that file has changed. Standard library only; any Python from 3.11 on.
The environments are of the quickest Python 3.11 there is; `make setup PYTHON=…` names another.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stack import PYTHON_MIN
from stack.errors import StackError
from stack.paths import CACHE, FRAMEWORK, FUNCTIONS, LOGS, ROOT, VENV
from stack.report import run_with_progress, say, tail

UV_VERSION = "0.13.9"
UV_HOME = CACHE / "uv"
UV = UV_HOME / "bin" / "uv"
NODE_MAJOR_MIN = 20
DEPLOYED_PYTHON = "python3.11"  # the runtime `python311`, and the name firebase-tools calls
FUNCTIONS_VENV = FUNCTIONS / "venv"
STAMP = ".spaktok-stamp"
NAMED_PYTHON = "PYTHON"  # what make hands on when somebody names one
WHO = "import sys; print(sys._base_executable)"
"""Where a Python is, and not the environment that may be active: that may be the one to be made."""
WORTH_ANOTHER = 0.9
"""The part of the time in which another Python must do the same to be taken."""
PACE = """
import time
class Counter:
    def __init__(self, start):
        self.count = start
    def next(self):
        self.count += 1
        return self.count
best = 9.0
for _ in range(7):
    began = time.process_time()
    for start in range(2_000):
        counter = Counter(start)
        while counter.next() % 10:
            pass
    best = min(best, time.process_time() - began)
print(best)
"""


@dataclass(frozen=True)
class Step:
    """One folder to be made from pinned files; `stamp` is what it is made from, as a hash."""

    title: str
    folder: Path
    stamp: str

    @property
    def stale(self) -> bool:
        """Whether the folder is missing or was made from something else."""
        mark = self.folder / STAMP
        return not mark.exists() or mark.read_text(encoding="utf-8") != self.stamp

    def done(self) -> None:
        """Remember what the folder was made from."""
        (self.folder / STAMP).write_text(self.stamp, encoding="utf-8")


def main() -> int:
    """Bring every stale folder up to date; the lock is for several `make` at once."""
    try:
        if any(step.stale for step in steps()):
            with _locked():
                _make([step for step in steps() if step.stale])
        return 0
    except StackError as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1


def _make(stale: Sequence[Step]) -> None:
    """Make npm's folder beside Python's: each waits for the network and the disk most of the time."""
    _interpreter()  # how quick one is, is seen before anything else is at work
    python = [step for step in stale if MAKERS[step.folder] is _make_venv]
    npm = [step for step in stale if step not in python]
    with ThreadPoolExecutor(max_workers=2) as pool:
        lanes = [pool.submit(_make_in_turn, lane) for lane in (python, npm)]
    for lane in lanes:
        lane.result()


def _make_in_turn(lane: Sequence[Step]) -> None:
    for step in lane:
        MAKERS[step.folder](step)
        step.done()


def steps() -> list[Step]:
    """What there is to make, in order."""
    functions = FUNCTIONS / "requirements.txt"
    tools = [ROOT / "requirements-dev.txt", functions]
    packages = [ROOT / "package.json", ROOT / "package-lock.json"]
    return [
        Step("the tools' Python environment (.venv)", VENV, _stamp(tools)),
        Step(
            "the functions' environment (functions/venv)",
            FUNCTIONS_VENV,
            _stamp([functions, FRAMEWORK]),
        ),
        Step("the Firebase CLI and SDK (node_modules)", ROOT / "node_modules", _stamp(packages)),
    ]


def _stamp(files: Sequence[Path]) -> str:
    """The files' content and the checkout's place, which virtual environments have written in."""
    digest = hashlib.sha256(f"{ROOT} {UV_VERSION}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _make_venv(step: Step) -> None:
    python = _interpreter()
    _require_uv()
    if not _runs(step.folder / "bin" / "python"):
        if not (step.folder / "pyvenv.cfg").exists() and step.folder.exists():
            raise StackError(
                f"{step.folder} is in the way: it is not a virtual environment.",
                f"Move or remove {step.folder}, then run this again.",
            )
        shutil.rmtree(step.folder, ignore_errors=True)
        _run("create " + step.title, [UV, "venv", "--python", python, step.folder])
    pins = "requirements-dev.txt" if step.folder == VENV else "functions/requirements.txt"
    _run(
        "install " + step.title,
        [UV, "pip", "sync", "--python", step.folder / "bin" / "python", pins],
    )
    if step.folder == FUNCTIONS_VENV:
        _name_deployed_python()
        _place_framework()


def _place_framework() -> None:
    """The command that the Functions emulator starts: ours, which falls back on the real one."""
    python = FUNCTIONS_VENV / "bin" / "python"
    command = FUNCTIONS_VENV / "bin" / "functions-framework"
    source = FRAMEWORK.read_text(encoding="utf-8")
    command.write_text(f"#!{python} -SE\n{source}", encoding="utf-8")
    command.chmod(0o755)


def _name_deployed_python() -> None:
    """firebase-tools calls `python3.11` by name, also where only a newer Python is installed."""
    named = FUNCTIONS_VENV / "bin" / DEPLOYED_PYTHON
    if not named.exists():
        named.symlink_to("python")
        version = ".".join(str(part) for part in sys.version_info[:2])
        say(f"note: there is no Python 3.11 here; the functions run on {version} under its name")


def _make_node_modules(_: Step) -> None:
    _require_node()
    _run(
        "install the Firebase CLI and SDK (node_modules)",
        ["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"],
    )


MAKERS = {
    VENV: _make_venv,
    FUNCTIONS_VENV: _make_venv,
    ROOT / "node_modules": _make_node_modules,
}


@cache
def _interpreter() -> Path:
    """The quickest Python 3.11, which is what is deployed; without one, the Python that runs this.

    The same version may be built with or without the compiler's knowledge of how it is used, which is a
    third of its speed; how it was built is seen by its pace alone.
    """
    this = Path(_asked(Path(sys.executable), WHO) or sys.executable)
    if os.environ.get(NAMED_PYTHON):
        return this
    first = [this] if sys.version_info[:2] == PYTHON_MIN else []
    found = [*first, *_deployed_pythons(os.environ.get("PATH", ""))]
    return _quickest(found) if found else this


def _deployed_pythons(path: str) -> list[Path]:
    """Every Python 3.11 on a PATH, as it calls itself: what lies there may be a link or a script."""
    named = [shutil.which(DEPLOYED_PYTHON, path=folder) for folder in path.split(os.pathsep)]
    told = [_asked(Path(one), WHO) for one in named if one]
    return [Path(one) for one in dict.fromkeys(told) if one and _runs(Path(one))]


def _quickest(pythons: Sequence[Path]) -> Path:
    """The first, unless another is much quicker."""
    paces = {python: float(_asked(python, PACE) or "inf") for python in pythons}
    best = min(paces, key=lambda python: paces[python])
    return best if paces[best] < WORTH_ANOTHER * paces[pythons[0]] else pythons[0]


def _asked(python: Path, question: str) -> str:
    """What a Python prints; nothing where it does not run."""
    try:
        told = subprocess.run([python, "-c", question], capture_output=True, check=False)
    except OSError:
        return ""
    return told.stdout.decode().strip() if told.returncode == 0 else ""


def _runs(python: Path) -> bool:
    """Whether an interpreter exists, starts and is new enough."""
    return _asked(python, f"import sys; print(sys.version_info >= {PYTHON_MIN})") == "True"


def _require_uv() -> None:
    """The pinned uv, in a folder of its own: `uv pip sync` removes strangers.

    A Python with pip puts it there; one without has an environment made first, which takes longer.
    """
    if (UV_HOME / STAMP).exists() and (UV_HOME / STAMP).read_text() == UV_VERSION and UV.exists():
        return
    shutil.rmtree(UV_HOME, ignore_errors=True)
    place: tuple[str | Path, ...] = ("--target", UV_HOME)
    if not _asked(Path(sys.executable), "import pip; print(pip.__version__)"):
        _make_pip()
        place = ()
    quiet = ("--disable-pip-version-check", "--quiet")
    _run(f"install uv {UV_VERSION}", [*_pip(), *quiet, "install", *place, f"uv=={UV_VERSION}"])
    (UV_HOME / STAMP).write_text(UV_VERSION)


def _make_pip() -> None:
    try:
        _run("prepare the installer (.cache/uv)", [sys.executable, "-m", "venv", UV_HOME])
    except StackError as problem:
        version = ".".join(str(part) for part in sys.version_info[:2])
        raise StackError(
            "This Python cannot make virtual environments.",
            f"Install its venv module (Debian, Ubuntu: apt install python{version}-venv).",
            problem.details,
        ) from problem


def _pip() -> tuple[str, ...]:
    """The one of this Python, or the one that was made for want of it."""
    made = UV_HOME / "bin" / "pip"
    return (str(made),) if made.exists() else (sys.executable, "-m", "pip")


def _require_node() -> None:
    cure = f"Install Node.js {NODE_MAJOR_MIN} or newer with npm (https://nodejs.org)."
    if shutil.which("node") is None:
        raise StackError("Node.js is not installed (there is no `node` on PATH).", cure)
    told = subprocess.run(
        ["node", "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    major = re.match(r"v(\d+)\.", told)
    if major is None or int(major.group(1)) < NODE_MAJOR_MIN:
        raise StackError(f"Node.js is {told or 'of an unknown version'}, too old.", cure)
    if shutil.which("npm") is None:
        raise StackError("npm is not installed (there is no `npm` on PATH).", cure)


def _environment() -> dict[str, str]:
    """The caller's, with pip's own index told to uv, which does not read pip's configuration."""
    environment = dict(os.environ)
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & environment.keys() and UV.exists():
        told = subprocess.run(
            [*_pip(), "config", "get", "global.index-url"], capture_output=True, check=False
        )
        index = environment.get("PIP_INDEX_URL") or told.stdout.decode().strip()
        if index:
            environment["UV_DEFAULT_INDEX"] = index
    return environment


def _run(title: str, command: Sequence[str | Path]) -> None:
    log = LOGS / f"setup-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}.log"
    words = [str(word) for word in command]
    if run_with_progress(f"setup: {title}", words, log, ROOT, _environment()) != 0:
        raise StackError(
            f"Could not {title}.",
            f"Look at what it said (all of it: {log.relative_to(ROOT)}), then run: make setup",
            tail(log),
        )


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("setup: another setup is at work in this checkout, waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
