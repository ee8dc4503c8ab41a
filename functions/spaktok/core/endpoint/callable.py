"""Client calls: Firebase's callable protocol, with nothing left to a library's leniency.

The protocol is small and documented ("Protocol specification for https.onCall"); firebase_functions'
own handler answers INTERNAL to malformed JSON, lets NaN and duplicate keys through, hides
tracebacks and cannot consume App Check tokens, so it is used only to declare the function.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable
from typing import Any, Final, TypeVar, get_type_hints

from flask import Request, Response
from pydantic import BaseModel

from spaktok.core import clock, config, log, meter
from spaktok.core.caller import Caller, Role
from spaktok.core.encode import encode
from spaktok.core.endpoint import identity, wire
from spaktok.core.endpoint.declaration import AppCheck, Call, attach, declare
from spaktok.core.limits import Limit
from spaktok.core.refusal import HTTP_STATUS, InvalidRequest, Refusal, SystemFailure

Req = TypeVar("Req", bound=BaseModel)
Handler = Callable[[Caller, Req], object]

_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Firebase-Instance-ID-Token, X-Firebase-AppCheck"
    ),
    "Access-Control-Max-Age": "3600",
}
"""Any origin: the token in the header decides, and there is no cookie to be abused."""

_cold = True


def call(  # noqa: PLR0913 - a declaration names what it declares
    request: type[Req],
    *,
    message: str = "OK",
    roles: tuple[Role, ...] = (),
    profile: bool = True,
    sensitive: bool = False,
    recent_sign_in: bool = False,
    while_deactivated: bool = False,
    any_age: bool = False,
    app_check: AppCheck = AppCheck.REQUIRED,
    limit: Limit | None = None,
    refusals: tuple[type[Refusal], ...] = (),
    cost: str = "",
    size: config.Size = config.CALL,
    secrets: tuple[str, ...] = (),
) -> Callable[[Handler[Req]], Callable[[Request], Response]]:
    """Declare a function that clients call with `request`; the function's name is the deployed one.

    The decorated handler takes the verified caller and the parsed request, and returns a frozen
    dataclass (the response's `data`) or None. It runs only for a caller who passed authentication,
    standing, roles, App Check and limits, as declared.
    """

    def decorate(handler: Handler[Req]) -> Callable[[Request], Response]:
        declaration = declare(
            Call,
            handler,
            size=size,
            secrets=secrets,
            request=request,
            response=None if config.serving() else get_type_hints(handler).get("return"),
            message=message,
            roles=frozenset(roles),
            profile=profile,
            sensitive=sensitive,
            recent_sign_in=recent_sign_in,
            while_deactivated=while_deactivated,
            any_age=any_age,
            app_check=app_check,
            limit=limit,
            refusals=refusals,
            cost=cost,
        )

        @functools.wraps(handler)
        def entry(http: Request) -> Response:
            return _serve(http, declaration, handler)

        attach(entry, declaration)
        if not config.serving():
            from spaktok.core.endpoint import manifest

            manifest.declare_call(entry, declaration)
        return entry

    return decorate


def _serve(http: Request, declaration: Call, handler: Handler[Any]) -> Response:
    global _cold
    if http.method == "OPTIONS":
        return Response(status=204, headers=_CORS)
    request_id = secrets.token_hex(8)
    started_s = clock.monotonic()
    caller: Caller | None = None
    refusal: Refusal | None = None
    with meter.counting() as tally:
        try:
            asked = _read(http)
            caller = identity.verify(http, declaration, request_id)
            identity.admit(caller, declaration)
            result = handler(caller, wire.validate(declaration.request, asked))
            response = _respond(_success(result, declaration.message), 200)
        except Refusal as no:
            refusal = no
        except Exception as error:  # noqa: BLE001 - the last wall: nothing of ours reaches a client
            log.failure("unexpected error", error, function=declaration.name, request=request_id)
            refusal = SystemFailure(requestId=request_id)
    if refusal is not None:
        response = _respond(_failure(refusal), HTTP_STATUS[refusal.code])
    log.info(
        "call",
        function=declaration.name,
        request=request_id,
        who=log.who(caller.uid) if caller else None,
        outcome="ok" if refusal is None else refusal.error(),
        code="OK" if refusal is None else refusal.code.value,
        reads=tally.reads,
        writes=tally.writes,
        deletes=tally.deletes,
        rpcs=tally.rpcs,
        duration_ms=round((clock.monotonic() - started_s) * 1000, 1),
        cold=_cold,
    )
    _cold = False
    return response


def _read(http: Request) -> Any:
    if http.method != "POST":
        raise InvalidRequest(field="method", rule="must be POST")
    if (http.mimetype or "").lower() != "application/json":
        raise InvalidRequest(field="Content-Type", rule="must be application/json")
    asked = wire.data(wire.body(http))
    return {} if asked is None else asked


def _success(result: object, message: str) -> dict[str, Any]:
    return {"result": {"success": True, "data": encode(result), "message": message}}


def _failure(refusal: Refusal) -> dict[str, Any]:
    return {
        "error": {
            "status": refusal.code.value,
            "message": str(refusal),
            "details": refusal.details(),
        }
    }


def _respond(body: dict[str, Any], status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    return Response(text, status, _CORS, content_type="application/json")
