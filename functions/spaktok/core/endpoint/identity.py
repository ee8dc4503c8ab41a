"""From a request's headers to a verified caller."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from spaktok.core import clients, clock, config, ids, standing
from spaktok.core.caller import Caller
from spaktok.core.endpoint.declaration import AppCheck, Call
from spaktok.core.ids import UserId
from spaktok.core.refusal import (
    AppCheckRequired,
    AuthenticationRequired,
    PermissionDenied,
    RecentSignInRequired,
)

if TYPE_CHECKING:
    from flask import Request

RECENT_SIGN_IN_S: Final = 300
_BEARER: Final = "Bearer "


def identify(request: Request, call: Call, request_id: str) -> Caller:
    """The caller, allowed to make this call.

    Raises the refusal that says which condition failed. A valid token never costs an RPC; the
    standing costs one read where the call is sensitive or this instance has not seen the user for
    30 seconds.
    """
    _check_app(request, call.app_check)
    caller = _caller(request, request_id)
    found = standing.load(caller.uid, fresh=call.fresh_standing)
    found.check(token_issued_at=caller.token_issued_at, at=clock.now())
    if call.profile and not found.has_profile:
        raise standing.ProfileRequired
    if call.roles and not call.roles & found.roles:
        raise PermissionDenied
    if call.recent_sign_in and not standing.check_age(caller.signed_in_at, RECENT_SIGN_IN_S):
        raise RecentSignInRequired
    return caller


def _caller(request: Request, request_id: str) -> Caller:
    header = request.headers.get("Authorization")
    if header is None or not header.startswith(_BEARER):
        raise AuthenticationRequired
    claims = _verify(header[len(_BEARER) :])
    uid = claims.get("uid")
    if not isinstance(uid, str) or not ids.valid(uid):
        # Custom tokens may carry any uid; one with `_` or `/` could not stand in our document ids.
        raise AuthenticationRequired
    issued = _instant(claims.get("iat"))
    return Caller(
        uid=UserId(uid),
        request_id=request_id,
        signed_in_at=_instant(claims["auth_time"]) if "auth_time" in claims else issued,
        token_issued_at=issued,
        email=claims.get("email"),
        email_verified=claims.get("email_verified") is True,
        ip=_address(request),
    )


def _verify(token: str) -> dict[str, Any]:
    # Imported at the first sign-in, not at start: an instance that is only warmed never pays it.
    from firebase_admin import auth

    try:
        return cast("dict[str, Any]", auth.verify_id_token(token, app=clients.admin()))
    except (auth.InvalidIdTokenError, auth.UserDisabledError, ValueError):
        raise AuthenticationRequired from None


def _check_app(request: Request, wanted: AppCheck) -> None:
    if wanted is AppCheck.OFF or config.functions_emulated():
        return
    token = request.headers.get("X-Firebase-AppCheck")
    if token is None:
        raise AppCheckRequired
    from firebase_admin import app_check

    once = wanted is AppCheck.ONCE
    try:
        claims = app_check.verify_token(token, app=clients.admin(), consume=once)
    except Exception:  # noqa: BLE001 - the library documents none of what it raises
        raise AppCheckRequired from None
    if once and claims.get("already_consumed"):
        raise AppCheckRequired


def _instant(seconds: Any) -> datetime:
    if not isinstance(seconds, int | float):
        raise AuthenticationRequired
    return datetime.fromtimestamp(seconds, UTC)


def _address(request: Request) -> str:
    # Google's front end appends the address it saw; whatever stands left of it is the client's word.
    forwarded = request.headers.get("X-Forwarded-For")
    if forwarded is None:
        return request.remote_addr or ""
    return forwarded.rsplit(",", 1)[-1].strip()
