"""How videos say no."""

from spaktok.core.refusal import Code, Refusal


class CommentsClosed(Refusal):
    """The owner takes no comments here."""

    code = Code.FAILED_PRECONDITION
    message = "Comments are turned off for this video"
