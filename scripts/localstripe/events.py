"""What is told: events, their signatures, and deliveries that misbehave when asked to.

The signature is `t=…,v1=…`: HMAC-SHA256 of `{t}.{body}` with the endpoint's secret; while a secret is
rolled there is one `v1` a secret (docs.stripe.com/webhooks#verify-manually). Delivery is at least once,
in no order, for three days (docs.stripe.com/webhooks#behaviors).
"""

from __future__ import annotations

import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from localstripe.objects import Json, Objects

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Delivery:
    """One attempt to tell of one event: the very bytes, and the header that proves them."""

    event_id: str
    kind: str
    body: bytes
    signature: str


@dataclass
class Manners:
    """How deliveries misbehave."""

    duplicates: int = 0
    """How many times more than once."""
    shuffled: bool = False
    silent: bool = False
    """Events happen, and are never delivered: only the list has them."""
    delay: timedelta = timedelta(0)
    """How long after it happened an event is delivered at first; the list has it at once."""
    lie: Callable[[Json], None] | None = None
    """Changes what an event says; the signature still holds."""
    rolls: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - order, not secrecy


@dataclass
class Teller:
    """The events of one account and the endpoint that hears of them."""

    objects: Objects
    secrets: tuple[str, ...] = ("whsec_local",)
    manners: Manners = field(default_factory=Manners)
    events: list[Json] = field(default_factory=list)
    waiting: list[Json] = field(default_factory=list)

    def tell(self, kind: str, about: Json) -> Json:
        """Record that something happened, with what it was about as it is now."""
        event = self.objects.make(
            "evt",
            "event",
            type=kind,
            api_version=API_VERSION,
            data={"object": self.objects.copy_of(about)},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
        )
        self.events.append(event)
        if not self.manners.silent:
            self.waiting.append(event)
        return event

    def deliveries(self) -> list[Delivery]:
        """What is to be delivered now, with these manners; it is forgotten here."""
        since = self.objects.now() - self.manners.delay.total_seconds()
        taken = [event for event in self.waiting if event["created"] <= since]
        self.waiting = [event for event in self.waiting if event["created"] > since]
        taken = [event for event in taken for _ in range(1 + self.manners.duplicates)]
        if self.manners.shuffled:
            self.manners.rolls.shuffle(taken)
        return [self.sign(event) for event in taken]

    def sign(self, event: Json, *, at: int | None = None) -> Delivery:
        """The bytes and the header, signed with every secret that is valid."""
        shown = self.objects.copy_of(event)
        if self.manners.lie is not None:
            self.manners.lie(shown)
        body = json.dumps(shown, indent=2).encode()
        stamp = self.objects.now() if at is None else at
        return Delivery(event["id"], event["type"], body, header(body, stamp, *self.secrets))


def header(body: bytes, at: int, *secrets: str) -> str:
    """`Stripe-Signature` of these bytes at that second."""
    marks = [
        hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
        for secret in secrets
    ]
    return ",".join([f"t={at}", *(f"v1={mark}" for mark in marks), f"v0={'0' * 64}"])


def matching(event: Json, wanted: dict[str, Any]) -> bool:
    """Whether a listing with `type`, `types` or `created[gte|gt|lte|lt]` has this event."""
    types = wanted.get("types") or ([wanted["type"]] if "type" in wanted else [])
    if types and event["type"] not in types:
        return False
    return within(event, wanted)


def within(thing: Json, wanted: dict[str, Any]) -> bool:
    """Whether it was made in the wanted time."""
    bounds: dict[str, Any] = wanted.get("created") or {}
    at: int = thing["created"]
    return (
        at >= int(bounds.get("gte", at))
        and at > int(bounds.get("gt", at - 1))
        and at <= int(bounds.get("lte", at))
        and at < int(bounds.get("lt", at + 1))
    )
