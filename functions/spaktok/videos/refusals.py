"""How videos say no."""

from typing import Final

from spaktok.core.refusal import Code, Refusal

COLLECTIONS_MAX: Final = 100


class CommentsClosed(Refusal):
    """The owner takes no comments here, or none of the caller's."""

    code = Code.FAILED_PRECONDITION
    message = "Comments are turned off for this video"


class NotAllowedHere(Refusal):
    """The video that it would be made from does not permit that, or is for fewer people."""

    code = Code.FAILED_PRECONDITION
    message = "This video can't be used that way"


class SoundUnavailable(Refusal):
    """The sound was taken down, or the video it came from is not public any more."""

    code = Code.FAILED_PRECONDITION
    message = "This sound is not available"


class ChallengeClosed(Refusal):
    """The challenge has not begun, or is over."""

    code = Code.FAILED_PRECONDITION
    message = "This challenge is not open"


class NotPublishable(Refusal):
    """It is being processed, was rejected or has failed."""

    code = Code.FAILED_PRECONDITION
    message = "This video can't be published"


class TimeOutOfRange(Refusal):
    """The hour of publication is past, or too far ahead."""

    code = Code.INVALID_ARGUMENT
    message = "Choose a time within the next {days} days"


class NoCase(Refusal):
    """Nothing about this video is to be decided in this way."""

    code = Code.FAILED_PRECONDITION
    message = "There is nothing to decide here"


class WordsNotAllowed(Refusal):
    """The words did not pass the gate, or could not be checked now."""

    code = Code.FAILED_PRECONDITION
    message = "These words can't be published"


class TooManyCollections(Refusal):
    """There are as many collections as one may have."""

    code = Code.FAILED_PRECONDITION
    message = f"At most {COLLECTIONS_MAX} collections"
