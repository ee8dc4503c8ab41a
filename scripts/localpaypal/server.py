"""The stand-in's HTTP: tokens, payouts, items, the history, certificates.

Started from a test (`with running() as paypal:`) or by `__main__`. It listens on loopback alone.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from localpaypal.book import Book, Duplicate, Invalid, Line, Payout
from localpaypal.delivering import deliver
from localpaypal.faults import DONE, Fault, Plan
from localpaypal.signing import Signer

HOST = "127.0.0.1"
CLIENT_ID, SECRET = "local-client", "local-secret"
TOKEN = "A21AA-local"  # noqa: S105 - as above
TOKEN_LASTS_S = 32_400
ATTEMPTS_MAX = 3
"""Of `LocalPayPal.deliver`."""
EVENTS = {
    status: f"PAYMENT.PAYOUTS-ITEM.{name}"
    for status, name in {
        "SUCCESS": "SUCCEEDED",
        "FAILED": "FAILED",
        "UNCLAIMED": "UNCLAIMED",
        "ONHOLD": "HELD",
        "BLOCKED": "BLOCKED",
        "RETURNED": "RETURNED",
        "REFUNDED": "REFUNDED",
    }.items()
}
"""Which event PayPal sends of a status ("Webhook event names", Payouts)."""

_GET_BATCH = re.compile(r"/v1/payments/payouts/([A-Z0-9]+)")
_GET_ITEM = re.compile(r"/v1/payments/payouts-item/([A-Z0-9]+)")
_CANCEL = re.compile(r"/v1/payments/payouts-item/([A-Z0-9]+)/cancel")


@dataclass
class LocalPayPal:
    """A running stand-in."""

    book: Book = field(default_factory=Book)
    faults: Plan = field(default_factory=Plan)
    signer: Signer = field(default_factory=Signer)
    token: str = TOKEN
    """Another one makes the callers' old tokens worthless."""
    processing: bool = True
    """Whether a batch is processed as soon as it is asked about."""
    url: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)

    def payout(self, key: str) -> Payout:
        """The newest payout with this item key."""
        return [one for one in self.book.payouts.values() if one.item_key == key][-1]

    def message(self, event: str, payout: Payout) -> tuple[bytes, dict[str, str]]:
        """A signed webhook: the very bytes, and the headers they come with."""
        resource = (
            {"batch_header": _header(payout)}
            if event.startswith("PAYMENT.PAYOUTSBATCH")
            else _item(payout)
        )
        body = json.dumps(
            {
                "id": f"WH-{len(self.calls)}-{payout.item_id}",
                "event_version": "1.0",
                "create_time": _stamp(self.book.now()),
                "event_type": event,
                "resource_type": "payouts_item",
                "resource": resource,
            }
        ).encode()
        return body, self.signer.headers(body, self.url, self.book.now())

    def deliveries(self) -> list[tuple[bytes, dict[str, str]]]:
        """Signed messages of what changed since the last ones."""
        with self.book.lock:
            changed, self.book.changed = self.book.changed, []
        return [
            self.message(EVENTS[status], payout) for payout, status in changed if status in EVENTS
        ]

    def deliver(self, webhook: str) -> list[int]:
        """Send what waits to an endpoint, each until it is taken; what was answered at last."""
        return [deliver(webhook, one, ATTEMPTS_MAX) for one in self.deliveries()]


