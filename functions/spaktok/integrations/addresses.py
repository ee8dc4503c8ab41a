"""Where a user may be written to, as Firebase Authentication has verified it."""

from __future__ import annotations

from spaktok.core import clients


def verified_address(uid: str) -> str | None:
    """The e-mail address that the user proved to be theirs; None where there is none, or no user.

    A user who is locked out has one too: that they are is what they are told.

    The profile's copy will not do: it is what somebody typed, and letters there would go to strangers.
    """
    from firebase_admin import auth

    try:
        user = auth.get_user(uid, app=clients.admin())
    except auth.UserNotFoundError:
        return None
    return user.email if user.email_verified else None
