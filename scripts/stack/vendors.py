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


VENDORS: dict[str, Vendor] = {
    "paypal": Vendor("localpaypal", "SPAKTOK_PAYPAL_URL"),
    "stripe": Vendor("localstripe.server", "SPAKTOK_STRIPE_URL", "stripeWebhook"),
}
"""By the name of its port (`ports.VENDOR_PORTS`)."""


def variables(ports: Ports) -> dict[str, str]:
    """Where each listens."""
    return {
        vendor.variable: f"http://{HOST}:{ports[name]}"
        for name, vendor in VENDORS.items()
        if name in ports
    }


def start(marker: str, project: str, ports: Ports, log: Path) -> list[subprocess.Popen[bytes]]:
    """Start every one; what they say goes to `log`."""
    region = os.environ.get("SPAKTOK_REGION", "us-central1")
    functions = f"http://{HOST}:{ports['functions']}/{project}/{region}"
    environment: Mapping[str, str] = {**neutral(), MARKER: marker, "PYTHONUNBUFFERED": "1"}
    started = []
    for name, vendor in VENDORS.items():
        command = [sys.executable, "-m", vendor.module, "--port", str(ports[name])]
        if vendor.hook is not None:
            command += ["--webhook", f"{functions}/{vendor.hook}"]
        with log.open("ab") as output:
            started.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT / "scripts",
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
    return started


if set(VENDORS) != set(VENDOR_PORTS):
    raise RuntimeError("Every local vendor needs a port, and every such port a vendor")
