"""Run by `cold_start.py` in a process of its own: what one function loads, as JSON on one line.

FUNCTION_TARGET=likeVideo probe.py main     the deployed function
FUNCTION_TARGET=echo probe.py echo          the yardstick
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent

HEAVY = (
    "firebase_functions",
    "google.cloud.storage",
    "google.cloud.aiplatform",
    "google.cloud.vision",
    "imageio_ffmpeg",
    "numpy",
    "paypalrestsdk",
    "stripe",
    "vertexai",
)
"""What no function may load before it needs it. (The yardstick is built on the first.)"""
OF_THE_MACHINE = frozenset({"sitecustomize", "usercustomize"})
"""What a distribution's Python loads by itself: Debian's looks for a crash reporter, Google's not."""


def main(table: str) -> dict[str, object]:
    """Load as Google's buildpack does: the framework, then the table of contents, then the target."""
    import functions_framework  # noqa: F401 - what every instance starts with

    getattr(import_module(table), os.environ["FUNCTION_TARGET"])
    at_import = _loaded()
    heavy = [name for name in HEAVY if name in sys.modules]
    _read_once(table)
    return {"import": at_import, "firestore": _loaded(), "heavy": heavy}


def _loaded() -> int:
    return len(sys.modules.keys() - OF_THE_MACHINE)


def _read_once(table: str) -> None:
    if table == "main":
        from spaktok.core import clients

        clients.db().document("bench/nothing").get()
        return
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import firestore

    anonymous = AnonymousCredentials()  # type: ignore[no-untyped-call]
    client = firestore.Client(os.environ["GCLOUD_PROJECT"], anonymous)
    client.document("bench/nothing").get()


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent.parent / "functions"), str(HERE)]
    print(json.dumps(main(sys.argv[1])))
