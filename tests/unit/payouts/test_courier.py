"""The local PayPal as the stack starts it: a process of its own that signs and tells by itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from localpaypal.server import CLIENT_ID, SECRET
from spaktok.integrations.paypal import signature
from spaktok.integrations.paypal.client import PayPal
from spaktok.integrations.paypal.model import Order
from stack import vendors
from stack.paths import ROOT

Heard = Queue[tuple[str, bytes, dict[str, str]]]
DEADLINE_S = 30


@contextmanager
def endpoint(answers: list[int]) -> Iterator[tuple[int, Heard]]:
    """Somebody who listens on a port and answers in this order, with the last one for good."""
    heard: Heard = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            heard.put((self.path, body, named))
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_address[1], heard
    server.shutdown()
    server.server_close()


def test_the_stacks_paypal_signs_what_it_tells_until_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the very command and variables of the stack. What it says first meets a function that fails.

    Negative controls, each tried: without `--root` nobody believes it (the file is not there); with
    what was not taken forgotten, the second message never comes.
    """
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "nowhere.invalid")
    with endpoint([500, 200]) as (port, heard):
        ports = {"functions": port, "paypal": 0}
        process = subprocess.Popen(
            vendors.command("paypal", "demo-x", ports, tmp_path),
            cwd=ROOT / "scripts",
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            asked = Order("wd-1", "ana@example.com", receiver_is_account=False, amount_minor=950)
            PayPal(url, CLIENT_ID, SECRET).create(asked)
            first, again = heard.get(timeout=DEADLINE_S), heard.get(timeout=DEADLINE_S)
            for name, value in vendors.variables(ports, tmp_path).items():
                monkeypatch.setenv(name, value)
            monkeypatch.setenv("SPAKTOK_PAYPAL_URL", url)
            signature.forget()
            signature.verify(again[1], again[2])
        finally:
            process.kill()
            process.communicate()
    assert first == again
    assert again[0] == "/demo-x/us-central1/paypalWebhook"
    assert b"PAYMENT.PAYOUTS-ITEM.SUCCEEDED" in again[1]
