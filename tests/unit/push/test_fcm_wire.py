"""The Admin SDK's own way to FCM, with a server in FCM's place that answers as FCM does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import firebase_admin
import pytest
from firebase_admin import credentials, messaging
from google.auth.credentials import AnonymousCredentials

from spaktok.core import clients
from spaktok.devices.model import Device, Platform
from spaktok.integrations import fcm
from spaktok.integrations.fcm import ERRORS, Outcome, PushMessage
from spaktok.notifications.model import Category, EntityType, Note, NotificationType
from spaktok.notifications.push.composing import Screen, compose

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
RETRY_AFTER_S = 33


class _Fcm(BaseHTTPRequestHandler):
    """Answers by the error code that the token begins with; remembers what was posted."""

    def do_POST(self) -> None:
        posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.path, posted))  # type: ignore[attr-defined]
        code = posted["message"]["token"].split("-")[0]
        if code == "LOST":
            self.close_connection = True
            return
        status = ERRORS[code][0] if code in ERRORS else 200
        said = {"error": fcm.error_body(code)} if code in ERRORS else {"name": "projects/x/1"}
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", str(RETRY_AFTER_S))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Granted(AnonymousCredentials):
    """The SDK asks for a new token when it is answered 401."""

    def refresh(self, request: object) -> None:
        """Be as good as before."""


class _Credential(credentials.Base):
    def get_credential(self) -> Any:
        return _Granted()


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    """What FCM's server was posted."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Fcm)
    server.posted = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-push")
    monkeypatch.setattr(
        messaging._MessagingService,
        "FCM_URL",
        f"http://127.0.0.1:{server.server_address[1]}/v1/projects/{{0}}/messages:send",
    )
    app = firebase_admin.initialize_app(_Credential(), {"projectId": "demo-push"}, "wire")
    monkeypatch.setattr(clients, "admin", lambda: app)
    yield server.posted  # type: ignore[attr-defined]
    firebase_admin.delete_app(app)
    server.shutdown()
    server.server_close()


def message(token: str) -> PushMessage:
    note = Note(
        "n1",
        NotificationType.VIDEO_LIKE,
        Category.SOCIAL,
        ("ben",),
        1,
        EntityType.VIDEO,
        "v1-ana",
        "n1",
        False,
        AT,
    )
    phone = Device("k", token, Platform.IOS, "ar", AT, AT)
    return compose(note, phone, Screen(hidden=False, names=("علي",), badge=2), AT)


def test_what_is_posted_is_what_is_written_down_and_each_answer_finds_its_message(
    posted: list[tuple[str, Any]],
) -> None:
    names = ["phone", *ERRORS, "tablet"]
    messages = [message(f"{name}-{'x' * 30}") for name in names]
    outcomes = fcm._Firebase().send(messages)
    once = [body["message"]["token"] for _, body in posted]
    again = {f"THIRD_PARTY_AUTH_ERROR-{'x' * 30}"}
    assert {name for name in once if once.count(name) > 1} <= again
    assert {path for path, _ in posted} == {"/v1/projects/demo-push/messages:send"}
    by_token = {body["message"]["token"]: body for _, body in posted}
    assert by_token == {one.target: {"message": fcm.payload(one)} for one in messages}
    assert [one.outcome for one in outcomes] == [
        fcm._imagined(one.target).outcome for one in messages
    ]
    assert outcomes[0].outcome is outcomes[-1].outcome is Outcome.SENT


def test_fcm_says_how_long_to_wait_and_no_thread_waits_for_it(
    posted: list[tuple[str, Any]],
) -> None:
    """Negative control: without `_never_wait`, the SDK sleeps four times 33 s in here."""
    (met,) = fcm._Firebase().send([message(f"QUOTA_EXCEEDED-{'x' * 30}")])
    assert (met.outcome, met.retry_after_s) == (Outcome.LATER, RETRY_AFTER_S)
    assert len(posted) == 1


def test_a_message_whose_answer_is_lost_is_posted_once(posted: list[tuple[str, Any]]) -> None:
    """Negative control: the SDK's own retries post it twice."""
    (met,) = fcm._Firebase().send([message(f"LOST-{'x' * 30}")])
    assert met.outcome is Outcome.UNKNOWN
    assert len(posted) == 1


def test_a_server_that_is_not_there_is_tried_later(
    posted: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", "http://127.0.0.1:9/{0}")
    (met,) = fcm._Firebase().send([message("phone-" + "x" * 30)])
    assert met.outcome is Outcome.LATER
    assert posted == []
