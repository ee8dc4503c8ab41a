"""The small shell scripts through which firebase-tools starts what we found.

firebase-tools runs `java -jar PLACE ARGS` for Firestore and the storage rules and an executable for
Pub/Sub, and changes the mode of whatever PLACE an override names. So the overrides name empty
marker files of ours, and a launcher called `java`, first on PATH, replaces a marker by the real
arguments; nothing of the machine is copied or changed.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from stack.emulators import Parts
from stack.java import Java
from stack.rules_runtime import Runtime

JAVA_LAUNCHER = """#!/bin/sh
# Replaces the marker files of the local stack by what really runs; passes everything else through.
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1; shift; count=$((count - 1))
  if [ "$argument" = -jar ]; then
    jar=$1; shift; count=$((count - 1))
    case $jar in
      {firestore_marker}) set -- "$@" {firestore} ;;
      {storage_marker}) set -- "$@" {storage} ;;
      *) set -- "$@" -jar "$jar" ;;
    esac
  else
    set -- "$@" "$argument"
  fi
done
exec {java} "$@"
"""

PUBSUB_LAUNCHER = """#!/bin/sh
exec {java} -jar {jar} "$@"
"""


def write_launchers(folder: Path, java: Java, parts: Parts, runtime: Runtime) -> dict[str, str]:
    """Write the launchers; return the environment variables that point firebase-tools at them.

    `PATH` is not among them: the caller puts `folder` first on it.
    """
    firestore = folder / "firestore.jar"
    storage = folder / "storage-rules.jar"
    for marker in (firestore, storage):
        marker.touch()
    executable = _quoted(java.command)
    _write(
        folder / "java",
        JAVA_LAUNCHER.format(
            java=executable,
            firestore_marker=shlex.quote(str(firestore)),
            storage_marker=shlex.quote(str(storage)),
            firestore=_quoted(parts.firestore.java_arguments),
            storage=_quoted(runtime.java_arguments),
        ),
    )
    # Linked under a plain name: when Pub/Sub is slow to stop, firebase-tools kills every process on
    # the machine whose command line says "pubsub-emulator", the one of another checkout included.
    jar = folder / "pubsub.jar"
    jar.symlink_to(parts.pubsub.jar)
    pubsub = folder / "pubsub"
    _write(pubsub, PUBSUB_LAUNCHER.format(java=executable, jar=shlex.quote(str(jar))))
    return {
        "FIRESTORE_EMULATOR_BINARY_PATH": str(firestore),
        "STORAGE_EMULATOR_BINARY_PATH": str(storage),
        "PUBSUB_EMULATOR_BINARY_PATH": str(pubsub),
    }


def _quoted(arguments: Sequence[str]) -> str:
    return " ".join(shlex.quote(argument) for argument in arguments)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
