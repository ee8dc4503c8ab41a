"""How users say no."""

from spaktok.core.refusal import Code, Refusal


class UsernameTaken(Refusal):
    """Somebody has this name, in whatever case."""

    code = Code.ALREADY_EXISTS
    message = "This username is taken"


class ProfileExists(Refusal):
    """The account already has a profile, under another name."""

    code = Code.ALREADY_EXISTS
    message = "This account already has a profile"
