"""How the graph says no."""

from spaktok.core.refusal import Code, Refusal


class NotYourself(Refusal):
    """A user can't follow, befriend, mute or block themselves."""

    code = Code.INVALID_ARGUMENT
    message = "You cannot do this to yourself"


class AccountPrivate(Refusal):
    """Whom a private account follows, and who follows it, is for its followers."""

    code = Code.PERMISSION_DENIED
    message = "This account is private. Follow it to see this"
