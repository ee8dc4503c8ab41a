"""Actions of accounts."""

from __future__ import annotations

from datetime import timedelta

from spaktok.accounts.requests import RegisterSession
from spaktok.accounts.service import exporting, leaving, presence, sessions
from spaktok.core import clock
from spaktok.core.caller import Caller
from tests.cost.actions.scene import Action, action
from tests.support.people import ANA, join
from tests.support.worlds import video

_PHONE = RegisterSession(device_id="phone-12345", name="Pixel 9", platform="android")


def _sign_in(minute: int = 0) -> Caller:
    at = clock.now() + timedelta(minutes=minute)
    return Caller(ANA, "request", signed_in_at=at)


@action("register a second session")
def _() -> Action:
    join(ANA)
    sessions.register(_sign_in(), _PHONE)
    return lambda: sessions.register(_sign_in(5), _PHONE)


@action("register a session again")
def _() -> Action:
    join(ANA)
    sessions.register(_sign_in(), _PHONE)
    return lambda: sessions.register(_sign_in(), _PHONE)


@action("list 2 sessions")
def _() -> Action:
    join(ANA)
    for minute in (0, 5):
        sessions.register(_sign_in(minute), _PHONE)
    return lambda: sessions.sessions(_sign_in())


@action("revoke a session")
def _() -> Action:
    join(ANA)
    session = sessions.register(_sign_in(), _PHONE).session_id
    return lambda: sessions.revoke_one(_sign_in(5), session)


@action("revoke all of 2 sessions")
def _() -> Action:
    join(ANA)
    for minute in (0, 5):
        sessions.register(_sign_in(minute), _PHONE)
    return lambda: sessions.revoke_all(ANA)


@action("deactivate an account of 20 videos")
def _() -> Action:
    join(ANA)
    for _ in range(20):
        video(ANA)
    return lambda: presence.deactivate(ANA)


@action("reactivate an account of 20 videos")
def _() -> Action:
    join(ANA)
    for _ in range(20):
        video(ANA)
    presence.deactivate(ANA)
    return lambda: presence.reactivate(ANA)


@action("ask for an export")
def _() -> Action:
    join(ANA)
    return lambda: exporting.request(ANA)


@action("ask to be erased")
def _() -> Action:
    join(ANA)
    return lambda: leaving.request(ANA)
