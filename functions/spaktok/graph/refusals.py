"""How the graph says no."""

from spaktok.core.refusal import Code, Refusal


class NotYourself(Refusal):
    """A user can't follow or block themselves."""

    code = Code.INVALID_ARGUMENT
    message = "You cannot do this to yourself"
