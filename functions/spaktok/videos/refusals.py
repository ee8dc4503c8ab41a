"""How videos say no."""

from typing import Final

from spaktok.core.refusal import Code, Refusal

COLLECTIONS_MAX: Final = 100


class CommentsClosed(Refusal):
    """The owner takes no comments here, or none of the caller's."""

    code = Code.FAILED_PRECONDITION
    message = "Comments are turned off for this video"


class TooManyCollections(Refusal):
    """There are as many collections as one may have."""

    code = Code.FAILED_PRECONDITION
    message = f"At most {COLLECTIONS_MAX} collections"
