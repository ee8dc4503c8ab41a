"""One project of the Firestore emulator, asked as a client: what do its rules say to whom?"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc
import requests
from google.cloud.firestore_v1.types import CommitRequest, GetDocumentRequest, RunQueryRequest
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]

from stack.spare import host_of
from tests.rules.people import Fields, Person

ADMIN = {"Authorization": "Bearer owner"}
TIMEOUT_S = 120
"""Other tests may have the machine for a while."""
WRITES_MAX = 400
ALLOWED = (  # rules come first: what then is missing or exists was let through
    grpc.StatusCode.OK,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
)
REFUSED = grpc.StatusCode.PERMISSION_DENIED

Filter = tuple[str, str, Any]
"""Field, operator (`==`, `!=`, `in`, …), value."""

_OPERATORS = {"==": "EQUAL", "!=": "NOT_EQUAL", "in": "IN", ">": "GREATER_THAN"}


@dataclass(frozen=True)
class Call:
    """One request of a client, as JSON has it; `writes` is the path it would change."""

    rpc: str
    place: str
    """What it is put to: a document, or the parent of what is listed, below the root."""
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
    return Call("GetDocument", f"/{path}")


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
    return Call("RunQuery", at, {"structuredQuery": asked})


def emulator_host() -> str:
    """Where rules are asked: in a spare emulator where there is one, which logs no refusals."""
    host = host_of(0) or os.environ.get("FIRESTORE_EMULATOR_HOST")
    if host is None:
        raise RuntimeError(
            "FIRESTORE_EMULATOR_HOST is not set: the rules are tested inside the stack. "
            "Run: make test LAYERS=rules"
        )
    return host


def _at(rpc: str) -> str:
    return f"/google.firestore.v1.Firestore/{rpc}"


def _bytes(message: Any) -> bytes:
    sent: bytes = message.SerializeToString()
    return sent


class Project:
    """A namespace of its own: rules, documents and coverage are per project id."""

    def __init__(self, name: str = "rules") -> None:
        host = emulator_host()
        self.id = f"demo-{name}-{uuid.uuid4().hex[:12]}"
        self._emulator = f"http://{host}/emulator/v1/projects/{self.id}"
        self._root = f"projects/{self.id}/databases/(default)/documents"
        self._documents = f"http://{host}/v1/{self._root}"
        self._http = requests.Session()
        channel = grpc.insecure_channel(host)
        self._rpcs = {
            "GetDocument": channel.unary_unary(_at("GetDocument"), _bytes),
            "Commit": channel.unary_unary(_at("Commit"), _bytes),
            "RunQuery": channel.unary_stream(_at("RunQuery"), _bytes),
        }
        self._world: dict[str, Fields] = {}
        self._tokens: dict[str, list[tuple[str, str]]] = {}

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
        if person.uid not in self._tokens:
            self._tokens[person.uid] = person.metadata(self.id)
        token = self._tokens[person.uid]
        answered = self._answered(call, token)
        if answered is REFUSED:
            return False
        assert answered in ALLOWED, f"{person.role}: {call}: {answered}"
        if call.writes is not None:
            self._restore(call.writes)
        return True

    def _answered(self, call: Call, token: Sequence[tuple[str, str]]) -> grpc.StatusCode:
        try:
            answer = self._rpcs[call.rpc](self._request(call), metadata=token, timeout=TIMEOUT_S)
            if call.rpc == "RunQuery":
                list(answer)
        except grpc.RpcError as problem:
            code: grpc.StatusCode = problem.code()
            return code
        return grpc.StatusCode.OK

    def _request(self, call: Call) -> Any:
        match call.rpc:
            case "GetDocument":
                return GetDocumentRequest.pb()(name=f"{self._root}{call.place}")
            case "RunQuery":
                asked = RunQueryRequest.pb()(parent=f"{self._root}{call.place}")
            case _:
                asked = CommitRequest.pb()(database=self._root.removesuffix("/documents"))
        return ParseDict(call.body, asked)

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
        return Call("Commit", "", {"writes": [write]}, writes=path)

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
