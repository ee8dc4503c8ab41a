"""Links to objects in Storage that need no sign-in: to read one object, for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from spaktok.core import clients, config

if TYPE_CHECKING:
    from google.cloud.storage import Blob

LINK_LASTS: Final = timedelta(minutes=15)


def link(path: str) -> str | None:
    """A link to the object at this path; None beside emulators, which sign nothing."""
    if config.emulated():
        return None
    import google.auth
    from google.auth.transport.requests import Request

    credentials: Any = google.auth.default()[0]
    credentials.refresh(Request())
    return signed(clients.bucket().blob(path), credentials, token=credentials.token)


def signed(blob: Blob, credentials: Any, *, token: str | None = None) -> str:
    """A V4 link to an object: only to read, only this one, for 15 minutes.

    A function's own credentials hold no key: with `token`, Google signs in the account's name.
    """
    by = {"access_token": token, "service_account_email": credentials.service_account_email}
    made: str = blob.generate_signed_url(
        version="v4",
        method="GET",
        expiration=LINK_LASTS,
        credentials=credentials,
        **(by if token else {}),
    )
    return made
