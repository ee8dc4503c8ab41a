"""On which ports the suite listens, and who holds a port that is taken."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from stack.errors import StackError
from stack.paths import FIREBASE_CONFIG

HOST = "127.0.0.1"
SUITE = ("auth", "functions", "firestore", "storage", "pubsub", "tasks", "eventarc", "hosting")
DATA = ("auth", "firestore", "storage")  # what is left of it without functions
SHARED = ("hub", "logging")  # of every suite; like the others they have a `port` in firebase.json
LISTENERS = (*SUITE, *SHARED)
VENDOR_PORTS = {"paypal": 12112, "stripe": 12111}  # of `vendors`, not of firebase-tools
# Below what systems hand out to outgoing connections, above the processes of functions.
FREE_RANGE = range(20_000, 32_000)
PICKS_MAX = 1_000

Ports = dict[str, int]
"""Listener → port; besides `LISTENERS` Firestore's `websocket`, and the local vendors."""


def load_config(path: Path = FIREBASE_CONFIG) -> dict[str, Any]:
    """`firebase.json` as a dict."""
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return config


def configured(config: Mapping[str, Any]) -> Ports:
    """The ports `firebase.json` names, and the vendors' own."""
    emulators = config["emulators"]
    ports = {name: int(emulators[name]["port"]) for name in LISTENERS}
    return {**ports, "websocket": int(emulators["firestore"]["websocketPort"]), **VENDOR_PORTS}


def names(functions: bool) -> tuple[str, ...]:
    """What listens in a suite with or without functions."""
    emulators = (*(SUITE if functions else DATA), *SHARED, "websocket")
    return (*emulators, *VENDOR_PORTS) if functions else emulators


def free(names: Collection[str]) -> Ports:
    """As many ports that nobody listens on. Two stacks must not pick at the same time."""
    picked: list[int] = []
    for port in random.sample(FREE_RANGE, PICKS_MAX):
        if not taken(port):
            picked.append(port)
        if len(picked) == len(names):
            return dict(zip(names, picked, strict=True))
    raise StackError(
        f"There are no {len(names)} free ports from {FREE_RANGE.start} to {FREE_RANGE.stop}.",
        "Stop what is listening there.",
    )


def with_ports(config: Mapping[str, Any], ports: Ports) -> dict[str, Any]:
    """A copy of `firebase.json` that listens on other ports."""
    changed: dict[str, Any] = json.loads(json.dumps(config))
    for name in LISTENERS:
        if name in ports:
            changed["emulators"][name]["port"] = ports[name]
    changed["emulators"]["firestore"]["websocketPort"] = ports["websocket"]
    return changed


def taken(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def listening(port: int) -> bool:
    """Whether a connection to the port is accepted."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def require_free(ports: Ports) -> None:
    """Raise the one message about taken ports: which, for what, by whom, and the way around."""
    held = {name: port for name, port in ports.items() if taken(port)}
    if held:
        raise StackError(
            f"{'Port' if len(held) == 1 else 'Ports'} "
            f"{', '.join(str(port) for port in held.values())} already taken.",
            "Stop that program, or run on free ports: python3 scripts/dev.py --free-ports",
            "\n".join(f"{port} ({name}): {owner(port)}" for name, port in held.items()),
        )


def owner(port: int) -> str:
    """Who listens on a port, as far as this user may know."""
    pid = _owner_in_proc(port) if Path("/proc/net/tcp").exists() else _owner_by_lsof(port)
    if pid is None:
        return "a program of another user, or one that is ending"
    try:
        command = (
            Path(f"/proc/{pid}/cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode("utf-8", "replace")
        )
    except OSError:
        command = ""
    return f"process {pid} {command.strip()[:100]}".strip()


def _owner_in_proc(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            for descriptor in (process / "fd").iterdir():
                if os.readlink(descriptor) in sockets:
                    return int(process.name)
        except OSError:
            continue
    return None


def _listening_inodes(port: int) -> set[str]:
    """The socket inodes that listen on a port; state `0A` is LISTEN, field 9 the inode."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(fields[9])
    return inodes


def _owner_by_lsof(port: int) -> int | None:
    if shutil.which("lsof") is None:
        return None
    told = subprocess.run(
        ["lsof", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    return int(told[0]) if told else None
