"""Webhooks: what another company's servers send us, as raw bytes, and the constant answer they get.

Nobody is signed in here, and the address is public: the handler proves the sender from the very bytes
that arrived (a signature over a parsed and rewritten body proves nothing). The answer says whether
the sender should try again and never why, so that whoever forges learns nothing from it.
"""

from __future__ import annotations

import functools
import secrets as random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Request, Response

from spaktok.core import clock, config, log, meter
from spaktok.core.endpoint import wire
from spaktok.core.endpoint.declaration import Hook, attach, declare
from spaktok.core.refusal import HTTP_STATUS, Code, InvalidRequest, Refusal

BODY_BYTES_MAX: Final = 512 * 1024
"""Larger than any event of Stripe, PayPal, Apple or Pub/Sub that we subscribe to."""

_HEALTH: Final = "/__/health"
_TAKEN: Final = b'{"received": true}'
_NOT_TAKEN: Final = b'{"received": false}'


@dataclass(frozen=True, slots=True)
class Message:
    """What arrived, unparsed."""

    body: bytes
    headers: Mapping[str, str]
    """By lower-case name."""


def hook(
    *, size: config.Size = config.CALL, secrets: tuple[str, ...] = ()
) -> Callable[[Callable[[Message], None]], Callable[[Request], Response]]:
    """Declare a public HTTPS function that takes a provider's messages.

    A message comes any number of times, in any order, late by days: the handler's effect must be
    keyed or a merge of states. Returning answers 200; a `Refusal` its own status (a sender takes any
    as "again, later"; `TryAgain` included), anything else 500. The body is one of two constants.
    """

    def decorate(handler: Callable[[Message], None]) -> Callable[[Request], Response]:
        declaration = declare(Hook, handler, size=size, secrets=secrets)

        @functools.wraps(handler)
        def entry(http: Request) -> Response:
            if http.path.endswith(_HEALTH):
                return Response(status=200)
            return _serve(http, declaration, handler)

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_hook(entry, declaration)
        return entry

    return decorate


def _serve(http: Request, declaration: Hook, handler: Callable[[Message], None]) -> Response:
    request_id, started_s = random.token_hex(8), clock.monotonic()
    code: Code | None = None
    outcome = "ok"
    with meter.counting() as tally:
        try:
            handler(_read(http))
        except Refusal as no:
            code, outcome = no.code, no.error()
        except Exception as error:  # noqa: BLE001 - nothing of ours reaches a stranger
            log.failure("unexpected error", error, function=declaration.name, request=request_id)
            code, outcome = Code.INTERNAL, "failed"
    log.info(
        "hook",
        function=declaration.name,
        request=request_id,
        outcome=outcome,
        reads=tally.reads,
        writes=tally.writes,
        deletes=tally.deletes,
        rpcs=tally.rpcs,
        duration_ms=round((clock.monotonic() - started_s) * 1000, 1),
    )
    if code is None:
        return Response(_TAKEN, 200, content_type="application/json")
    return Response(_NOT_TAKEN, HTTP_STATUS[code], content_type="application/json")


def _read(http: Request) -> Message:
    if http.method != "POST":
        raise InvalidRequest(field="method", rule="must be POST")
    headers = {name.lower(): value for name, value in http.headers.items()}
    return Message(wire.body(http, bytes_max=BODY_BYTES_MAX), headers)
