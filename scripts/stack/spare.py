"""A second Firestore emulator, for tests alone.

The emulator answers one request at a time, whatever the number of those who ask: beside it a machine
of two cores is half idle. Tests that have a project of their own may as well have it elsewhere.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from stack.emulators import find_parts
from stack.java import find_java
from stack.ports import listening

SPARE: Final = "SPAKTOK_SPARE_FIRESTORE"
"""The environment variable that holds its host and port."""
START_S_MAX: Final = 120.0
MUTE: Final = "-Djava.util.logging.config.file=/dev/null"
"""It would write a stack trace for all that rules refuse: half of what refusing takes, for nobody."""


@contextmanager
def spare_firestore() -> Iterator[str]:
    """Start it; its host and port. Raises `TimeoutError` where it does not come up."""
    part = find_parts(download=False).firestore
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *find_java().command,
            MUTE,
            *part.java_arguments,
            "--host=127.0.0.1",
            f"--port={port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + START_S_MAX
        while not listening(port):
            if process.poll() is not None or time.monotonic() > until:
                raise TimeoutError("the second Firestore emulator did not start")
            time.sleep(0.2)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
