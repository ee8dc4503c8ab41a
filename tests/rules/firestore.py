"""One project of the Firestore emulator, asked over REST: what do its rules say to whom?"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from stack.spare import SPARE
from tests.rules.people import Fields, Person

ADMIN = {"Authorization": "Bearer owner"}
TIMEOUT_S = 30
WRITES_MAX = 400
ALLOWED = (200, 404, 409)  # rules come first: what then is missing or exists was let through
REFUSED = 403

Filter = tuple[str, str, Any]
"""Field, operator (`==`, `!=`, `in`, …), value."""

_OPERATORS = {"==": "EQUAL", "!=": "NOT_EQUAL", "in": "IN", ">": "GREATER_THAN"}


@dataclass(frozen=True)
class Call:
    """One request of a client; `writes` is the path it would change."""

    method: str
    suffix: str
    body: Mapping[str, Any] | None = None
    writes: str | None = None


def value(given: Any) -> dict[str, Any]:
    """A Python value in the typed form of Firestore's REST interface."""
    match given:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": given}
        case int():
            return {"integerValue": str(given)}
        case float():
            return {"doubleValue": given}
        case str():
            return {"stringValue": given}
        case datetime():
            stamp = given.astimezone(UTC).isoformat().replace("+00:00", "Z")
            return {"timestampValue": stamp}
        case Mapping():
            return {"mapValue": {"fields": fields(given)}}
        case Sequence():
            return {"arrayValue": {"values": [value(item) for item in given]}}
    raise TypeError(f"no Firestore value: {given!r}")


def fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """A document's fields in that form."""
    return {name: value(content) for name, content in given.items()}


def get(path: str) -> Call:
    """Read one document."""
    return Call("GET", f"/{path}")


def query(parent: str, collection: str, filters: Sequence[Filter], *, group: bool = False) -> Call:
    """List a collection below `parent` (empty: the root), or everywhere (`group`)."""
    asked: dict[str, Any] = {"from": [{"collectionId": collection, "allDescendants": group}]}
    if filters:
        conditions = [
            {
                "fieldFilter": {
                    "field": {"fieldPath": name},
                    "op": _OPERATORS[operator],
                    "value": value(wanted),
                }
            }
            for name, operator, wanted in filters
        ]
        asked["where"] = {"compositeFilter": {"op": "AND", "filters": conditions}}
    at = f"/{parent}" if parent and not group else ""
    return Call("POST", f"{at}:runQuery", {"structuredQuery": asked})


def emulator_host() -> str:
    """Where rules are asked: the second emulator where there is one, which logs no refusals."""
    host = os.environ.get(SPARE) or os.environ.get("FIRESTORE_EMULATOR_HOST")
    if host is None:
        raise RuntimeError(
            "FIRESTORE_EMULATOR_HOST is not set: the rules are tested inside the stack. "
            "Run: make test LAYERS=rules"
        )
    return host


class Project:
    """A namespace of its own: rules, documents and coverage are per project id."""

    def __init__(self, name: str = "rules") -> None:
        host = emulator_host()
        self.id = f"demo-{name}-{uuid.uuid4().hex[:12]}"
        self._emulator = f"http://{host}/emulator/v1/projects/{self.id}"
        self._root = f"projects/{self.id}/databases/(default)/documents"
        self._documents = f"http://{host}/v1/{self._root}"
        self._http = requests.Session()
        self._world: dict[str, Fields] = {}
        self._headers: dict[str, dict[str, str]] = {}

    def load(self, rules: str) -> list[str]:
        """Use these rules from now on; the compiler's warnings. Raises `ValueError` on an error."""
        source = {"rules": {"files": [{"name": "firestore.rules", "content": rules}]}}
        answer = self._http.put(
            f"{self._emulator}:securityRules", json=source, headers=ADMIN, timeout=TIMEOUT_S
        )
        issues = answer.json().get("issues", []) if answer.ok else []
        if not answer.ok or any(issue["severity"] == "ERROR" for issue in issues):
            raise ValueError(answer.text)
        return [str(issue["description"]) for issue in issues]

    def seed(self, world: Mapping[str, Fields]) -> None:
        """Write documents past the rules; permitted changes to them are undone later."""
        self._world |= world
        writes = [self._update(path, content) for path, content in world.items()]
        for start in range(0, len(writes), WRITES_MAX):
            self._commit_as_server(writes[start : start + WRITES_MAX])

    def permits(self, person: Person, call: Call) -> bool:
        """Whether the rules let the person do this. What they let through is undone."""
        headers = self._headers.setdefault(person.uid, person.headers(self.id))
        answer = self._http.request(
            call.method,
            f"{self._documents}{call.suffix}",
            json=call.body,
            headers=headers,
            timeout=TIMEOUT_S,
        )
        if answer.status_code == REFUSED:
            return False
        assert answer.status_code in ALLOWED, f"{person.role}: {call}: {answer.text}"
        if call.writes is not None:
            self._restore(call.writes)
        return True

    def create(self, path: str, content: Mapping[str, Any]) -> Call:
        """Write a document that must not exist yet."""
        write = self._update(path, content) | {"currentDocument": {"exists": False}}
        return self._commit(path, write)

    def replace(self, path: str, content: Mapping[str, Any]) -> Call:
        """Write a whole document, whether or not it exists."""
        return self._commit(path, self._update(path, content))

    def update(
        self,
        path: str,
        changes: Mapping[str, Any],
        now: Sequence[str] = (),
        gone: Sequence[str] = (),
    ) -> Call:
        """Change some fields, set those in `now` to the server's time, delete those in `gone`."""
        write = self._update(path, changes) | {
            "updateMask": {"fieldPaths": [*changes, *gone]},
            "updateTransforms": [
                {"fieldPath": name, "setToServerValue": "REQUEST_TIME"} for name in now
            ],
            "currentDocument": {"exists": True},
        }
        return self._commit(path, write)

    def delete(self, path: str) -> Call:
        """Delete a document."""
        return self._commit(path, {"delete": f"{self._root}/{path}"})

    def coverage(self) -> list[dict[str, Any]]:
        """The report of every expression: where it stands, its values and how often."""
        answer = self._http.get(f"{self._emulator}:ruleCoverage", timeout=TIMEOUT_S)
        report: list[dict[str, Any]] = answer.json()["report"]
        return report

    def _update(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"update": {"name": f"{self._root}/{path}", "fields": fields(content)}}

    def _commit(self, path: str, write: dict[str, Any]) -> Call:
        return Call("POST", ":commit", {"writes": [write]}, writes=path)

    def _restore(self, path: str) -> None:
        before = self._world.get(path)
        self._commit_as_server(
            [{"delete": f"{self._root}/{path}"} if before is None else self._update(path, before)]
        )

    def _commit_as_server(self, writes: Sequence[Mapping[str, Any]]) -> None:
        answer = self._http.post(
            f"{self._documents}:commit", json={"writes": writes}, headers=ADMIN, timeout=TIMEOUT_S
        )
        assert answer.ok, answer.text
