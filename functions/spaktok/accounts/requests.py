"""What clients and tasks may ask of accounts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from spaktok.accounts.model import Platform
from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Line, PageSize, Request


class RegisterSession(Request):
    """Name the device of the caller's sign-in."""

    device_id: Annotated[
        str, Field(pattern=ID_PATTERN, description="Made by the app at its first start, and kept.")
    ]
    name: Annotated[Line, Field(max_length=60, description="`Pixel 9`, as the user calls it.")]
    platform: Annotated[Platform, Field(strict=False)]


class GetSessions(Request):
    """List the devices that are signed in."""


class RevokeSession(Request):
    """Sign one device out."""

    session_id: Annotated[str, Field(pattern=ID_PATTERN)]


class RevokeAllSessions(Request):
    """Sign every device out, the caller's too."""


class DeactivateAccount(Request):
    """Go away until further notice."""


class ReactivateAccount(Request):
    """Return."""


class ExportUserData(Request):
    """Have one's data collected."""


class GetExportLink(Request):
    """Where the caller's collected data can be fetched now."""

    limit: PageSize = 50
    cursor: Cursor | None = None


class DeleteAccount(Request):
    """Leave for good."""


class MovePresence(Request):
    """A task: make what an account shows agree with whether it is away."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class SignOut(Request):
    """A task: make the refresh tokens of a user worthless."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]


class WriteExport(Request):
    """A task: go on with an export."""

    uid: Annotated[str, Field(pattern=ID_PATTERN)]
    export_id: Annotated[str, Field(pattern=ID_PATTERN)]


class EraseAccount(Request):
    """A task: go on with an erasure. It names the erasure and not the person."""

    erasure_id: Annotated[str, Field(pattern=ID_PATTERN)]
