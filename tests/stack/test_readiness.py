"""While the suite starts, its ports are open before, and closed again after, what will serve there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest

from stack.ports import HOST
from stack.suite import Suite


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "firestore.rules"
    file.write_text("rules_version = '2';")
    return file


def suite(port: int) -> Suite:
    """One that has not been started, and takes this port for Firestore's."""
    made = Suite("demo-readiness", free_ports=True)
    made.ports = {"firestore": port}
    return made


@contextmanager
def answering(status: int | None) -> Iterator[int]:
    """A port where every request has this status; None: it is hung up on."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if status is not None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer((HOST, 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            serving.join()


def test_what_refuses_connections_is_asked_again_later(rules: Path) -> None:
    """The CLI tries every port, and closes it, before an emulator has it.

    Negative control: with `ConnectionError` alone caught, the one inside a `URLError` ends the stack.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    assert suite(port)._has_compiled(rules) is False


def test_what_hangs_up_is_asked_again_later(rules: Path) -> None:
    with answering(None) as port:
        assert suite(port)._has_compiled(rules) is False


def test_what_takes_the_rules_has_them(rules: Path) -> None:
    with answering(200) as port:
        assert suite(port)._has_compiled(rules) is True


def test_what_answers_with_an_error_is_no_reason_to_wait(rules: Path) -> None:
    with answering(500) as port, pytest.raises(HTTPError):
        suite(port)._has_compiled(rules)
