"""PayPal's messages as they arrive: signed bytes over HTTP at the public entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest

import main
from localpaypal.delivering import Courier, Manners
from localpaypal.server import LocalPayPal
from spaktok.core import clock
from spaktok.payouts.model.states import State
from spaktok.payouts.service import sending
from tests.support.edge import Sender
from tests.support.payouts import agree, approved, available, creator, state
from tests.support.people import ANA
from tests.support.queue import Queue
from tests.support.time import TestClock


def send(body: bytes, headers: dict[str, str]) -> int:
    return Sender().send(main.paypalWebhook, body, **headers).status


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The entry point behind a socket, as the platform puts it there."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(send(body, dict(self.headers.items())))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/paypalWebhook"
    server.shutdown()
    server.server_close()


def test_what_paypal_tells_is_looked_up_and_booked(
    paypal: LocalPayPal, endpoint: str, time: TestClock, queue: Queue
) -> None:
    """Returned after it was paid, days before anybody would look at it again."""
    creator(ANA)
    first = approved(ANA)
    sending.advance(first)
    time.pass_(minutes=15)
    assert sending.advance(first) is State.PAID
    paypal.deliveries()
    queue.waiting.clear()
    time.pass_(hours=2)
    paypal.book.become(paypal.payout(f"wd-{first}"), "RETURNED")
    assert paypal.deliver(endpoint) == [200]
    assert queue.names() == ["submitPayout"]
    queue.drain()
    assert (state(first), available(ANA)) == (State.RETURNED, 9_950)
    assert paypal.deliver(endpoint) == []


def test_what_is_told_by_itself_is_paid_and_what_is_not_told_is_found_by_looking(
    paypal: LocalPayPal, endpoint: str, time: TestClock, queue: Queue
) -> None:
    """Told twice over, it is booked once; of the other nobody is told anything."""
    creator(ANA)
    first = approved(ANA)
    sending.advance(first)
    queue.waiting.clear()
    with Courier(paypal, endpoint, Manners(duplicates=1)) as courier:
        eventually(lambda: len(courier.answers) == 2)
    assert courier.answers == [200, 200]
    queue.drain()
    assert state(first) is State.PAID
    second = approved(ANA, key="key-00000002")
    sending.advance(second)
    queue.waiting.clear()
    with Courier(paypal, endpoint, Manners(silent=True)):
        eventually(lambda: paypal.payout(f"wd-{second}").status == "SUCCESS")
    assert queue.names() == []
    time.pass_(minutes=15)
    sending.sweep(clock.now())
    queue.drain()
    assert state(second) is State.PAID
    agree(paypal)


def eventually(question: Callable[[], bool]) -> None:
    """Ask again and again until the answer is yes; a minute at most."""
    end = monotonic() + 60
    while not question():
        assert monotonic() < end
        sleep(0.02)


def test_what_paypal_did_not_sign_is_turned_away_at_the_door(
    paypal: LocalPayPal, queue: Queue
) -> None:
    creator(ANA)
    first = approved(ANA)
    sending.advance(first)
    queue.waiting.clear()
    made = paypal.payout(f"wd-{first}")
    body, headers = paypal.message("PAYMENT.PAYOUTS-ITEM.SUCCEEDED", made)
    assert send(body + b" ", headers) == 403
    assert send(body, {**headers, "paypal-transmission-id": "another"}) == 403
    assert send(body, {}) == 403
    assert queue.names() == []
    assert send(body, headers) == 200
    assert queue.names() == ["submitPayout"]
