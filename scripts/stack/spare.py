"""More Firestore emulators, for tests alone.

One answers one request at a time, whatever the number of those who ask: with it alone a machine of two
cores is half idle. And that of a stack writes a line about each request and compiles our rules for each
project, a quarter of its work, of which tests with projects of their own read nothing.

Whoever asks waits while its emulator works, and the other way round: the two need one processor and no
more. On the same one (`beside`) their requests take a tenth less of its time than anywhere, for neither
wakes the other on another one.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from stack.emulators import find_parts
from stack.java import Java, find_java
from stack.ports import HOST, listening

SPARE: Final = "SPAKTOK_SPARE_FIRESTORES"
"""The environment variable that holds their hosts and ports, with commas between them."""
START_S_MAX: Final = 120.0
MUTE: Final = "-Djava.util.logging.config.file=/dev/null"
"""It would write a stack trace for all that rules refuse: half of what refusing takes, for nobody."""


@contextmanager
def spare_firestores(count: int) -> Iterator[None]:
    """Start some, and name them to all that is started meanwhile (`SPARE`).

    Raises `TimeoutError` where one does not come up.
    """
    with ExitStack() as ending:
        java = find_java()
        ports = [_start(java, ending, number) for number in range(count)]
        for port, process in ports:
            until = time.monotonic() + START_S_MAX
            while not listening(port):
                if process.poll() is not None or time.monotonic() > until:
                    raise TimeoutError("a spare Firestore emulator did not start")
                time.sleep(0.2)
        os.environ[SPARE] = ",".join(f"{HOST}:{port}" for port, _ in ports)
        ending.callback(os.environ.pop, SPARE, None)
        yield


def host_of(number: int) -> str | None:
    """Where somebody's projects are, by their number; None where all are in the stack's own."""
    spares = [host for host in os.environ.get(SPARE, "").split(",") if host]
    return spares[number % len(spares)] if spares else None


@contextmanager
def beside(number: int) -> Iterator[None]:
    """Run on the processor of the emulator of that number, with all that is started meanwhile.

    Where a system cannot be told so (macOS), anywhere.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[number % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _start(java: Java, ending: ExitStack, number: int) -> tuple[int, subprocess.Popen[bytes]]:
    part = find_parts(download=False).firestore
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [*java.command, MUTE, *part.java_arguments, f"--host={HOST}", f"--port={port}"]
    with beside(number):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ending.callback(process.wait)
    ending.callback(process.terminate)
    return port, process
