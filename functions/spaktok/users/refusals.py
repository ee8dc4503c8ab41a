"""How users say no."""

from spaktok.core.refusal import Code, Refusal
from spaktok.safety.refusals import NotYourOwn

__all__ = [
    "AccountTypeUnavailable",
    "EditedRecently",
    "NotYourOwn",
    "ProfileExists",
    "RenamedRecently",
    "UsernameReserved",
    "UsernameTaken",
]


class UsernameTaken(Refusal):
    """Somebody has this name, in whatever case."""

    code = Code.ALREADY_EXISTS
    message = "This username is taken"


class ProfileExists(Refusal):
    """The account already has a profile, under another name."""

    code = Code.ALREADY_EXISTS
    message = "This account already has a profile"


class UsernameReserved(Refusal):
    """The name means something already, or would speak for Spaktok."""

    code = Code.INVALID_ARGUMENT
    message = "This username is reserved: choose another"


class RenamedRecently(Refusal):
    """Usernames change at most every 30 days."""

    code = Code.FAILED_PRECONDITION
    message = "You changed your username recently. Try again later"

    def __init__(self, *, retry_after_ms: int) -> None:
        super().__init__(retryAfterMs=retry_after_ms)


class EditedRecently(Refusal):
    """Each field of a profile changes at most once an hour."""

    code = Code.FAILED_PRECONDITION
    message = "You changed {field} less than an hour ago. Try again later"

    def __init__(self, *, field: str, retry_after_ms: int) -> None:
        super().__init__(field=field, retryAfterMs=retry_after_ms)


class AccountTypeUnavailable(Refusal):
    """The account does not meet what this type asks for; `needs` says what is missing."""

    code = Code.FAILED_PRECONDITION
    message = "This account type needs {needs}"