@contextmanager
def running(local: LocalPayPal | None = None, port: int = 0) -> Iterator[LocalPayPal]:
    """A stand-in for as long as the block lasts."""
    paypal = local or LocalPayPal()

    class Handler(_Handler):
        """Bound to this stand-in."""

        at = paypal

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    paypal.url = f"http://{HOST}:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield paypal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    at: LocalPayPal
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_POST(self) -> None:
        """Tokens, new payouts, cancellations."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        self.at.calls.append(("POST", path))
        if path == "/v1/oauth2/token":
            return self._give_token()
        if not self._known():
            return None
        if path == "/v1/payments/payouts":
            return self._create(raw)
        if found := _CANCEL.fullmatch(path):
            return self._cancel(found.group(1))
        return self._missing()

    def do_GET(self) -> None:
        """Look-ups."""
        place = urlsplit(self.path)
        self.at.calls.append(("GET", place.path))
        if place.path.startswith("/v1/notifications/certs/"):
            return self._send(200, self.at.signer.chain, "application/x-pem-file")
        if not self._known():
            return None
        if found := _GET_BATCH.fullmatch(place.path):
            return self._batch(found.group(1))
        if found := _GET_ITEM.fullmatch(place.path):
            return self._one_item(found.group(1))
        if place.path == "/v1/reporting/transactions":
            return self._history(parse_qs(place.query))
        return self._missing()

    def _create(self, raw: bytes) -> None:
        fault = self.at.faults.next()
        if fault in (Fault.TIMEOUT_NOT_DONE, Fault.ERROR_NOT_DONE):
            return self._fail(fault)
        try:
            made = self.at.book.create(json.loads(raw))
        except Duplicate as same:
            return self._duplicate(same.batch_id)
        except (Invalid, ValueError) as wrong:
            name = getattr(wrong, "field", "body")
            return self._error(400, "VALIDATION_ERROR", name, getattr(wrong, "issue", "JSON"))
        if fault is Fault.LIE_AMOUNT:
            made.told_amount_minor = made.amount_minor * 2
        elif fault is Fault.LIE_FEE:
            made.told_fee_minor = made.fee_minor * 10
        if fault in DONE and fault not in (Fault.LIE_AMOUNT, Fault.LIE_FEE):
            self.at.book.process(made)
            return self._fail(fault)
        self._json(201, {"batch_header": _header(made), "links": [_link(self.at.url, made)]})
        return None

    def _fail(self, fault: Fault | None) -> None:
        if fault in (Fault.ERROR_DONE, Fault.ERROR_NOT_DONE):
            return self._error(500, "INTERNAL_SERVICE_ERROR", "", "")
        if fault is Fault.GARBAGE:
            return self._send(200, b"<html>It works</html>", "text/html")
        self.close_connection = True
        self.connection.close()
        return None

    def _duplicate(self, batch_id: str) -> None:
        """As documented: refused, with a link to the original."""
        link = {
            "href": f"{self.at.url}/v1/payments/payouts/{batch_id}",
            "rel": "self",
            "method": "GET",
        }
        self._json(
            400,
            {
                "name": "USER_BUSINESS_ERROR",
                "message": "User business error.",
                "debug_id": "local",
                "details": [
                    {
                        "field": "SENDER_BATCH_ID",
                        "location": "body",
                        "issue": "Batch with given sender_batch_id already exists",
                        "link": [link],
                    }
                ],
                "links": [],
            },
        )

    def _batch(self, batch_id: str) -> None:
        found = self.at.book.payouts.get(batch_id)
        if found is None:
            return self._missing()
        if self.at.processing:
            self.at.book.process(found)
        items = [] if found.batch_status in ("PENDING", "DENIED") else [_item(found)]
        return self._json(200, {"batch_header": _header(found), "items": items})

    def _one_item(self, item_id: str) -> None:
        for found in self.at.book.payouts.values():
            if found.item_id == item_id:
                return self._json(200, _item(found))
        return self._missing()

    def _cancel(self, item_id: str) -> None:
        for found in self.at.book.payouts.values():
            if found.item_id == item_id and found.status == "UNCLAIMED":
                self.at.book.become(found, "RETURNED")
                return self._json(200, _item(found))
        return self._error(400, "ITEM_INCORRECT_STATUS", "payout_item_id", "not unclaimed")

    def _history(self, asked: dict[str, list[str]]) -> None:
        since = datetime.fromisoformat(asked["start_date"][0])
        until = datetime.fromisoformat(asked["end_date"][0])
        page, size = int(asked["page"][0]), int(asked["page_size"][0])
        code = asked.get("transaction_type", [""])[0]
        with self.at.book.lock:
            found = [
                one
                for one in self.at.book.lines
                if since <= one.at <= until and code in ("", one.code)
            ]
        shown = found[(page - 1) * size : page * size]
        self._json(
            200,
            {
                "transaction_details": [{"transaction_info": _info(one)} for one in shown],
                "total_items": len(found),
                "total_pages": max(1, -(-len(found) // size)),
                "page": page,
            },
        )

    def _give_token(self) -> None:
        wanted = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            return self._json(401, {"error": "invalid_client"})
        return self._json(
            200,
            {
                "access_token": self.at.token,
                "token_type": "Bearer",
                "expires_in": TOKEN_LASTS_S,
            },
        )

    def _known(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.at.token}":
            return True
        self._json(401, {"error": "invalid_token", "error_description": "Token signature failed"})
        return False

    def _missing(self) -> None:
        self._error(404, "INVALID_RESOURCE_ID", "id", "not found")

    def _error(self, status: int, name: str, field: str, issue: str) -> None:
        details = [{"field": field, "issue": issue, "location": "body"}] if field else []
        self._json(status, {"name": name, "message": name, "debug_id": "local", "details": details})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _header(payout: Payout) -> dict[str, Any]:
    return {
        "payout_batch_id": payout.batch_id,
        "batch_status": payout.batch_status,
        "time_created": _stamp(payout.created_at),
        "sender_batch_header": {"sender_batch_id": payout.key},
        "amount": _money(payout.amount_minor, payout.currency),
        "fees": _money(payout.fee_minor, payout.currency),
    }


def _item(payout: Payout) -> dict[str, Any]:
    fee = payout.fee_minor if payout.told_fee_minor is None else payout.told_fee_minor
    told = payout.told_amount_minor
    amount = payout.amount_minor if told is None else told
    answer: dict[str, Any] = {
        "payout_item_id": payout.item_id,
        "payout_batch_id": payout.batch_id,
        "sender_batch_id": payout.key,
        "transaction_status": payout.status,
        "payout_item_fee": _money(fee, payout.currency),
        "payout_item": {
            "recipient_type": payout.kind,
            "amount": _money(amount, payout.currency),
            "receiver": payout.receiver,
            "sender_item_id": payout.item_key,
            "recipient_wallet": "PAYPAL",
        },
    }
    if payout.transaction_id:
        answer["transaction_id"] = payout.transaction_id
    if payout.status == "UNCLAIMED":
        answer["errors"] = {"name": "RECEIVER_UNREGISTERED", "message": "no account"}
    return answer


def _info(line: Line) -> dict[str, Any]:
    return {
        "transaction_id": line.transaction_id,
        "transaction_event_code": line.code,
        "transaction_status": "S",
        "transaction_initiation_date": _stamp(line.at),
        "transaction_amount": {
            "currency_code": line.currency,
            "value": _decimal(line.amount_minor),
        },
        "fee_amount": {"currency_code": line.currency, "value": _decimal(line.fee_minor)},
        "custom_field": line.key,
    }


def _link(url: str, payout: Payout) -> dict[str, str]:
    place = f"{url}/v1/payments/payouts/{payout.batch_id}"
    return {"href": place, "rel": "self", "method": "GET"}


def _money(minor: int, currency: str) -> dict[str, str]:
    return {"currency": currency, "value": _decimal(minor)}


def _decimal(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
