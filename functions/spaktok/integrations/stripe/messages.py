"""Webhooks: proving them by their bytes, and reading which payment they are about.

The header is `t=…,v1=…[,v1=…]`; a signature is HMAC-SHA256 of `{t}.{body}` under the endpoint's secret
(docs.stripe.com/webhooks#verify-manually). The SDK's own check refuses what is too old and takes what
comes from the future, and reads a clock of its own; so the few lines are here, and a test holds them
against the SDK's.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

OLDEST_S: Final = 300
NEWEST_S: Final = 60
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURES_MAX: Final = 10

KINDS: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "invoice.paid",
    "invoice.payment_failed",
    "charge.updated",
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
"""What the endpoint subscribes to. Any other is taken, and nothing is done."""


class Forged(Exception):
    """Not proven to be the vendor's, or proven too long ago or too early."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a message says happened. Only what to ask for is taken from it."""

    id: str
    kind: str
    live: bool
    account: str | None
    """Of a connected account's event its id; ours says none."""
    payment_id: str | None
    session_id: str | None
    invoice_id: str | None = None


def prove(body: bytes, header: str, secrets: tuple[str, ...], at: datetime) -> None:
    """Raise `Forged` unless one of the secrets signed these bytes, at most 300 s ago and 60 s ahead."""
    stamp: int | None = None
    marks: list[str] = []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t" and stamp is None and _SECONDS.fullmatch(value):
            stamp = int(value)
        elif name == "v1":
            marks.append(value)
    if stamp is None or not marks or len(marks) > _SIGNATURES_MAX:
        raise Forged
    age_s = int(at.timestamp()) - stamp
    if not -NEWEST_S <= age_s <= OLDEST_S:
        raise Forged
    signed = f"{stamp}.".encode() + body
    wanted = [hmac.new(secret.encode(), signed, sha256).hexdigest() for secret in secrets]
    matches = [hmac.compare_digest(one.encode(), mark.encode()) for one in wanted for mark in marks]
    if not any(matches):
        raise Forged


def read(body: bytes) -> Event:
    """The event of a proven message. Raises `Forged` for what is none."""
    try:
        return event(json.loads(body))
    except (ValueError, RecursionError):
        raise Forged from None


def event(told: Any) -> Event:
    """The event, from its JSON. Raises `Forged` for another shape."""
    try:
        about = told["data"]["object"]
        if told["object"] != "event" or not isinstance(told["livemode"], bool):
            raise Forged
        kind, of = str(told["type"]), str(about["object"])
        payment = about.get("id") if of == "payment_intent" else about.get("payment_intent")
        return Event(
            id=str(told["id"]),
            kind=kind,
            live=told["livemode"],
            account=told.get("account"),
            payment_id=payment if isinstance(payment, str) else None,
            session_id=str(about["id"]) if of == "checkout.session" else None,
            invoice_id=str(about["id"]) if of == "invoice" else None,
        )
    except (KeyError, TypeError, AttributeError):
        raise Forged from None
