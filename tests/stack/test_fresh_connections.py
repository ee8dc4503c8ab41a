"""No request of the Firebase CLI goes out over a connection that its other end is about to close."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.suite import PRELOADED

TWICE = """
const { get } = require("node:http");
const ask = () =>
  new Promise((done, failed) =>
    get({ port: process.argv[1], host: "127.0.0.1" }, (answer) =>
      answer.resume().on("end", () => setImmediate(done)),
    ).on("error", failed),
  );
ask()
  .then(ask)
  .then(() => process.exit(0))
  .catch((error) => (console.log(error.message), process.exit(1)));
"""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def port() -> Iterator[int]:
    """A server that answers once on each connection, keeps it, and closes it when it is used again."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(ANSWER)
                    connection.recv(65_536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)


def asked_twice(port: int, *preloaded: Path) -> str:
    options = [part for path in preloaded for part in ("--require", str(path))]
    command = ["node", *options, "-e", TWICE, str(port)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False
    ).stdout.strip()


def test_a_second_request_has_a_connection_of_its_own(port: int) -> None:
    """The negative control is here: without it the second request is lost. An upload's event was, and a
    video waited for its processing for ever."""
    (fresh,) = [path for path in PRELOADED if path.stem == "fresh_connections"]
    assert asked_twice(port, fresh) == ""
    assert asked_twice(port) == "socket hang up"
