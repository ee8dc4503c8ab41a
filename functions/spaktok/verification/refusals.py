"""How verification says no."""

from spaktok.core.refusal import Code, Refusal


class RequestPending(Refusal):
    """A request waits for its review."""

    code = Code.ALREADY_EXISTS
    message = "Your last request is still being reviewed"


class AlreadyVerified(Refusal):
    """The account has the badge."""

    code = Code.ALREADY_EXISTS
    message = "This account is already verified"


class NotEligible(Refusal):
    """The account does not meet the criteria; `missing` names what it lacks."""

    code = Code.FAILED_PRECONDITION
    message = "To be verified an account needs: {missing}"


class RefusedRecently(Refusal):
    """A request was refused less than 30 days ago."""

    code = Code.FAILED_PRECONDITION
    message = "Your last request was refused recently. Ask again later"

    def __init__(self, *, retry_after_ms: int) -> None:
        super().__init__(retryAfterMs=retry_after_ms)


class AlreadyDecided(Refusal):
    """Somebody decided it differently before, or the account was renamed since."""

    code = Code.FAILED_PRECONDITION
    message = "This request cannot be decided any more"
