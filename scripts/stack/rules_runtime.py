"""The program that judges storage rules: Google's where it is at hand, else ours, never permit-all.

Ours (`scripts/emulators/rules`) drives the rules engine inside the Firestore emulator's JAR. It
leans on that JAR's internals, so it is compiled against the very JAR in use, once, and has to prove
that it allows and refuses before it first judges by a rules file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stack.emulators import Part, Parts
from stack.errors import StackError
from stack.java import COMPILER_MAJOR_MIN, Java, find_javac
from stack.paths import CACHE, RULES_RUNTIME_SOURCES

MAIN_CLASS = "StorageRules"
READY_ID = -1  # of the line by which a runtime says that it is up
ANSWER_SECONDS_MAX = 30
COMPILE_SECONDS_MAX = 120
UNSAFE_WARNING_MAJOR = 24  # from here on Java warns about what protobuf does inside the JAR
OTHER_WAY = (
    "Or fetch Google's runtime where the network allows it: npx firebase setup:emulators:storage"
)
PROOF = """rules_version = '2';
service firebase.storage {
  match /b/{bucket}/o/open { allow read: if true; }
  match /b/{bucket}/o/closed { allow read: if false; }
}"""


@dataclass(frozen=True)
class Runtime:
    """How Java starts the runtime (what follows `java`), and where it came from."""

    java_arguments: tuple[str, ...]
    origin: str
    classes: Path | None = None
    """Where ours lies: under another name for every other JAR and source."""

    def mark(self, java: Java, rules: str) -> Path | None:
        """The file that says that this very runtime took these rules without a word; None: never."""
        if self.classes is None:
            return None
        asked = "\n".join((*java.command, str(java.major), *self.java_arguments, rules))
        name = hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()
        return self.classes.parent / f"{self.classes.name}.took" / name


@dataclass(frozen=True)
class Issue:
    """What the compiler says about a rules file; `line` is 0 where it names none."""

    line: int
    text: str


def prepare(
    parts: Parts, java: Java, cache: Path = CACHE, environment: Mapping[str, str] = os.environ
) -> Runtime:
    """Google's runtime, or ours compiled against the Firestore JAR in use."""
    if parts.storage is not None:
        return Runtime(parts.storage.java_arguments, parts.storage.origin)
    classes = _compiled(parts.firestore, cache, environment)
    path = os.pathsep.join((str(classes), str(parts.firestore.jar)))
    quiet = ("--sun-misc-unsafe-memory-access=allow",) if java.major >= UNSAFE_WARNING_MAJOR else ()
    origin = "ours, over the engine in the Firestore JAR"
    return Runtime((*quiet, "-cp", path, MAIN_CLASS), origin, classes)


def _compiled(firestore: Part, cache: Path, environment: Mapping[str, str]) -> Path:
    """The folder of our classes, compiled when the sources or the JAR have changed."""
    sources = sorted(RULES_RUNTIME_SOURCES.glob("*.java"))
    classes = cache / "rules-runtime" / _fingerprint([*sources, firestore.jar])
    if classes.is_dir():
        return classes
    javac = find_javac(environment)
    if javac is None:
        raise StackError(
            f"Storage rules need a Java compiler once (javac {COMPILER_MAJOR_MIN} or newer): "
            "Google's own runtime is not on this machine.",
            f"Install a JDK (Debian: apt install default-jdk-headless), then run this again.\n"
            f"{OTHER_WAY}",
        )
    classes.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=classes.parent))
    command = (javac, "-proc:none", "-nowarn", "--release", COMPILER_MAJOR_MIN)
    try:
        built = subprocess.run(
            [str(word) for word in (*command, "-d", building, "-cp", firestore.jar, *sources)],
            capture_output=True,
            text=True,
            timeout=COMPILE_SECONDS_MAX,
            check=False,
        )
        if built.returncode != 0:
            raise _engine_changed(firestore.jar, built.stderr)
        if not classes.is_dir():
            building.rename(classes)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return classes


def _engine_changed(jar: Path, details: str) -> StackError:
    return StackError(
        f"Our storage rules runtime does not fit the rules engine inside {jar}.",
        "That Firestore emulator is another version than the one this was written for: "
        f"adapt scripts/emulators/rules to it.\n{OTHER_WAY}",
        "\n".join(details.splitlines()[:12]),
    )


