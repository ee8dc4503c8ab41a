"""The local Stripe over HTTP: the vendor's API, a page that pays, and webhooks that are sent again.

    python -m localstripe.server --port 12111 --webhook http://127.0.0.1:5001/…/stripeWebhook

`GET /pay/{session}` is the page a customer sees, and `POST /pay/{session}` (`card=4242…`) what its
button does; `/local/…` does what the dashboard and the banks do: `dispute`, `close`, `refund`,
`ledger`. It listens on loopback alone, and ends with whoever started it.
"""

from __future__ import annotations

import argparse
import html
import json
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from localstripe.api import LocalStripe, Reply
from localstripe.events import Delivery
from localstripe.objects import Json, Refused
from localstripe.payments import CARDS

HOST: Final = "127.0.0.1"
ATTEMPTS_MAX: Final = 8
RETRY_S: Final = 0.5
RETRY_S_MAX: Final = 30.0
_BODY_BYTES_MAX: Final = 1 << 20

_PAGE: Final = """<!doctype html><meta charset="utf-8"><title>Pay</title>
<h1>Local Stripe</h1><p>{amount} {currency}, {status}</p>
<form method="post"><label>Card <input name="card" value="4242424242424242"></label>
<button>Pay</button></form>
<p>4000000000000002 is declined, 4000000000000259 disputed, 4000000000005126 refuses refunds.</p>
"""


class Server:
    """A local Stripe that listens; use as a context manager."""

    def __init__(self, stripe: LocalStripe, port: int = 0, webhook: str | None = None) -> None:
        self.stripe = stripe
        self.webhook = webhook
        self.answers: list[tuple[str, int]] = []
        """What the endpoint answered, by event."""
        self._http = _Http((HOST, port), _Handler)
        self._http.owner = self
        self.url = f"http://{HOST}:{self._http.server_address[1]}"
        stripe.payments.page = self.url
        self._ended = threading.Event()

    def __enter__(self) -> Server:
        for work in (self._http.serve_forever, self._deliver):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._http.shutdown()
        self._http.server_close()

    def _deliver(self) -> None:
        """Deliver what is told, and again what was not taken, ever more seldom."""
        waiting: list[tuple[float, int, Delivery]] = []
        while not self._ended.wait(0.05):
            with self.stripe.objects.lock:
                self.stripe.payments.pass_time()
                told = self.stripe.teller.deliveries()
            now = self.stripe.objects.clock()
            waiting += [(now, 0, one) for one in told]
            for due, attempt, one in [entry for entry in waiting if entry[0] <= now]:
                waiting.remove((due, attempt, one))
                if not self._send(one) and attempt + 1 < ATTEMPTS_MAX:
                    pause = min(RETRY_S_MAX, RETRY_S * 2**attempt)
                    waiting.append((now + pause, attempt + 1, self._anew(one)))

    def _anew(self, one: Delivery) -> Delivery:
        """The same event, signed at the time of the new attempt, as the vendor does."""
        with self.stripe.objects.lock:
            return self.stripe.teller.sign(self.stripe.objects.get(one.event_id, "event"))

    def _send(self, one: Delivery) -> bool:
        if self.webhook is None:
            return True
        headers = {"Content-Type": "application/json", "Stripe-Signature": one.signature}
        asked = urllib.request.Request(self.webhook, one.body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as response:
                status = response.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        self.answers.append((one.event_id, status))
        return status // 100 == 2  # noqa: PLR2004 - any 2xx

    def local(self, path: str, asked: dict[str, str]) -> Any:
        """What the dashboard, the banks and the curious may do. Raises `Refused`, `KeyError`."""
        stripe = self.stripe
        with stripe.objects.lock:
            match path:
                case "/local/dispute":
                    return stripe.reversals.open_dispute(asked["payment_intent"])
                case "/local/close":
                    return stripe.reversals.close(asked["dispute"], won=asked["won"] == "true")
                case "/local/refund":
                    return stripe.reversals.create_refund(dict(asked))
                case "/local/ledger":
                    lines = [
                        {name: line[name] for name in ("id", "type", "amount", "fee", "net")}
                        for line in stripe.objects.lines
                    ]
                    return {"lines": lines, "balance": stripe.objects.balance_minor()}
        raise Refused(404, "invalid_request_error", "no such page")


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    owner: Server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/v1/"):
            self._api("GET", address.path, address.query)
        elif address.path.startswith("/pay/"):
            self._guarded(lambda: _page(self.server.owner.stripe, address.path), "text/html")
        else:
            asked = dict(parse_qsl(address.query))
            self._guarded(lambda: json.dumps(self.server.owner.local(address.path, asked)))

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length", "0")), _BODY_BYTES_MAX)
        body = self.rfile.read(length).decode()
        asked = dict(parse_qsl(body))
        if address.path.startswith("/v1/"):
            self._api("POST", address.path, body)
        elif address.path.startswith("/pay/"):
            self._guarded(lambda: json.dumps(_pay(self.server.owner.stripe, address.path, asked)))
        else:
            self._guarded(lambda: json.dumps(self.server.owner.local(address.path, asked)))

    def do_DELETE(self) -> None:
        self._api("DELETE", urlsplit(self.path).path, "")

    def _api(self, method: str, path: str, params: str) -> None:
        reply = self.server.owner.stripe.request(method, path, params, dict(self.headers.items()))
        if reply.lost:
            self.close_connection = True
            self.connection.close()
            return
        self._answer(reply)

    def _guarded(self, work: Any, kind: str = "application/json") -> None:
        try:
            self._answer(Reply(200, work().encode(), {"Content-Type": f"{kind}; charset=utf-8"}))
        except Refused as no:
            text = json.dumps({"error": no.error}).encode()
            self._answer(Reply(no.status, text, {"Content-Type": "application/json"}))
        except KeyError as missing:
            text = json.dumps({"error": {"message": f"missing: {missing}"}}).encode()
            self._answer(Reply(400, text, {"Content-Type": "application/json"}))

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the stack's log is not ours."""


def _session(stripe: LocalStripe, path: str) -> Json:
    return stripe.objects.get(path.removeprefix("/pay/"), "checkout.session")


def _page(stripe: LocalStripe, path: str) -> str:
    with stripe.objects.lock:
        session = _session(stripe, path)
        return _PAGE.format(
            amount=session["amount_total"],
            currency=html.escape(session["currency"]),
            status=html.escape(session["status"]),
        )


def _pay(stripe: LocalStripe, path: str, asked: dict[str, str]) -> Json:
    with stripe.objects.lock:
        session = _session(stripe, path)
        card = asked.get("card", "4242424242424242").replace(" ", "")
        paid = stripe.payments.pay(session["id"], CARDS.get(card, card))
        return {name: paid[name] for name in ("id", "status", "payment_status", "payment_intent")}


def main() -> int:
    """Serve until the parent goes or a signal comes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook", help="where events are delivered to")
    options = parser.parse_args()
    with Server(LocalStripe(), options.port, options.webhook) as server:
        print(f"local Stripe: {server.url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
