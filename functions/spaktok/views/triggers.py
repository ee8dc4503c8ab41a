"""Documents that views follow."""

from spaktok.core.endpoint.events import WrittenDocument, on_document_written
from spaktok.views.service import follows, withholding


@on_document_written("followers/{edgeId}")
def onFollowerWon(written: WrittenDocument) -> None:
    """Have a new follower counted for the video that won them."""
    follows.won(written.at, written.before, written.after)


@on_document_written("security/{uid}")
def onBanWritten(written: WrittenDocument) -> None:
    """Have a banned account's engagement taken back, or given back once the ban is over."""
    withholding.changed(written.id, written.before, written.after, written.at)