def _fingerprint(files: Sequence[Path]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def open_session(java: Java, runtime: Runtime) -> Iterator[Session]:
    """Start a rules runtime; it is ended on leaving. Raises `StackError` when it does not start."""
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as complaints:
        process = subprocess.Popen(
            [*java.command, *runtime.java_arguments, "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
        )
        try:
            session = Session(process, complaints, runtime.origin)
            session.await_ready()
            yield session
        finally:
            process.kill()
            process.communicate()


class Session:
    """A running rules runtime, spoken to as the Storage emulator does: one JSON object a line.

    Every method raises `StackError` when the runtime goes silent.
    """

    def __init__(self, process: subprocess.Popen[str], complaints: IO[str], origin: str) -> None:
        self._process = process
        self._complaints = complaints
        self._origin = origin
        self._count = 0

    def await_ready(self) -> None:
        """Wait for the runtime's first line."""
        self._answer(READY_ID)

    def ask(self, action: str, context: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request and return its answer."""
        self._count += 1
        self.write({"id": self._count, "action": action, "context": context})
        return self._answer(self._count)

    def write(self, message: Mapping[str, Any]) -> None:
        """Send one line as it is."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as broken:
            raise self._silent() from broken

    def read(self) -> dict[str, Any]:
        """The next line; whatever a library prints between them is passed over."""
        assert self._process.stdout is not None
        timer = threading.Timer(ANSWER_SECONDS_MAX, self._process.kill)
        timer.start()
        try:
            for line in self._process.stdout:
                if line.lstrip().startswith("{"):
                    message: dict[str, Any] = json.loads(line)
                    return message
        finally:
            timer.cancel()
        raise self._silent()

    def load(self, name: str, file: str, content: str) -> dict[str, Any]:
        """Compile a rules file under a name; its issues are in the answer."""
        source = {"files": [{"name": file, "content": content}]}
        return self.ask("load_ruleset", {"rulesetName": name, "source": source})

    def permits(self, name: str, method: str, path: str, auth: Mapping[str, Any] | None) -> bool:
        """Whether a loaded ruleset lets `auth` (an expression value; None: nobody) do this."""
        null = {"null_value": None}
        request = {"map_value": {"fields": {"auth": auth or null, "resource": null}}}
        context = {
            "rulesetName": name,
            "service": "firebase.storage",
            "method": method,
            "path": path,
            "variables": {"request": request, "resource": null},
        }
        return bool(self.ask("verify", context).get("result", {}).get("permit", False))

    def _answer(self, number: int) -> dict[str, Any]:
        while (message := self.read()).get("id") != number:
            continue
        return message

    def _silent(self) -> StackError:
        self._process.wait()
        self._complaints.seek(0)
        return StackError(
            f"The storage rules runtime ({self._origin}) does not answer.",
            f"Remove .cache/rules-runtime and run this again.\n{OTHER_WAY}",
            "\n".join(self._complaints.read().splitlines()[:12]),
        )


def prove(session: Session) -> None:
    """Refuse to go on with a runtime that does not tell an open path from a closed one."""
    session.load("proof", "proof.rules", PROOF)
    verdicts = [
        session.permits("proof", "get", f"/b/proof/o/{name}", None)
        for name in ("open", "closed", "unmentioned")
    ]
    if verdicts != [True, False, False]:
        raise StackError(
            f"The storage rules runtime judges wrongly: {verdicts} instead of one permission.",
            f"Do not use it. {OTHER_WAY}",
        )


def issues(lines: Sequence[str]) -> list[Issue]:
    """The compiler's issues, in our form (`3:31 - text`) or in Google's (a JSON object)."""
    return [_issue(line) for line in lines]


def _issue(line: str) -> Issue:
    if line.lstrip().startswith("{"):
        told = json.loads(line)
        return Issue(int(told["sourcePosition_"].get("line_", 0)), str(told["description_"]))
    position, _, text = line.partition(" - ")
    number = position.partition(":")[0]
    return Issue(int(number), text) if number.isdigit() else Issue(0, line)
