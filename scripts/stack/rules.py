"""Both rules files, checked before the stack is called ready.

Left alone, the Firestore emulator starts with rules it cannot parse and the Storage emulator starts
without any, each with one line in a long log.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stack.errors import StackError
from stack.java import Java
from stack.paths import ROOT
from stack.ports import HOST
from stack.report import say
from stack.rules_runtime import Issue, Runtime, issues, open_session, prove

ANSWER_SECONDS_MAX = 30


def check_storage_rules(file: Path, java: Java, runtime: Runtime) -> None:
    """Compile `storage.rules` with the runtime in use, after that has proved itself.

    Its virtual machine is an eighth of a start: what ours took without a word is not asked again.
    """
    content = _read(file)
    mark = runtime.mark(java, content)
    if mark is not None and mark.exists():
        return
    with open_session(java, runtime) as session:
        prove(session)
        answer = session.load("storage", file.name, content)
    warnings = issues(answer["warnings"])
    _judge(file, content, issues(answer["errors"]), warnings)
    if mark is not None and not warnings:
        mark.parent.mkdir(exist_ok=True)
        mark.touch()


def check_firestore_rules(file: Path, project: str, port: int) -> None:
    """Have the running Firestore emulator compile `firestore.rules`; it then uses them."""
    content = _read(file)
    rules = {"files": [{"name": file.name, "content": content}]}
    request = urllib.request.Request(
        f"http://{HOST}:{port}/emulator/v1/projects/{project}:securityRules",
        data=json.dumps({"ignore_errors": True, "rules": rules}).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer owner"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS_MAX) as response:
        told: list[dict[str, Any]] = json.loads(response.read() or b"{}").get("issues", [])
    errors = [_told(issue) for issue in told if issue.get("severity") == "ERROR"]
    warnings = [_told(issue) for issue in told if issue.get("severity") != "ERROR"]
    _judge(file, content, errors, warnings)


def _told(issue: dict[str, Any]) -> Issue:
    position = issue.get("sourcePosition", {})
    return Issue(int(position.get("line", 0)), str(issue.get("description", issue)))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as problem:
        raise StackError(
            f"{file.name} cannot be read: {problem.strerror}.",
            f"Restore {file.name}, or correct its name in firebase.json: without rules the "
            "emulators would not protect anything.",
        ) from problem


def _judge(file: Path, content: str, errors: Sequence[Issue], warnings: Sequence[Issue]) -> None:
    name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    for issue in warnings:
        say(f"warning: {name}:{issue.line}: {issue.text}")
    if not errors:
        return
    lines = content.splitlines()
    shown = []
    for issue in errors:
        shown.append(f"{name}:{issue.line}: {issue.text}")
        if 0 < issue.line <= len(lines):
            shown.append(f"    {lines[issue.line - 1].strip()}")
    raise StackError(
        f"{name} does not compile.",
        f"Correct {name} where it says so and run this again.",
        "\n".join(shown),
    )
