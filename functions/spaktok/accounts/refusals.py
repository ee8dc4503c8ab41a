"""How the life of an account says no."""

from spaktok.core.refusal import Code, Refusal


class ExportNotReady(Refusal):
    """The export is still being written; its owner is told when it is there."""

    code = Code.FAILED_PRECONDITION
    message = "Your data is still being collected"
