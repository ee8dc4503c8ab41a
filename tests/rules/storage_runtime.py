"""The Storage rules' verdicts, straight from the runtime that the Storage emulator asks.

A verdict takes milliseconds and a file of 100 MiB is a number here, so this is where every boundary
and every mutant is tried; `test_storage.py` shows that the running emulator agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stack.emulators import find_parts
from stack.java import find_java
from stack.rules_runtime import Session, issues, open_session, prepare, prove
from tests.rules.firestore import fields
from tests.rules.people import Fields, Person

BUCKET = "rules"
PROJECT = "demo-rules"


@dataclass(frozen=True)
class File:
    """What rules see of a stored or an arriving file."""

    size: int
    content_type: str | None


def expression(given: Any) -> dict[str, Any]:
    """A Python value as the rules engine's expression value."""
    match given:
        case None:
            return {"null_value": None}
        case bool():
            return {"bool_value": given}
        case int():
            return {"int_value": given}
        case str():
            return {"string_value": given}
        case datetime():
            stamp = given.astimezone(UTC).isoformat().replace("+00:00", "Z")
            return {"timestamp_value": stamp}
        case Mapping():
            entries = {name: expression(content) for name, content in given.items()}
            return {"map_value": {"fields": entries}}
        case Sequence():
            return {"list_value": {"values": [expression(item) for item in given]}}
    raise TypeError(f"no expression value: {given!r}")


class StorageRuntime:
    """A running rules runtime with the Firestore documents its rules may look up."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loads = 0
        self._requests = 0
        self.documents: Mapping[str, Fields] = {}

    def load(self, rules: str) -> list[str]:
        """Use these rules from now on; the warnings. Raises `ValueError` on an error."""
        self._loads += 1
        answer = self._session.load(f"rules-{self._loads}", "storage.rules", rules)
        if answer["errors"]:
            raise ValueError(str(answer["errors"]))
        return [issue.text for issue in issues(answer["warnings"])]

    def permits(
        self,
        person: Person,
        method: str,
        path: str,
        at: datetime,
        *,
        stored: File | None = None,
        arriving: File | None = None,
    ) -> bool:
        """Whether the rules let the person do this at that instant."""
        self._requests += 1
        number = 1_000_000 + self._requests
        target = f"b/{BUCKET}/o/{path}".rstrip("/")
        segments = [{"simple": segment} for segment in target.split("/")]
        request = {
            "path": {"path_value": {"segments": segments}},
            "time": expression(at),
            "resource": expression(_seen(path, arriving)),
            "auth": expression(
                {"uid": person.uid, "token": person.payload(PROJECT)} if person.uid else None
            ),
        }
        context = {
            "rulesetName": f"rules-{self._loads}",
            "service": "firebase.storage",
            "method": method,
            "path": f"/{target}",
            "variables": {
                "request": {"map_value": {"fields": request}},
                "resource": expression(_seen(path, stored)),
            },
        }
        self._session.write({"id": number, "action": "verify", "context": context})
        return self._verdict(number)

    def _verdict(self, number: int) -> bool:
        """Answer the runtime's questions about documents until it gives its verdict."""
        while True:
            message = self._session.read()
            if message.get("action") == "fetch_firestore_document":
                self._session.write(self._document(message))
            elif message.get("id") == number:
                assert not message["errors"], message
                return bool(message["result"]["permit"])

    def _document(self, question: Mapping[str, Any]) -> dict[str, Any]:
        path = question["context"]["path"].removeprefix("/databases/(default)/documents/")
        answer: dict[str, Any] = {"id": question["server_request_id"], "status": "not_found"}
        if path in self.documents:
            document = {"name": path, "fields": fields(self.documents[path])}
            answer |= {"status": "ok", "result": document}
        return answer


def _seen(path: str, file: File | None) -> dict[str, Any] | None:
    if file is None:
        return None
    return {"name": path, "bucket": BUCKET, "size": file.size, "contentType": file.content_type}


@contextmanager
def runtime() -> Iterator[StorageRuntime]:
    """A runtime of one's own, which has proved that it refuses."""
    java = find_java()
    with open_session(java, prepare(find_parts(download=False), java)) as session:
        prove(session)
        yield StorageRuntime(session)
