"""From a request's headers to a verified caller."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from spaktok.core import clients, clock, config, ids, limits, log, standing
from spaktok.core.age import Band
from spaktok.core.caller import Caller
from spaktok.core.endpoint.declaration import AppCheck, Call
from spaktok.core.ids import UserId
from spaktok.core.refusal import (
    AppCheckRequired,
    AuthenticationRequired,
    PermissionDenied,
    RecentSignInRequired,
    TryAgain,
)

if TYPE_CHECKING:
    from flask import Request

RECENT_SIGN_IN_S: Final = 300
_BEARER: Final = "Bearer "


def verify(request: Request, call: Call, request_id: str) -> Caller:
    """Who is calling, by the request's headers. No read, no RPC.

    Raises `AppCheckRequired` or `AuthenticationRequired`.
    """
    _check_app(request, call.app_check)
    return _caller(request, request_id)


def admit(caller: Caller, call: Call) -> None:
    """Raise the refusal that says why this caller may not make this call, if they may not.

    The rate limit comes first, because it is free: whoever is refused can't make us read. The
    standing costs one read where the call is sensitive or this instance has not seen the user for
    30 seconds.
    """
    if call.limit is not None:
        limits.check(call.limit, call.name, caller)
    found = standing.load(caller.uid, fresh=call.fresh_standing)
    found.check(signed_in_at=caller.signed_in_at, at=clock.now())
    if found.deactivated and not call.while_deactivated:
        raise standing.AccountDeactivated
    if found.age.band is Band.UNDER_MINIMUM and not (call.any_age or call.while_deactivated):
        raise standing.AgeReviewRequired
    if call.profile and not found.has_profile:
        raise standing.ProfileRequired
    if call.roles and not call.roles & found.roles:
        raise PermissionDenied
    if call.recent_sign_in and not standing.check_age(caller.signed_in_at, RECENT_SIGN_IN_S):
        raise RecentSignInRequired


def _caller(request: Request, request_id: str) -> Caller:
    header = request.headers.get("Authorization")
    if header is None or not header.startswith(_BEARER):
        raise AuthenticationRequired
    claims = _verify(header[len(_BEARER) :])
    uid = claims.get("uid")
    if not isinstance(uid, str) or not ids.valid(uid):
        # Custom tokens may carry any uid; one with `_` or `/` could not stand in our document ids.
        raise AuthenticationRequired
    email = claims.get("email")
    return Caller(
        uid=UserId(uid),
        request_id=request_id,
        signed_in_at=_instant(claims.get("auth_time", claims.get("iat"))),
        email=email if isinstance(email, str) else None,
        email_verified=claims.get("email_verified") is True,
        ip=_address(request),
    )


def _verify(token: str) -> dict[str, Any]:
    # Imported at the first sign-in, not at start: an instance that is only warmed never pays it.
    from firebase_admin import auth

    try:
        return cast("dict[str, Any]", auth.verify_id_token(token, app=clients.admin()))
    except (auth.InvalidIdTokenError, ValueError, RecursionError):
        # The last two are of tokens whose JSON the library did not expect.
        raise AuthenticationRequired from None
    except auth.CertificateFetchError as error:
        log.failure("Google's signing keys could not be fetched", error)
        raise TryAgain from None


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
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise AuthenticationRequired from None


def _address(request: Request) -> str:
    # Google's front end appends the address it saw; whatever stands left of it is the client's word.
    forwarded = request.headers.get("X-Forwarded-For")
    if forwarded is None:
        return request.remote_addr or ""
    return forwarded.rsplit(",", 1)[-1].strip()
