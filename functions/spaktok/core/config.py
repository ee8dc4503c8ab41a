"""Where and how large the functions run, declared once.

Values that differ between deployments come from the environment (`functions/.env.<project>` is read
by the Firebase CLI at deploy time); everything else is a constant here. Product policy (limits,
shares, ages) lives with its feature, not here.
"""

import os
from dataclasses import dataclass
from typing import Final

REGION: Final = os.environ.get("SPAKTOK_REGION", "us-central1")
"""One region for functions, queues and buckets: a second one would bill every hop between them."""

SEARCH_ENGINE: Final = os.environ.get("SPAKTOK_SEARCH_ENGINE", "firestore")
"""Which engine finds users, by its name in `search.service.engine`."""


RISK_ENDPOINT: Final = os.environ.get("SPAKTOK_RISK_ENDPOINT", "")
"""The Vertex AI endpoint that judges videos: `projects/{p}/locations/{region}/endpoints/{id}`. Without
one nothing passes the gate by itself."""

AV1: Final = os.environ.get("SPAKTOK_AV1") == "1"
"""Whether videos are encoded as AV1 too, beside H.264."""


@dataclass(frozen=True, slots=True)
class Size:
    """What one instance of a function gets."""

    memory_mb: int = 512
    cpu: int = 1
    concurrency: int = 40
    """Requests one instance serves at a time."""
    timeout_s: int = 30
    instances_max: int = 100


CALL: Final = Size()
"""Client calls: mostly waiting for Firestore, so an instance takes many at a time."""

WORKER: Final = Size(concurrency=20, timeout_s=540)
"""Tasks, events and schedules."""

MEDIA: Final = Size(memory_mb=4096, cpu=2, concurrency=1, timeout_s=1800, instances_max=50)
"""Transcoding: one clip an instance, for the whole of the queue's longest deadline."""


LINK_SCHEME: Final = "spaktok"
"""The scheme under which the apps register for links."""


def serving() -> bool:
    """Whether this process serves one deployed function, rather than being asked what it deploys."""
    return "FUNCTION_TARGET" in os.environ


def serves(function: str) -> bool:
    """Whether this process is an instance of that function."""
    return os.environ.get("FUNCTION_TARGET") == function


def emulated() -> bool:
    """Whether this process talks to emulators. No shortcut is taken anywhere unless this holds."""
    return any(os.environ.get(name) for name in _EMULATOR_HOSTS)


def production() -> bool:
    """Whether real money moves. A deployment whose `SPAKTOK_STAGE` says nothing is production."""
    return not emulated() and os.environ.get("SPAKTOK_STAGE", "production") == "production"


def stand_in(variable: str) -> str | None:
    """Where a vendor's local stand-in listens; None wherever there are no emulators."""
    return (os.environ.get(variable) or None) if emulated() else None


_EMULATOR_HOSTS: Final = (
    "FIRESTORE_EMULATOR_HOST",
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIREBASE_STORAGE_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "CLOUD_TASKS_EMULATOR_HOST",
)


def project() -> str:
    """The Firebase project. The emulators set only the first name, Cloud Run only the second."""
    name = os.environ.get("GCLOUD_PROJECT") or os.environ.get("GOOGLE_CLOUD_PROJECT")
    if not name:
        raise RuntimeError("No project: set GCLOUD_PROJECT to the Firebase project's id")
    return name


def link_host() -> str:
    """The host of the links that leave the app: `SPAKTOK_LINK_HOST`, else Firebase Hosting's own."""
    return os.environ.get("SPAKTOK_LINK_HOST") or f"{project()}.web.app"


def functions_emulated() -> bool:
    """Whether the functions themselves run in the Emulator Suite, which has no App Check."""
    return os.environ.get("FUNCTIONS_EMULATOR") == "true" and emulated()
