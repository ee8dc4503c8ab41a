"""Functions that start at once: a process that has loaded what they load, and is copied for each.

The Functions emulator starts `functions-framework` anew for every function that is called, and each
spends most of a second on loading the same libraries, and then the same code of ours. In a local stack
that command (`framework.py`, which `setup.py` puts into `functions/venv`) asks here instead. There are
two steps of it: this process has loaded what is not ours, once; a copy of it loads what is, and is
copied for whoever asks, with their environment, folder and streams. When the code has changed, or they
come with another environment, which is read while it is loaded, another copy takes its place.

What serves a function lives as long as its asker: when the emulator ends that, the connection closes,
and it ends itself with all it started. Run as: python warm.py SOCKET, by the functions' Python. Linux
alone.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

LIBRARIES: Final = (
    "functions_framework",
    "werkzeug.serving",
    "pydantic.main",  # the package alone loads nothing
    "pydantic.fields",
    "pydantic.json_schema",
    "pydantic.types",
    "pydantic_core",
    "zoneinfo",
    "grpc._interceptor",
    "jwt",
    "google.auth.transport.requests",
    "google.cloud.firestore",
    "google.cloud.firestore_v1",
    "firebase_admin.auth",
    "firebase_admin.functions",
)
"""What nearly every function loads sooner or later; nothing of ours, nothing that starts a thread."""
STREAMS: Final = 3
MESSAGE_BYTES_MAX: Final = 1 << 20
NOBODY_ENDS_IT_S: Final = 3600.0
"""How long a server waits before it looks whether it was told to end, which none is."""
OF_ONE_FUNCTION: Final = frozenset(
    {"FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE", "K_SERVICE", "PORT"}
)
"""What the emulator tells each function of itself alone."""


def main(path: str) -> None:
    """Load what is not ours, listen, and have a copy that has loaded what is ours serve the asker."""
    for name in LIBRARIES:
        with suppress(ImportError):
            import_module(name)
    gc.freeze()  # the copies share what is there now
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a copy
    known: str | None = None
    copier: socket.socket | None = None
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(path)
        server.listen(64)
        while True:
            asker, _ = server.accept()
            streams: list[int] = []
            try:
                message, streams, _, _ = socket.recv_fds(asker, MESSAGE_BYTES_MAX, STREAMS)
                code = _code(Asked.of(message))
                if copier is None or code != known:
                    if copier is not None:
                        copier.close()
                    known, copier = code, _copier([server.fileno(), asker.fileno(), *streams])
                socket.send_fds(copier, [message], [asker.fileno(), *streams])
            except Exception:  # noqa: BLE001 - this asker serves by itself, the next finds another
                copier = None
            for stream in streams:
                os.close(stream)
            asker.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was started with, as it is sent here: in which folder, and told what."""

    folder: str
    environment: dict[str, str]

    @classmethod
    def of(cls, message: bytes) -> Asked:
        """Read it."""
        return cls(**json.loads(message))


def _code(asked: Asked) -> str:
    """Which code it would load, and by which environment: the same where both are."""
    shared = {
        name: value for name, value in asked.environment.items() if name not in OF_ONE_FUNCTION
    }
    return json.dumps([asked.folder, sorted(shared.items()), sorted(_sources(asked.folder))])


def _sources(folder: str) -> Iterator[tuple[str, int]]:
    """Every file below a folder, as some are read while code is loaded, and when it was written.

    Not those of the libraries, nor what Python makes of ours.
    """
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            if not one.is_dir():
                yield one.path, _written(one)
            elif one.name != "__pycache__" and not os.path.exists(f"{one.path}/pyvenv.cfg"):
                yield from _sources(one.path)


def _written(file: os.DirEntry[str]) -> int:
    """When, in nanoseconds; 0 where it is gone by now, or a link to nothing."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _copier(others: list[int]) -> socket.socket:
    """Start the process that loads our code and is copied; where it takes what is asked.

    It closes what is `others`': as long as it held an asker's connection, that would not end.
    """
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        try:
            for descriptor in (*others, ours.fileno()):
                os.close(descriptor)
            _copy(its)
        finally:
            os._exit(1)  # whatever it is, it is not for it to go on as the process it is a copy of
    its.close()
    return ours


def _copy(asks: socket.socket) -> None:
    """Load what each asker's function needs, and serve it in a copy; until nobody can ask."""
    homes: dict[str, str] | None = None
    tried: set[str] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(asks, MESSAGE_BYTES_MAX, 1 + STREAMS)
        if not message:
            os._exit(0)
        asked = Asked.of(message)
        _become(asked)
        if homes is None:
            homes = _homes(Path(asked.folder, "main.py"))
        home = homes.get(asked.environment.get("FUNCTION_TARGET", ""))
        if home is not None and home not in tried:
            tried.add(home)
            _load(home)
            gc.freeze()
        if os.fork() == 0:
            asks.close()
            asker, *streams = descriptors
            _serve(socket.socket(fileno=asker), streams)
        for descriptor in descriptors:
            os.close(descriptor)


def _become(asked: Asked) -> None:
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    if asked.folder not in sys.path:
        sys.path.insert(0, asked.folder)


def _homes(main: Path) -> dict[str, str]:
    """In which module each function is, by the table of contents (`FUNCTIONS`); none without one.

    Read and not run: what the module does when it is loaded is for each copy to do, once.
    """
    with suppress(Exception):  # without it each copy loads all by itself
        for statement in ast.parse(main.read_bytes()).body:
            match statement:
                case ast.Assign([ast.Name("FUNCTIONS")], table) | ast.AnnAssign(
                    ast.Name("FUNCTIONS"), _, ast.expr() as table
                ):
                    told: dict[str, tuple[str, ...]] = ast.literal_eval(table)
                    return {name: home for home, names in told.items() for name in names}
    return {}


def _load(home: str) -> None:
    """Load what a module of functions needs, but not the module.

    What an instance checks at its start, for the function that it serves, stands in those modules: so
    a copy loads its own. What cannot be loaded is told by the copy, which tries it again, into its own
    stream.
    """
    with suppress(Exception, SystemExit):
        import_module(home)
    sys.modules.pop(home, None)


def _serve(asker: socket.socket, streams: list[int]) -> None:
    """Serve the function that the environment names, until the asker is gone."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(asker,), daemon=True).start()
    try:
        asker.send(b"1")  # taken
        _listen()
    except BaseException:  # noqa: BLE001 - whatever it is, the asker's log must have it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(1)


def _listen() -> None:
    """As the framework does when it debugs: in this process, with a thread for each connection.

    Its other server would be a second process for each function, and both would look once a second
    whether the other is alive.
    """
    import functions_framework
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, *_: Any) -> None:
            """Every call has a line of its own (`core.log`)."""

    framework: Any = functions_framework  # ships no types
    host, port = os.environ["HOST"], int(os.environ["PORT"])
    # By itself it would look where this process was when it loaded the framework.
    app = framework.create_app(source=os.environ.get("FUNCTION_SOURCE", "main.py"))
    server = make_server(host, port, app, threaded=True, request_handler=Quiet)
    server.serve_forever(poll_interval=NOBODY_ENDS_IT_S)


def _end_with(asker: socket.socket) -> None:
    with suppress(OSError):
        asker.recv(1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
