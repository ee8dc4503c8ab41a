"""How notifications say no."""

from spaktok.core.refusal import Code, Refusal


class AlwaysTold(Refusal):
    """News of this kind can't be switched off: security, safety, and what was decided about money."""

    code = Code.INVALID_ARGUMENT
    message = "Notifications of this kind cannot be switched off: {kind}"
