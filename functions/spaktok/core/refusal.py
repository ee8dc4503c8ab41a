"""How Spaktok says no: a small class with a canonical code, a sentence and its facts.

A feature's refusals are subclasses in its own `refusals.py`. `core.endpoint` alone turns one into
what the client receives: an `HttpsError` whose `details` are
`{success: false, data: null, message, error}` and the refusal's facts.
"""

import re
from enum import StrEnum
from typing import ClassVar, Final

Fact = str | int | bool


class Code(StrEnum):
    """The canonical codes that callable clients know, by their name on the wire."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    ABORTED = "ABORTED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


HTTP_STATUS: Final[dict[Code, int]] = {
    Code.INVALID_ARGUMENT: 400,
    Code.FAILED_PRECONDITION: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.ABORTED: 409,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
"""The callable protocol's mapping of codes to HTTP statuses (google.rpc.Code)."""

_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Refusal(Exception):
    """A request that is understood and answered with no.

    `message` may name facts in braces; facts are given by keyword and travel to the client as they
    are, so they hold nothing that the caller may not know. `error` is the machine's name of the
    refusal, derived from the class: `UsernameTaken` → `username-taken`.
    """

    code: ClassVar[Code] = Code.FAILED_PRECONDITION
    message: ClassVar[str] = "This is not possible now"

    def __init__(self, **facts: Fact) -> None:
        self.facts: Final = facts
        super().__init__(self.message.format_map(facts))

    @classmethod
    def error(cls) -> str:
        """The stable name clients switch on."""
        return _WORD.sub("-", cls.__name__).lower()

    def details(self) -> dict[str, Fact | None]:
        """The envelope's failing form, with the facts beside it."""
        return {
            **self.facts,
            "success": False,
            "data": None,
            "message": str(self),
            "error": self.error(),
        }


class AuthenticationRequired(Refusal):
    """There is no valid sign-in, or it was revoked."""

    code = Code.UNAUTHENTICATED
    message = "Authentication required"


class RecentSignInRequired(Refusal):
    """The call wants a sign-in of the last few minutes."""

    code = Code.UNAUTHENTICATED
    message = "Sign in again to do this"


class AppCheckRequired(Refusal):
    """The request does not come from an attested app, or its one-time token was used before."""

    code = Code.UNAUTHENTICATED
    message = "This app could not be verified"


class PermissionDenied(Refusal):
    """The caller is known and may not do this."""

    code = Code.PERMISSION_DENIED
    message = "Permission denied"


class InvalidRequest(Refusal):
    """The request does not have the declared shape. Names the field and the rule it broke."""

    code = Code.INVALID_ARGUMENT
    message = "{field}: {rule}"

    def __init__(self, *, field: str, rule: str) -> None:
        super().__init__(field=field, rule=rule)


class NotFound(Refusal):
    """It does not exist, or is not for this caller: the two are never told apart."""

    code = Code.NOT_FOUND
    message = "Not found"


class TooManyRequests(Refusal):
    """A rate limit. `retryAfterMs` says when the next request may succeed."""

    code = Code.RESOURCE_EXHAUSTED
    message = "Too many requests. Try again later"

    def __init__(self, *, retry_after_ms: int) -> None:
        super().__init__(retryAfterMs=retry_after_ms)


class KeyReused(Refusal):
    """The idempotency key was used before, with another body."""

    code = Code.ALREADY_EXISTS
    message = "This idempotency key was used for a different request"


class TryAgain(Refusal):
    """Contention outlasted our retries; nothing is known to have changed, and a retry is safe."""

    code = Code.ABORTED
    message = "The server is busy. Try again"


class SystemFailure(Refusal):
    """Our fault. The client learns only the id under which the log has the rest."""

    code = Code.INTERNAL
    message = "Something went wrong on our side"
