"""Documents that the search index follows."""

from spaktok.core.endpoint.events import WrittenDocument, on_document_written
from spaktok.search.service import indexing


@on_document_written("users/{uid}")
def onCardWritten(written: WrittenDocument) -> None:
    """Have a user found under the name they have now."""
    indexing.card_changed(written.id, written.before, written.after)


@on_document_written("users/{uid}/private/account")
def onAccountWritten(written: WrittenDocument) -> None:
    """Have nobody found who does not want to be."""
    indexing.settings_changed(written.path.split("/")[1], written.before, written.after)


@on_document_written("security/{uid}")
def onStandingWritten(written: WrittenDocument) -> None:
    """Have nobody found who is banned for good, and no minor by adults."""
    indexing.standing_changed(written.id, written.before, written.after)
