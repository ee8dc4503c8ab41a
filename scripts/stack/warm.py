"""Functions that start at once: a process that has loaded their libraries, and is copied for each.

The Functions emulator starts `functions-framework` anew for every function that is called, and each
spends most of a second on loading the same libraries before it looks at its own code. In a local stack
that command (`framework.py`, which `setup.py` puts into `functions/venv`) asks here instead: this
process loads what is not ours, once, and forks a copy for whoever asks, with their environment, folder
and streams. Our own code is loaded by the copy, so a change of it is seen as ever.

A copy lives as long as its asker: when the emulator ends that, the connection closes, and the copy ends
itself with all its workers. Run as: python warm.py SOCKET, by the functions' Python. Linux alone.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from importlib import import_module

LIBRARIES = (
    "functions_framework",
    "functions_framework._http.gunicorn",
    "gunicorn.workers.gthread",
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
    "firebase_admin",
)
"""What nearly every function loads sooner or later; nothing of ours, nothing that starts a thread."""
STREAMS = 3
MESSAGE_BYTES_MAX = 1 << 20


def main(path: str) -> None:
    """Load, listen, fork."""
    for name in LIBRARIES:
        with suppress(ImportError):
            import_module(name)
    gc.freeze()  # the copies share what is there now
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        while True:
            asker, _ = server.accept()
            _collect()
            if os.fork() == 0:
                server.close()
                _become(asker)
            asker.close()


def _collect() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _become(asker: socket.socket) -> None:
    """Serve the function that the asker's environment names, until the asker is gone."""
    message, streams, _, _ = socket.recv_fds(asker, MESSAGE_BYTES_MAX, STREAMS)
    while not message.endswith(b"\n"):
        message += asker.recv(MESSAGE_BYTES_MAX)
    asked = json.loads(message)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["functions-framework"]
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(asker,), daemon=True).start()
    from functions_framework._cli import _cli

    try:
        _cli()
    except BaseException:  # noqa: BLE001 - whatever it is, the asker's log must have it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(1)


def _end_with(asker: socket.socket) -> None:
    with suppress(OSError):
        asker.recv(1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
