"""Put limits on this process, then become another program.

Run as a script, `python -I -S jail.py CPU_S MEMORY_BYTES FILE_BYTES NICE PROGRAM ARGUMENT…`, by
`process.run`. It is a program of its own because the other way, code between fork and exec in
the function's process (`preexec_fn`), can deadlock when other threads hold locks, as a server's
threads do. It may import only the standard library. A limit the system lacks is skipped.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CPU_GRACE_S = 2
"""SIGXCPU comes at the limit and every second after it; SIGKILL after this many more."""


def limit(cpu_s: int, memory_bytes: int, file_bytes: int, niceness: int) -> None:
    """Bound this process and all it becomes: CPU seconds, address space, size of any file."""
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu_s, cpu_s + _CPU_GRACE_S),
        (resource.RLIMIT_FSIZE, file_bytes, file_bytes),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_AS, memory_bytes, memory_bytes),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, hard))
    with contextlib.suppress(OSError):
        os.nice(niceness)


def isolate() -> None:
    """Leave the network, never gain privileges, and die with the parent: on Linux, best effort.

    Leaving the network needs a privilege or permission for user namespaces, and some containers
    grant neither. It is the second lock: the first is ffmpeg's protocol whitelist.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    parent = os.getppid()
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above could take effect
        os._exit(1)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def main(arguments: list[str]) -> None:
    """Apply the four numbers, then become the program after them; never returns."""
    cpu_s, memory_bytes, file_bytes, niceness = (int(number) for number in arguments[:4])
    command = arguments[4:]
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)  # Python ignores these, and a program inherits that
    isolate()
    limit(cpu_s, memory_bytes, file_bytes, niceness)
    os.execv(command[0], command)  # noqa: S606 (becoming the program is the point)


if __name__ == "__main__":
    main(sys.argv[1:])
