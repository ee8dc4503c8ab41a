"""Stands in `functions/venv/bin` for the command `functions-framework`, which the emulator starts.

Beside a local stack it has the warm process (`warm.py`) serve in its place, and lives as long as that
does; else, or where that does not answer, it is what it stands for. Starts without `site` and in a few
milliseconds, so it imports little and nothing of ours.
"""

import json
import os
import socket
import sys


def served_by(path: str) -> bool:
    """Whether the warm process took over; returns when what it started has ended."""
    asked = {"folder": os.getcwd(), "environment": dict(os.environ)}
    taken = False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as warm:
            warm.connect(path)
            socket.send_fds(warm, [json.dumps(asked).encode()], [0, 1, 2])
            taken = warm.recv(1) != b""  # the copy says so, before it does anything
            while taken and warm.recv(1):
                pass
    except OSError:
        pass
    return taken


if __name__ == "__main__":
    place = os.environ.get("SPAKTOK_WARM_SOCKET")
    if place is None or not served_by(place):
        real = [sys.executable, "-m", "functions_framework", *sys.argv[1:]]
        os.execv(real[0], real)  # noqa: S606 - itself, under its own name
