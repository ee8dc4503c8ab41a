"""The environment of the suite and of the commands run against it.

Both are the caller's, minus everything that could lead to a real project or to other emulators.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from stack.ports import HOST, Ports
from stack.processes import MARKER

FOREIGN_PREFIXES = ("GOOGLE_", "GCLOUD_", "GCP_", "CLOUDSDK_", "FIREBASE_", "FIRESTORE_", "PUBSUB_")
FOREIGN_NAMES = frozenset(
    {
        "STORAGE_EMULATOR_HOST",
        "STORAGE_EMULATOR_BINARY_PATH",
        "CLOUD_TASKS_EMULATOR_HOST",
        "CLOUD_EVENTARC_EMULATOR_HOST",
        "EVENTARC_EMULATOR",
        "FUNCTIONS_EMULATOR",
        "K_SERVICE",
        "DEBUG",  # firebase-tools would log in full
    }
)
# Taken from the suite alone: they change which Python the functions run, or stop its bytecode.
PYTHON_NAMES = frozenset(
    {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PYTHONSAFEPATH", "VIRTUAL_ENV"}
)
FUNCTIONS_DISCOVERY_SECONDS = 60
# As functions/spaktok/core/clock.py has it: how far the functions' clock is ahead of the machine's.
CLOCK_AHEAD_FILE = "SPAKTOK_CLOCK_AHEAD_FILE"
CLOCK_AHEAD = "clock-ahead"
# Where `stack.warm` listens, for the command that the Functions emulator starts.
WARM_SOCKET = "SPAKTOK_WARM_SOCKET"
WARM = "warm"

# Where a command finds each emulator that runs: the variable → the emulator, and what comes before.
WHERE = {
    "FIREBASE_AUTH_EMULATOR_HOST": ("auth", ""),
    "FIRESTORE_EMULATOR_HOST": ("firestore", ""),
    "FIREBASE_STORAGE_EMULATOR_HOST": ("storage", ""),
    "STORAGE_EMULATOR_HOST": ("storage", "http://"),
    "PUBSUB_EMULATOR_HOST": ("pubsub", ""),
    "CLOUD_TASKS_EMULATOR_HOST": ("tasks", ""),
    "CLOUD_EVENTARC_EMULATOR_HOST": ("eventarc", "http://"),
    "EVENTARC_EMULATOR": ("eventarc", "http://"),
    "FIREBASE_EMULATOR_HUB": ("hub", ""),
    "SPAKTOK_FUNCTIONS_URL": ("functions", "http://"),
    "SPAKTOK_HOSTING_URL": ("hosting", "http://"),
}


def neutral(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The caller's environment without credentials, projects and other emulators."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith(FOREIGN_PREFIXES) and name not in FOREIGN_NAMES
    }
    local = f"{HOST},localhost"
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = f"{kept[name]},{local}" if kept.get(name) else local
    # Without these the Google libraries look for a metadata server, which costs seconds.
    kept["METADATA_SERVER_DETECTION"] = "none"
    kept["NO_GCE_CHECK"] = "true"
    return kept


def for_suite(marker: str, scratch: Path, launchers: Mapping[str, str]) -> dict[str, str]:
    """What the Firebase CLI and all below it see.

    `scratch` is the temporary folder of this one stack: the CLI keeps the stored files, its hub's
    address and its settings in shared places, where two stacks would delete each other's.
    """
    settings = scratch / "settings"
    kept = {name: value for name, value in neutral().items() if name not in PYTHON_NAMES}
    return {
        **kept,
        **launchers,
        MARKER: marker,
        "PATH": os.pathsep.join((str(scratch / "bin"), kept.get("PATH", os.defpath))),
        "TMPDIR": str(scratch / "tmp"),
        "XDG_CONFIG_HOME": str(settings),
        "CLOUDSDK_CONFIG": str(settings / "gcloud"),
        "CI": "true",
        "NO_COLOR": "1",
        "NO_UPDATE_NOTIFIER": "1",
        "FUNCTIONS_DISCOVERY_TIMEOUT": str(FUNCTIONS_DISCOVERY_SECONDS),
        WARM_SOCKET: str(scratch / WARM),
        CLOCK_AHEAD_FILE: str(scratch / CLOCK_AHEAD),
    }


def for_command(
    marker: str, project: str, ports: Ports, log: Path, scratch: Path
) -> dict[str, str]:
    """What a command run against the stack sees: where every emulator listens."""
    bucket = f"{project}.appspot.com"
    return {
        **neutral(),
        MARKER: marker,
        "GCLOUD_PROJECT": project,
        "FIREBASE_CONFIG": json.dumps({"projectId": project, "storageBucket": bucket}),
        **{
            name: f"{scheme}{HOST}:{ports[part]}"
            for name, (part, scheme) in WHERE.items()
            if part in ports
        },
        "SPAKTOK_STACK_LOG": str(log),
        CLOCK_AHEAD_FILE: str(scratch / CLOCK_AHEAD),
    }
