"""What clients may ask of verification."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from spaktok.core.ids import ID_PATTERN
from spaktok.core.shape import Cursor, Line, Nothing, PageSize, Request, Uid
from spaktok.users import text

Reason = Annotated[Line, AfterValidator(text.line), Field(max_length=300)]


class RequestVerification(Nothing):
    """Ask for the verification badge."""


class Decide(Request):
    """Decide about a request, with a reason for the record."""

    user_id: Uid
    request_id: Annotated[str, Field(pattern=ID_PATTERN)]
    reason: Reason


class ApproveVerification(Decide):
    """Give the badge to whoever asked for it."""


class RejectVerification(Decide):
    """Refuse the badge. The user is told the reason, and nobody else anything."""


class GetPendingVerifications(Request):
    """List the requests that wait for a review, oldest first."""

    limit: PageSize = 20
    cursor: Cursor | None = None
