"""The emulator suite as one thing: started, watched until it is ready, stopped without a trace."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from stack import environment, function_ports, log, ports, vendors
from stack.emulators import find_parts
from stack.errors import StackError
from stack.java import find_java
from stack.launchers import write_launchers
from stack.paths import FIREBASE_CLI, FIREBASE_CONFIG, FUNCTIONS, ROOT, VENV
from stack.processes import MARKER, adopt_orphans, alive, collect, end_all
from stack.report import BEAT_SECONDS, say, tail
from stack.rules import check_firestore_rules, check_storage_rules
from stack.rules_runtime import prepare
from stack.scheduler import Scheduler, schedules, starter

READY_SECONDS_MAX = 120.0
PAUSE_SECONDS = 0.1
PRELOADED = sorted(Path(__file__).parent.glob("*.cjs"))
"""What the CLI does otherwise here than by itself; each says why."""
CLOSED = Path(__file__).with_name("closed.rules")
RUN_CONFIG_GLOB = "firebase.run-*.json"


class Suite:
    """One emulator suite of this checkout. Use as a context manager: leaving it ends everything.

    Without `functions` it is what keeps data, and nothing that reacts to it: for tests, each of which
    has a Firestore project of its own. Our rules are those of the suite's project; others are closed.
    """

    def __init__(
        self, project: str, free_ports: bool, download: bool = True, functions: bool = True
    ) -> None:
        self.project = project
        self.functions = functions
        self.marker = uuid.uuid4().hex
        self.ports: ports.Ports = {}
        self._free_ports = free_ports
        self._download = download
        self._cli: subprocess.Popen[bytes] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._warm: subprocess.Popen[bytes] | None = None
        self._vendors: list[subprocess.Popen[bytes]] = []
        self._held = contextlib.ExitStack()
        self._storage_rules: Future[None]

    def __enter__(self) -> Suite:
        _require_installed()
        adopt_orphans()
        self._scratch = Path(tempfile.mkdtemp(prefix="spaktok-"))
        self._run_config = ROOT / f"firebase.run-{os.getpid()}.json"
        self._folder = log.new_log_folder()
        self.log = self._folder / "stack.log"
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process of the Firebase CLI."""
        assert self._cli is not None
        return self._cli.pid

    def ended(self) -> int | None:
        """The CLI's status when it has ended by itself; None while it runs."""
        return None if self._cli is None else self._cli.poll()

    def command_environment(self) -> dict[str, str]:
        """What a program needs to speak to this suite."""
        return {
            **environment.for_command(
                self.marker, self.project, self.ports, self.log, self._scratch
            ),
            **vendors.variables(self.ports, self._scratch),
        }

    def scheduler(self) -> Scheduler:
        """What starts the scheduled functions of this suite when they are due."""
        url = f"http://{ports.HOST}:{self.ports['functions']}"
        return Scheduler(schedules(_get_json(f"{url}/backends")), starter(url, self.project))

    def stop(self) -> None:
        """End every process of the suite and remove its files; the log stays. May be repeated."""
        left = end_all(self.marker)
        for process in (self._cli, self._keeper, self._warm, *self._vendors):
            if process is not None:
                if process.stdin is not None:
                    process.stdin.close()
                process.wait()
        collect()
        self._held.close()
        self._run_config.unlink(missing_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        if left:
            raise StackError(
                f"These processes of the stack would not end: {left}.",
                f"End them by hand: kill -9 {' '.join(str(pid) for pid in left)}",
            )

    def _start(self) -> None:
        began = time.monotonic()
        config = ports.load_config()
        if not self._free_ports:
            configured = ports.configured(config)
            self.ports = {name: configured[name] for name in ports.names(self.functions)}
            ports.require_free(self.ports)
        launchers = self._prepare(config)
        with _one_start_at_a_time():
            if self._free_ports:
                self.ports = ports.free(ports.names(self.functions))
                _remove_old_run_configs()
                running = ports.with_ports(config, self.ports)
                if not self.functions:
                    running["firestore"]["rules"] = str(CLOSED.relative_to(ROOT))
                self._run_config.write_text(json.dumps(running, indent=2), encoding="utf-8")
            self._keeper = self._start_keeper()
            if self.functions:
                self._warm = self._start_warm(launchers)
                self._vendors = self._start_vendors()
            self._cli = self._start_cli(launchers)
            self._wait_until_ready(ROOT / config["firestore"]["rules"])
        loaded = len(log.loaded_functions(log.read(self.log)))
        what = f"{loaded} functions loaded" if self.functions else "without functions"
        say(f"stack: ready in {time.monotonic() - began:.1f} s, {what}")

    def _prepare(self, config: dict[str, Any]) -> dict[str, str]:
        """Find what the suite is made of, say what was found, begin to check the storage rules."""
        java = find_java()
        parts = find_parts(download=self._download)
        runtime = prepare(parts, java)
        say(f"stack: Java {java.major} from {java.origin}")
        say(f"stack: Firestore from {parts.firestore.origin}, Pub/Sub from {parts.pubsub.origin}")
        say(f"stack: storage rules judged by {runtime.origin}")
        beside = ThreadPoolExecutor(max_workers=1)
        self._storage_rules = beside.submit(
            check_storage_rules, ROOT / config["storage"]["rules"], java, runtime
        )
        beside.shutdown(wait=False)
        for name in ("bin", "tmp", "settings"):
            (self._scratch / name).mkdir()
        return write_launchers(self._scratch / "bin", java, parts, runtime)

    def _start_keeper(self) -> subprocess.Popen[bytes]:
        """See `keeper`: it must not carry the marker, or it would be ended with the stack."""
        keeper = Path(__file__).with_name("keeper.py")
        unmarked = {name: value for name, value in os.environ.items() if name != MARKER}
        return subprocess.Popen(
            [sys.executable, keeper, self.marker, self._run_config, self._scratch],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=unmarked,
        )

    def _start_warm(self, launchers: dict[str, str]) -> subprocess.Popen[bytes] | None:
        """See `warm`. What it copies itself for speaks into the streams of its asker."""
        if sys.platform != "linux":
            return None
        warm = Path(__file__).with_name("warm.py")
        return subprocess.Popen(
            [FUNCTIONS / "venv" / "bin" / "python", warm, self._scratch / environment.WARM],
            cwd=FUNCTIONS,
            env=environment.for_suite(self.marker, self._scratch, launchers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _start_vendors(self) -> list[subprocess.Popen[bytes]]:
        return vendors.start(
            self.marker, self.project, self.ports, self._scratch, self._folder / "vendors.log"
        )

    def _start_cli(self, launchers: dict[str, str]) -> subprocess.Popen[bytes]:
        """The CLI in a session of its own, so that Ctrl-C reaches it only through us."""
        config = self._run_config if self._free_ports else FIREBASE_CONFIG
        dealt = self._held.enter_context(function_ports.block())
        preload = [part for path in PRELOADED for part in ("--require", str(path))]
        command = ["node", *preload, str(FIREBASE_CLI), "emulators:start", "--non-interactive"]
        if not self.functions:
            command += ["--only", ",".join(ports.DATA)]
        say(f"stack: starting the Firebase Emulator Suite for {self.project} …")
        with self.log.open("wb") as output:
            return subprocess.Popen(
                [*command, "--project", self.project, "--config", str(config)],
                cwd=self._folder,
                env={
                    **environment.for_suite(self.marker, self._scratch, launchers),
                    **vendors.variables(self.ports, self._scratch),
                    **dealt,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_ready(self, firestore_rules: Path) -> None:
        """Until both rules files are good, the CLI says so, and its hub and Functions agree."""
        began = beat = time.monotonic()
        rules_checked = False
        while True:
            text = log.read(self.log)
            if self._storage_rules.done():
                self._storage_rules.result()  # raises what is wrong with them
            self._require_no_failure(text, time.monotonic() - began)
            if not rules_checked and ports.listening(self.ports["firestore"]):
                rules_checked = self._has_compiled(firestore_rules)
            both = rules_checked and self._storage_rules.done()
            if both and log.READY in text and self._agrees(log.loaded_functions(text)):
                break
            if time.monotonic() - beat > BEAT_SECONDS:
                beat = time.monotonic()
                up = [name for name in self._emulators if ports.listening(self.ports[name])]
                say(f"stack: {beat - began:.0f} s, up: {', '.join(up) or 'nothing yet'}")
            time.sleep(PAUSE_SECONDS)
        for line in log.IGNORED.findall(text):
            say(f"warning: {line}")

    def _has_compiled(self, firestore_rules: Path) -> bool:
        """Whether Firestore has the rules. Where it is gone again, the CLI ended it and says why."""
        try:
            check_firestore_rules(firestore_rules, self.project, self.ports["firestore"])
        except ConnectionError:  # while it answered
            return False
        except urllib.error.URLError as problem:
            if isinstance(problem.reason, ConnectionError):  # before it did
                return False
            raise
        return True

    def _require_no_failure(self, text: str, waited: float) -> None:
        if log.FUNCTIONS_FAILED in text:
            raise StackError(
                "The functions do not load.",
                "Correct what Python says above, then run this again.\n"
                f"The whole log: {self.log.relative_to(ROOT)}",
                log.python_error(text),
            )
        status = self.ended()
        if status is not None or waited > READY_SECONDS_MAX:
            how = f"was not ready after {waited:.0f} s"
            if status is not None:
                how = f"ended while starting (status {status})"
            raise StackError(
                f"The emulator suite {how}.",
                f"Read the log, there is more beside it: {self.log.relative_to(ROOT)}",
                tail(self.log),
            )

    def _agrees(self, functions: list[str]) -> bool:
        """Whether the hub lists the whole suite and Functions serves all that were loaded."""
        try:
            running = _get_json(f"http://{ports.HOST}:{self.ports['hub']}/emulators")
            served = self._served() if self.functions else 0
        except (urllib.error.URLError, OSError, ValueError):
            return False
        beside = all(
            ports.listening(self.ports[name]) for name in vendors.VENDORS if name in self.ports
        )
        return set(self._emulators) <= set(running) and served >= len(functions) and beside

    def _served(self) -> int:
        """How many functions can be called."""
        backends = _get_json(f"http://{ports.HOST}:{self.ports['functions']}/backends")["backends"]
        return sum(len(backend["functionTriggers"]) for backend in backends)

    @property
    def _emulators(self) -> tuple[str, ...]:
        return ports.SUITE if self.functions else ports.DATA


def _get_json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as response:
        return json.loads(response.read())


def _require_installed() -> None:
    """The three folders `make setup` fills."""
    needed = {
        "the Firebase CLI (node_modules)": FIREBASE_CLI,
        "the tools' Python environment (.venv)": VENV / "bin" / "python",
        "the functions' Python environment (functions/venv)": FUNCTIONS
        / "venv"
        / "bin"
        / "activate",
    }
    missing = [name for name, path in needed.items() if not path.exists()]
    if shutil.which("node") is None:
        missing.append("Node.js 20 or newer (node is not on PATH)")
    if missing:
        raise StackError(f"Not installed yet: {', '.join(missing)}.", "Run: make setup")


def _remove_old_run_configs() -> None:
    """Those of processes that are gone; their keepers normally did it already."""
    for path in ROOT.glob(RUN_CONFIG_GLOB):
        number = path.stem.rpartition("-")[2]
        if number.isdigit() and not alive(int(number)):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _one_start_at_a_time() -> Iterator[None]:
    """Hold back other stacks of this machine while one starts.

    Free ports are only free until somebody takes them: two that pick at once may pick the same.
    """
    path = Path(tempfile.gettempdir()) / f"spaktok-stack-start-{os.getuid()}.lock"
    with path.open("w") as lock:
        _acquire(lock)
        yield


def _acquire(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("stack: another stack is starting on this machine, waiting for it …")
        fcntl.flock(lock, fcntl.LOCK_EX)
