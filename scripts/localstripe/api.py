"""The vendor's paths, parameters, expansion, lists, idempotency keys and errors, without the network.

An idempotency key saves the status and body of its first request that began to execute, 500s too,
and gives them back; with other parameters it is `idempotency_error`, 400
(docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level).
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from localstripe import form
from localstripe.connect import Connect
from localstripe.events import Teller, matching, within
from localstripe.form import Params
from localstripe.objects import Json, Objects, Refused, invalid
from localstripe.payments import Payments
from localstripe.reversals import Reversals

KEYS_KEPT_S: Final = 24 * 3600
LIST_DEFAULT: Final = 10
LIST_MAX: Final = 100
MOVING: Final = frozenset({"/v1/transfers", "/v1/payouts"})
UNKNOWN: Final = ("lost", "unsent", "503")
"""Faults after which the caller can't tell whether it was done."""


@dataclass(frozen=True)
class Reply:
    """What comes back; `lost` where the connection breaks before it does."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class Fault:
    """One way in which a request goes wrong, for the next `times` requests that match."""

    kind: str
    """`lost`: done, and the answer is lost. `unsent`: the connection fails first. `500`: fails inside,
    which the key remembers. `503`: turned away before it began, which no key remembers."""
    method: str = "POST"
    path: str = "/"
    times: int = 1


@dataclass(frozen=True)
class _Saved:
    request: tuple[str, str, str]
    reply: Reply
    at: float


Handler = Callable[..., Any]


class LocalStripe:
    """One account of the provider: its objects, its ledger, its endpoint."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        *,
        key: str = "sk_test_local",
        webhook_secrets: tuple[str, ...] = ("whsec_local",),
        livemode: bool = False,
    ) -> None:
        self.objects = Objects(clock, livemode=livemode)
        self.teller = Teller(self.objects, webhook_secrets)
        self.payments = Payments(self.objects, self.teller)
        self.reversals = Reversals(self.objects, self.teller)
        self.connect = Connect(self.objects)
        self.faults: list[Fault] = []
        self.chance = 0.0
        """Of a request that moves money to a bank: that its outcome stays unknown."""
        self.rolls = Random(1)  # noqa: S311 - a seed
        self.met = 0
        """How many did."""
        self.lies: dict[str, Callable[[Json], None]] = {}
        """By kind of object: changes what an answer says of it."""
        self.requests: list[tuple[str, str]] = []
        self._key = key
        self._account: str | None = None
        """On behalf of which connected account the request under way is made."""
        self._saved: dict[str, _Saved] = {}
        self._routes = self._table()

    def copy(self) -> LocalStripe:
        """Another account that knows the same, and goes its own way from here on."""
        lock = self.objects.lock  # cannot be copied, and is enough for both
        other = deepcopy(self, {id(lock): lock, id(self._routes): []})
        other._routes = other._table()  # noqa: SLF001 - of the same class
        return other

    def request(
        self, method: str, path: str, params: str = "", headers: dict[str, str] | None = None
    ) -> Reply:
        """One request as it stands on the wire: `params` is the form body, or the query."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        with self.objects.lock:
            self.requests.append((method, path))
            self._account = sent.get("stripe-account")
            fault = self._fault(method, path)
            if fault == "unsent":
                return Reply(0, b"", lost=True)
            if fault == "503":
                return _refusal(Refused(503, "api_error", "Service unavailable"))
            reply = self._keyed(method, path, params, sent, broken=fault == "500")
            return Reply(0, b"", lost=True) if fault == "lost" else reply

    def _keyed(
        self, method: str, path: str, params: str, sent: dict[str, str], *, broken: bool
    ) -> Reply:
        if sent.get("authorization") != f"Bearer {self._key}":
            return _refusal(Refused(401, "invalid_request_error", "Invalid API Key provided"))
        key = sent.get("idempotency-key") if method == "POST" else None
        if key is None:
            return self._perform(method, path, params, broken)[0]
        asked = (method, path, params)
        saved = self._saved.get(key)
        if saved is not None and self.objects.clock() - saved.at < KEYS_KEPT_S:
            if saved.request != asked:
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they "
                    f"were first used with. Try using a key other than '{key}'."
                )
                return _refusal(Refused(400, "idempotency_error", message))
            headers = {**saved.reply.headers, "Idempotent-Replayed": "true"}
            return Reply(saved.reply.status, saved.reply.body, headers)
        reply, began = self._perform(method, path, params, broken)
        if began:
            self._saved[key] = _Saved(asked, reply, self.objects.clock())
        return reply

    def _perform(self, method: str, path: str, params: str, broken: bool) -> tuple[Reply, bool]:
        """The reply, and whether execution began: what fails validation is not saved under a key."""
        asked = form.decode(params)
        expand = asked.pop("expand", [])
        if broken:
            return _refusal(Refused(500, "api_error", "An unknown error occurred")), True
        try:
            result = self._route(method, path, asked)
        except Refused as no:
            return _refusal(no), no.status == 402  # noqa: PLR2004 - Payment Required: it ran
        return _reply(200, self._shown(result, expand)), True

    def _fault(self, method: str, path: str) -> str | None:
        for fault in self.faults:
            if fault.times and fault.method == method and path.startswith(fault.path):
                fault.times -= 1
                return fault.kind
        if method == "POST" and path in MOVING and self.rolls.random() < self.chance:
            self.met += 1
            return self.rolls.choice(UNKNOWN)
        return None

    def _route(self, method: str, path: str, asked: Params) -> Any:
        for wanted, pattern, handler in self._routes:
            found = pattern.fullmatch(path)
            if wanted == method and found is not None:
                result = handler(*found.groups(), asked)
                return {**result, "url": path} if result["object"] == "list" else result
        raise Refused(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")

    def _table(self) -> list[tuple[str, re.Pattern[str], Handler]]:
        pay, back, get = self.payments, self.reversals, self.objects.get
        rows: list[tuple[str, str, Handler]] = [
            ("GET", "/v1/balance", lambda _: self._balance()),
            ("POST", "/v1/customers", pay.create_customer),
            ("POST", "/v1/ephemeral_keys", pay.create_ephemeral_key),
            ("POST", "/v1/checkout/sessions", pay.create_session),
            ("POST", "/v1/checkout/sessions/*/expire", lambda one, _: pay.expire_session(one)),
            ("GET", "/v1/checkout/sessions", self._list("checkout.session", "payment_intent")),
            ("POST", "/v1/payment_intents", pay.create_intent),
            ("POST", "/v1/payment_intents/*/confirm", pay.confirm_intent),
            ("POST", "/v1/payment_intents/*/cancel", lambda one, _: pay.cancel_intent(one)),
            ("POST", "/v1/payment_intents/*", pay.update_intent),
            ("POST", "/v1/subscriptions/*", pay.subscriptions.update),
            ("DELETE", "/v1/subscriptions/*", lambda one, _: pay.subscriptions.cancel(one)),
            ("GET", "/v1/subscriptions", self._list("subscription", "customer", "status")),
            ("GET", "/v1/invoices", self._list("invoice", "customer", "status")),
            ("GET", "/v1/invoice_payments", self._list("invoice_payment", "invoice", "status")),
            ("GET", "/v1/payment_intents", self._list("payment_intent", "customer")),
            ("GET", "/v1/charges", self._list("charge", "payment_intent")),
            ("POST", "/v1/refunds", back.create_refund),
            ("GET", "/v1/refunds", self._list("refund", "payment_intent", "charge")),
            ("POST", "/v1/disputes/*", back.respond),
            ("POST", "/v1/disputes/*/close", lambda one, _: back.close(one, won=False)),
            ("GET", "/v1/disputes", self._list("dispute", "payment_intent", "charge")),
            (
                "GET",
                "/v1/balance_transactions",
                self._list("balance_transaction", "source", "type", "currency"),
            ),
            ("GET", "/v1/events", self._events),
            ("POST", "/v1/accounts", self.connect.create_account),
            ("POST", "/v1/accounts/*/external_accounts", self.connect.attach_bank),
            ("POST", "/v1/transfers", self.connect.create_transfer),
            ("GET", "/v1/transfers", self._list("transfer", "transfer_group")),
            ("POST", "/v1/transfers/*/reversals", self.connect.reverse),
            (
                "POST",
                "/v1/payouts",
                lambda asked: self.connect.create_payout(self._account, asked),
            ),
            ("GET", "/v1/payouts/*", self.connect.payout),
            ("GET", "/v1/payouts", self._own_payouts),
        ]
        kinds = {
            "customers": "customer",
            "checkout/sessions": "checkout.session",
            "payment_intents": "payment_intent",
            "subscriptions": "subscription",
            "invoices": "invoice",
            "charges": "charge",
            "refunds": "refund",
            "disputes": "dispute",
            "balance_transactions": "balance_transaction",
            "events": "event",
            "accounts": "account",
            "transfers": "transfer",
        }
        for path, kind in kinds.items():
            rows.append(("GET", f"/v1/{path}/*", lambda one, _, kind=kind: get(one, kind)))
        return [
            (method, re.compile(re.escape(path).replace(r"\*", "([^/]+)")), handler)
            for method, path, handler in rows
        ]

    def _balance(self) -> Json:
        held = {"available": 0, "pending": 0}
        for line in self.objects.lines:
            held[self.objects.standing(line)] += line["net"]
        parts = {name: [{"amount": minor, "currency": "usd"}] for name, minor in held.items()}
        return {"object": "balance", "livemode": self.objects.livemode, **parts}

    def _list(self, kind: str, *filters: str) -> Handler:
        def listed(asked: Params) -> Json:
            wanted = {name: asked.get(name) for name in filters}
            found = [one for one in self.objects.all(kind, **wanted) if within(one, asked)]
            return _page(found, asked)

        return listed

    def _own_payouts(self, asked: Params) -> Json:
        return _page(self.objects.all("payout", account=self._account), asked)

    def _events(self, asked: Params) -> Json:
        found = [event for event in reversed(self.teller.events) if matching(event, asked)]
        return _page(found, asked)

    def _shown(self, result: Json, expand: list[str]) -> Json:
        """A copy with what is to be expanded expanded, as of now, and the lies that were asked for."""
        shown = self.objects.copy_of(result)
        for path in expand:
            self._expand(shown, path.split("."))
        self._finish(shown)
        return shown

    def _expand(self, within_: Any, path: list[str]) -> None:
        if isinstance(within_, list):
            for one in within_:
                self._expand(one, path)
            return
        name, *rest = path
        held = within_.get(name) if isinstance(within_, dict) else None
        if isinstance(held, str) and held in self.objects.by_id:
            within_[name] = held = self.objects.copy_of(self.objects.by_id[held])
        if rest and held is not None:
            self._expand(held, rest)

    def _finish(self, shown: Any) -> None:
        if isinstance(shown, list):
            for one in shown:
                self._finish(one)
        elif isinstance(shown, dict):
            for one in list(shown.values()):
                self._finish(one)
            if shown.get("object") == "balance_transaction":
                shown["status"] = self.objects.standing(shown)
            lie = self.lies.get(str(shown.get("object")))
            if lie is not None:
                lie(shown)


def _page(found: list[Json], asked: Params) -> Json:
    limit = int(asked.get("limit", LIST_DEFAULT))
    if not 1 <= limit <= LIST_MAX:
        raise invalid("limit must be between 1 and 100", param="limit")
    names = [one["id"] for one in found]
    if "starting_after" in asked:
        if asked["starting_after"] not in names:
            raise invalid("No such object: starting_after", param="starting_after")
        found = found[names.index(asked["starting_after"]) + 1 :]
    return {
        "object": "list",
        "data": found[:limit],
        "has_more": len(found) > limit,
    }


def _refusal(no: Refused) -> Reply:
    return _reply(no.status, {"error": no.error})


def _reply(status: int, shown: Json) -> Reply:
    headers = {"Request-Id": f"req_{secrets.token_hex(7)}", "Content-Type": "application/json"}
    return Reply(status, json.dumps(shown).encode(), headers)
