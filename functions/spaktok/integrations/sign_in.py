"""Firebase Authentication's own record of a user. What it does not know any more is done already."""

from __future__ import annotations

from typing import Any

from spaktok.core import clients


def sign_out(uid: str) -> None:
    """Make every refresh token of the user worthless; ID tokens die within the hour."""
    auth = _auth()
    try:
        auth.revoke_refresh_tokens(uid, app=clients.admin())
    except auth.UserNotFoundError:
        return


def lock(uid: str) -> None:
    """Let the user sign in no more."""
    auth = _auth()
    try:
        auth.update_user(uid, disabled=True, app=clients.admin())
    except auth.UserNotFoundError:
        return
    sign_out(uid)


def delete(uid: str) -> None:
    """Delete the user's sign-in: password, providers, e-mail, telephone number."""
    auth = _auth()
    try:
        auth.delete_user(uid, app=clients.admin())
    except auth.UserNotFoundError:
        return


def set_claims(uid: str, claims: dict[str, Any]) -> None:
    """Put these custom claims into every ID token that is issued from now on."""
    auth = _auth()
    try:
        auth.set_custom_user_claims(uid, claims, app=clients.admin())
    except auth.UserNotFoundError:
        return


def _auth() -> Any:
    from firebase_admin import auth

    return auth
