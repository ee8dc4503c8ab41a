"""Where the parts come from that are not in the npm package, in a fixed order.

1. an explicit `…_EMULATOR_BINARY_PATH`, 2. firebase-tools' own cache, 3. the Google Cloud CLI's
components, 4. firebase-tools' download where the network lets it, 5. a message that names the ways.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.errors import StackError
from stack.paths import FIREBASE_CLI, FIREBASE_TOOLS, LOGS, ROOT
from stack.report import run_with_progress

FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
DOWNLOAD_PROBE_SECONDS_MAX = 4
GCLOUD_SECONDS_MAX = 15
SDK_PLACES = {
    "firestore": "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar",
    "pubsub": "platform/pubsub-emulator/bin/cloud-pubsub-emulator",
}


@dataclass(frozen=True)
class Part:
    """One emulator: the JAR that runs it, how Java starts it, and where it was found."""

    name: str
    jar: Path
    origin: str

    @property
    def java_arguments(self) -> tuple[str, ...]:
        """What follows `java`: the Cloud CLI's Firestore JAR does not name its main class."""
        if self.name == "firestore" and not _names_its_main_class(self.jar):
            return ("-cp", str(self.jar), FIRESTORE_MAIN)
        return ("-jar", str(self.jar))


@dataclass(frozen=True)
class Parts:
    """What the suite is made of; `storage` is None where only our own rules runtime is left."""

    firestore: Part
    pubsub: Part
    storage: Part | None


def find_parts(environment: Mapping[str, str] = os.environ, download: bool = True) -> Parts:
    """Find every part, downloading with firebase-tools only what is nowhere else."""
    sdk = _sdk_root(environment)
    firestore = _find("firestore", environment, sdk)
    pubsub = _find("pubsub", environment, sdk)
    if download and (firestore is None or pubsub is None) and _download_is_reachable():
        firestore = firestore or _download("firestore", environment)
        pubsub = pubsub or _download("pubsub", environment)
    if firestore is None or pubsub is None:
        missing = [
            name for name, part in (("firestore", firestore), ("pubsub", pubsub)) if part is None
        ]
        raise _missing(missing)
    return Parts(firestore, pubsub, _find("storage", environment, sdk=None))


def _missing(names: list[str]) -> StackError:
    components = " ".join(
        {"firestore": "cloud-firestore-emulator", "pubsub": "pubsub-emulator"}[name]
        for name in names
    )
    setups = " && ".join(f"npx firebase setup:emulators:{name}" for name in names)
    return StackError(
        f"The emulator for {' and '.join(names)} is not on this machine and cannot be downloaded.",
        f"Either, with the network: {setups}\n"
        f"or with the Google Cloud CLI: gcloud components install {components}",
    )


def _find(name: str, environment: Mapping[str, str], sdk: Path | None) -> Part | None:
    variable = f"{name.upper()}_EMULATOR_BINARY_PATH"
    explicit = environment.get(variable)
    if explicit:
        if not Path(explicit).is_file():
            raise StackError(
                f"{variable} names {explicit}, which is not a file.",
                f"Correct {variable}, or unset it to have the emulator found.",
            )
        return Part(name, _jar_of(name, Path(explicit)), variable)
    cached = _cached(name, environment)
    if cached.is_file():
        return Part(name, _jar_of(name, cached), "firebase-tools' cache")
    component = sdk / SDK_PLACES[name] if sdk else None
    if component and component.is_file():
        return Part(name, _jar_of(name, component), "the Google Cloud CLI")
    return None


def _jar_of(name: str, path: Path) -> Path:
    """Pub/Sub comes as a start script with its JAR beside it; the JAR alone is what runs."""
    if name != "pubsub" or path.suffix == ".jar":
        return path
    jars = sorted(path.resolve().parent.parent.glob("lib/cloud-pubsub-emulator*.jar"))
    if len(jars) != 1:
        raise StackError(
            f"Beside {path} there are {len(jars)} Pub/Sub JARs, where one was expected.",
            "Set PUBSUB_EMULATOR_BINARY_PATH to the JAR of the Pub/Sub emulator.",
        )
    return jars[0]


def _names_its_main_class(jar: Path) -> bool:
    with zipfile.ZipFile(jar) as archive:
        try:
            manifest = archive.read("META-INF/MANIFEST.MF").decode("utf-8", "replace")
        except KeyError:
            return False
    return "Main-Class:" in manifest


def _catalogue() -> dict[str, Any]:
    """What the pinned firebase-tools would download: versions, addresses, places."""
    file = FIREBASE_TOOLS / "lib" / "emulator" / "downloadableEmulatorInfo.json"
    catalogue: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return catalogue


def _cached(name: str, environment: Mapping[str, str]) -> Path:
    folder = environment.get("FIREBASE_EMULATORS_PATH")
    cache = Path(folder) if folder else Path.home() / ".cache" / "firebase" / "emulators"
    entry = _catalogue()[name]
    return cache / str(
        entry.get("binaryPathRelativeToCacheDir") or entry["downloadPathRelativeToCacheDir"]
    )


def _sdk_root(environment: Mapping[str, str]) -> Path | None:
    """The Google Cloud CLI's folder: where `gcloud` really lies, or what it says itself."""
    gcloud = shutil.which("gcloud", path=environment.get("PATH", ""))
    if gcloud is None:
        return None
    beside = Path(gcloud).resolve().parent.parent
    if (beside / "platform").is_dir():
        return beside
    try:
        told = subprocess.run(
            [gcloud, "info", "--format=value(installation.sdk_root)"],
            capture_output=True,
            text=True,
            timeout=GCLOUD_SECONDS_MAX,
            check=False,
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Path(told) if told else None


def _download_is_reachable() -> bool:
    """Whether the download server answers at all, asked briefly: many networks refuse it."""
    request = urllib.request.Request(_catalogue()["storage"]["remoteUrl"], method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=DOWNLOAD_PROBE_SECONDS_MAX):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _download(name: str, environment: Mapping[str, str]) -> Part | None:
    command = ["node", str(FIREBASE_CLI), f"setup:emulators:{name}", "--non-interactive"]
    log = LOGS / f"download-{name}.log"
    if run_with_progress(f"downloading the {name} emulator", command, log, ROOT) != 0:
        return None
    path = _cached(name, environment)
    return Part(name, _jar_of(name, path), "firebase-tools' download") if path.is_file() else None
