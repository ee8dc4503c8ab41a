"""The running Storage emulator, asked as the Firebase SDKs ask it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from urllib.parse import quote

import requests

from tests.rules.firestore import ADMIN, TIMEOUT_S, fields
from tests.rules.people import Fields, Person

REFUSED = 403
ALLOWED = (200, 204, 404)


class Bucket:
    """A bucket of its own: the same rules judge every bucket, and no function listens to this one.

    Rules look documents up in the stack's project, so that is where they are seeded.
    """

    def __init__(self) -> None:
        hosts = [
            os.environ.get(f"{name}_EMULATOR_HOST") for name in ("FIREBASE_STORAGE", "FIRESTORE")
        ]
        project = os.environ.get("GCLOUD_PROJECT")
        if None in hosts or project is None:
            raise RuntimeError(
                "The Storage emulator's rules are tested inside the stack. "
                "Run: make test LAYERS=rules"
            )
        self._project = project
        self._objects = f"http://{hosts[0]}/v0/b/rules-{uuid.uuid4().hex}/o"
        root = f"projects/{project}/databases/(default)/documents"
        self._root, self._documents = root, f"http://{hosts[1]}/v1/{root}"
        self._http = requests.Session()

    def seed(self, documents: Mapping[str, Fields]) -> None:
        """Write the Firestore documents that the rules look up."""
        writes = [
            {"update": {"name": f"{self._root}/{path}", "fields": fields(content)}}
            for path, content in documents.items()
        ]
        answer = self._http.post(
            f"{self._documents}:commit", json={"writes": writes}, headers=ADMIN, timeout=TIMEOUT_S
        )
        assert answer.ok, answer.text

    def place(self, path: str, content_type: str = "video/mp4") -> None:
        """Store a file past the rules, as the server does."""
        answer = self._send(ADMIN, path, content_type, b"stored")
        assert answer.ok, answer.text

    def upload(
        self, person: Person, path: str, content_type: str = "video/mp4", size: int = 5
    ) -> bool:
        """Whether the rules let the person send a file there."""
        return _verdict(self._send(self._headers(person), path, content_type, b"x" * size))

    def upload_resumably(self, person: Person, path: str, size: int = 5) -> bool:
        """The same in the two steps of the mobile SDKs."""
        headers = self._headers(person)
        begin = {
            **headers,
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(size),
        }
        started = self._http.post(
            f"{self._objects}?name={quote(path, safe='')}",
            json={"name": path, "contentType": "video/mp4"},
            headers=begin,
            timeout=TIMEOUT_S,
        )
        assert started.ok, started.text
        finish = {
            **headers,
            "X-Goog-Upload-Command": "upload, finalize",
            "X-Goog-Upload-Offset": "0",
        }
        target = started.headers["X-Goog-Upload-URL"]
        return _verdict(self._http.put(target, data=b"x" * size, headers=finish, timeout=TIMEOUT_S))

    def reads(self, person: Person, path: str) -> bool:
        """Whether the rules let the person read the file."""
        return self._ask("GET", person, f"/{quote(path, safe='')}?alt=media")

    def deletes(self, person: Person, path: str) -> bool:
        """Whether the rules let the person delete the file."""
        return self._ask("DELETE", person, f"/{quote(path, safe='')}")

    def relabels(self, person: Person, path: str) -> bool:
        """Whether the rules let the person change the file's metadata."""
        return self._ask("PATCH", person, f"/{quote(path, safe='')}", {"contentType": "text/html"})

    def lists(self, person: Person, folder: str) -> bool:
        """Whether the rules let the person list a folder."""
        return self._ask("GET", person, f"?prefix={quote(folder, safe='')}%2F&delimiter=%2F")

    def _ask(
        self, method: str, person: Person, suffix: str, body: Mapping[str, str] | None = None
    ) -> bool:
        return _verdict(
            self._http.request(
                method,
                f"{self._objects}{suffix}",
                json=body,
                headers=self._headers(person),
                timeout=TIMEOUT_S,
            )
        )

    def _send(
        self, headers: Mapping[str, str], path: str, content_type: str, content: bytes
    ) -> requests.Response:
        return self._http.post(
            f"{self._objects}/{quote(path, safe='')}",
            data=content,
            headers={**headers, "Content-Type": content_type},
            timeout=TIMEOUT_S,
        )

    def _headers(self, person: Person) -> dict[str, str]:
        return person.headers(self._project)


def _verdict(answer: requests.Response) -> bool:
    if answer.status_code == REFUSED:
        return False
    assert answer.status_code in ALLOWED, answer.text
    return True
