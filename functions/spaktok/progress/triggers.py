"""Documents that progress follows."""

from spaktok.core.endpoint.events import WrittenDocument, on_document_written
from spaktok.progress.service import counting
from spaktok.videos.service import tallies


@on_document_written("videos/{videoId}")
def onVideoWritten(written: WrittenDocument) -> None:
    """Count a video that was published, or is not any more, and what it shares with others.

    One trigger for both, because every roll-up of a video's totals is an event too.
    """
    counting.video(written.event_id, written.before, written.after)
    counting.watched(written.event_id, written.at, written.before, written.after)
    tallies.follow(written.event_id, written.id, written.before, written.after)


@on_document_written("videoLikes/{likeId}")
def onLikeWritten(written: WrittenDocument) -> None:
    """Count a like that was given or taken back."""
    counting.like(written.event_id, written.before, written.after)


@on_document_written("videoComments/{commentId}")
def onCommentWritten(written: WrittenDocument) -> None:
    """Count a comment that was made or removed."""
    counting.comment(written.event_id, written.id, written.before, written.after)


@on_document_written("videoShares/{shareId}")
def onShareWritten(written: WrittenDocument) -> None:
    """Count a share of a video."""
    counting.share(written.event_id, written.id, written.before, written.after)


@on_document_written("users/{userId}/giftStats/{statsId}")
def onGiftStatsWritten(written: WrittenDocument) -> None:
    """Count what a user was given."""
    uid = written.path.split("/")[1]
    counting.gifts(written.event_id, uid, written.at, written.before, written.after)


@on_document_written("followers/{edgeId}")
def onFollowWritten(written: WrittenDocument) -> None:
    """Count a follower who was won or lost."""
    counting.follow(written.event_id, written.at, written.before, written.after)
