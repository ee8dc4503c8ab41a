"""Calling entry points in the test's own process, byte for byte as a client does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import firebase_admin
import flask
import pytest
from google.auth.credentials import AnonymousCredentials

from spaktok.core import clients, clock, config
from spaktok.integrations import sign_in
from spaktok.notifications.push import letters

Entry = Callable[[flask.Request], flask.Response]

_app = flask.Flask("edge")


@dataclass(frozen=True)
class Answer:
    """What the client receives."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def data(self) -> Any:
        """The data of a success."""
        assert self.status == 200, self.raw
        return self.body["result"]["data"]

    @property
    def error(self) -> dict[str, Any]:
        """The error of a refusal: status, message, details."""
        return self.body["error"]

    @property
    def refused(self) -> str | None:
        """The name of the refusal, or None for a success."""
        return self.body["error"]["details"]["error"] if "error" in self.body else None


def token(
    uid: object,
    *,
    issued_at: datetime | None = None,
    signed_in_at: datetime | None = None,
    **claims: object,
) -> str:
    """An ID token as the Auth emulator makes them: unsigned."""
    issued = issued_at or clock.now()
    project = config.project()
    payload = {
        "iss": f"https://securetoken.google.com/{project}",
        "aud": project,
        "sub": uid,
        "user_id": uid,
        "iat": issued.timestamp(),
        "exp": (issued + timedelta(hours=1)).timestamp(),
        "auth_time": (signed_in_at or issued).timestamp(),
        **claims,
    }
    return f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(payload)}."


def segment(value: object) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@dataclass
class Sender:
    """Sends requests on behalf of one account, or of nobody."""

    uid: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, entry: Entry, data: object = None, **headers: str) -> Answer:
        """A well-formed call."""
        return self.send(entry, json.dumps({"data": data}).encode(), **headers)

    def send(
        self,
        entry: Entry,
        raw: bytes = b"",
        *,
        method: str = "POST",
        path: str = "/",
        content_type: str | None = "application/json",
        **headers: str,
    ) -> Answer:
        """These very bytes. Header names are given with `_` for `-`."""
        sent = {**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self.uid is not None:
            sent.setdefault("Authorization", f"Bearer {token(self.uid)}")
        with _app.test_request_context(
            path, method=method, data=raw, headers=sent, content_type=content_type
        ):
            response = entry(flask.request)
            return Answer(response.status_code, dict(response.headers), response.get_data())


def emulate(patch: pytest.MonkeyPatch) -> None:
    """Sign-in and functions as in the Emulator Suite: unsigned tokens count, App Check does not."""
    patch.setenv("FIREBASE_AUTH_EMULATOR_HOST", "unsigned-tokens-only.invalid")
    patch.setenv("FUNCTIONS_EMULATOR", "true")
    patch.setattr(sign_in, "set_claims", lambda *_: None)
    # Letters are others' tests: there is nobody here to ask for an address.
    patch.setattr(letters, "verified_address", lambda _: None)
    forget_app()


def sign_in_for_real(patch: pytest.MonkeyPatch) -> None:
    """Sign-in as deployed: the Admin SDK has credentials and verifies signatures."""

    class Credentials(firebase_admin.credentials.Base):
        def get_credential(self) -> AnonymousCredentials:
            return AnonymousCredentials()

    patch.delenv("FIREBASE_AUTH_EMULATOR_HOST", raising=False)
    forget_app()
    app = firebase_admin.initialize_app(Credentials(), {"projectId": config.project()})
    patch.setattr(clients, "admin", lambda: app)


def forget_app() -> None:
    """Let go of the Admin SDK's app, which remembers the first project it served."""
    if hasattr(clients.admin, "cache_clear"):
        clients.admin.cache_clear()
    for app in list(firebase_admin._apps.values()):
        firebase_admin.delete_app(app)
