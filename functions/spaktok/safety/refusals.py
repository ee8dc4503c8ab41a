"""How age and safety say no. None of them says how old anyone is."""

from spaktok.core.refusal import Code, Refusal


class NotOldEnough(Refusal):
    """No account, whatever is said next: the answer stays the same for a day."""

    code = Code.FAILED_PRECONDITION
    message = "You can't create an account at this time"


class NotForYourAge(Refusal):
    """The policy does not allow this at the caller's age, or their age is not known."""

    code = Code.PERMISSION_DENIED
    message = "This is not available for your account"


class BirthDateIsSet(Refusal):
    """A birth date is given once; after that, only a review changes it."""

    code = Code.FAILED_PRECONDITION
    message = "Your birth date is set. Ask for a review to correct it"


class TimeZoneMovedRecently(Refusal):
    """The nights and birthdays of an account move with its owner, and nobody moves every day."""

    code = Code.FAILED_PRECONDITION
    message = "You changed your time zone recently"


class VerificationPending(Refusal):
    """One request at a time."""

    code = Code.ALREADY_EXISTS
    message = "Your last request is still being reviewed"


class VerificationDecided(Refusal):
    """Somebody else has decided this request, differently."""

    code = Code.FAILED_PRECONDITION
    message = "This request was decided before"


class NotYourOwn(Refusal):
    """Nobody decides about themselves."""

    code = Code.PERMISSION_DENIED
    message = "Another member of the staff must decide this"
