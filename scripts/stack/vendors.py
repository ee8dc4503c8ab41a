"""The vendors that have no emulator: local ones of ours, started beside the suite and ended with it.

Each is a Python module that serves HTTP on `--port` and sends its webhooks to `--webhook`. The
functions and the commands find it by a variable, which the package looks at beside emulators alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.environment import neutral
from stack.paths import ROOT
from stack.ports import HOST, VENDOR_PORTS, Ports
from stack.processes import MARKER


@dataclass(frozen=True)
class Vendor:
    """A local vendor."""

    module: str
    variable: str
    """Says where it listens."""
    hook: str | None = None
    """The function that it sends its webhooks to; None where it is only asked."""
    root_variable: str | None = None
    """Says in which file the root is under which it signs them; None where it signs with a secret."""


VENDORS: dict[str, Vendor] = {
    "paypal": Vendor("localpaypal", "SPAKTOK_PAYPAL_URL", "paypalWebhook", "SPAKTOK_PAYPAL_ROOT"),
    "stripe": Vendor("localstripe.server", "SPAKTOK_STRIPE_URL", "stripeWebhook"),
}
"""By the name of its port (`ports.VENDOR_PORTS`)."""


def variables(ports: Ports, scratch: Path) -> dict[str, str]:
    """Where each listens, and where the roots are. `scratch` is the stack's temporary folder."""
    found = {}
    for name, vendor in VENDORS.items():
        if name in ports:
            found[vendor.variable] = f"http://{HOST}:{ports[name]}"
            if vendor.root_variable is not None:
                found[vendor.root_variable] = str(_root(scratch, name))
    return found


def command(name: str, project: str, ports: Ports, scratch: Path) -> list[str]:
    """What starts a vendor."""
    vendor = VENDORS[name]
    region = os.environ.get("SPAKTOK_REGION", "us-central1")
    functions = f"http://{HOST}:{ports['functions']}/{project}/{region}"
    asked = [sys.executable, "-m", vendor.module, "--port", str(ports[name])]
    if vendor.hook is not None:
        asked += ["--webhook", f"{functions}/{vendor.hook}"]
    if vendor.root_variable is not None:
        asked += ["--root", str(_root(scratch, name))]
    return asked


def start(
    marker: str, project: str, ports: Ports, scratch: Path, log: Path
) -> list[subprocess.Popen[bytes]]:
    """Start every one; what they say goes to `log`."""
    environment: Mapping[str, str] = {**neutral(), MARKER: marker, "PYTHONUNBUFFERED": "1"}
    started = []
    for name in VENDORS:
        with log.open("ab") as output:
            started.append(
                subprocess.Popen(
                    command(name, project, ports, scratch),
                    cwd=ROOT / "scripts",
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
    return started


def _root(scratch: Path, name: str) -> Path:
    return scratch / f"{name}-root.pem"


if set(VENDORS) != set(VENDOR_PORTS):
    raise RuntimeError("Every local vendor needs a port, and every such port a vendor")
